import type { Marks } from '../drill/method.ts';
import type { ObservedPlan } from '../drill/observed-plan.ts';
import type { Unit } from '../drill/prober.ts';
import type { StreamTimes } from '../drill/shots.ts';
import type { Calibration, Probe } from '../model/drill.ts';
import type { ClockSample } from '../model/vantage.ts';
import type { Arm } from '../model/prediction.ts';

/** Everything that one agent needs before a run begins. It is signed, and never changes. */
export interface AgentPlan {
  readonly run: string;
  readonly agent: string;
  /** Milliseconds since the epoch; older plans are refused. */
  readonly issuedAt: number;
  readonly seed: number;
  readonly units: readonly Unit[];
  readonly observed: ObservedPlan;
  /** Hosts of the environment. The agent has a list of its own and asks only what both name. */
  readonly allow: readonly string[];
  /** This agent's share. */
  readonly budget: { readonly perSecond: number; readonly requests: number };
  /** The agent stops by itself after this long, in milliseconds. */
  readonly maxDuration: number;
  /** It asks for the time this often, in milliseconds, and stops after some questions without an answer. */
  readonly heartbeat: number;
  readonly userAgent: string;
  /** JWE for the agent's key: the secret that its reports are signed with, base64url. */
  readonly reportKey: string;
}

export type Phase = 'calibrate' | 'observe' | 'late' | 'recover' | 'after';

/** What a coordinator tells an agent. Times are in run time. */
export type OrderBody =
  | { readonly type: 'plan'; readonly plan: AgentPlan }
  /** `tokens` is a JWE of {@link ArmTokens} for the agent's key. */
  | { readonly type: 'arm'; readonly arm: Arm; readonly tokens: string }
  | { readonly type: 'calibrate' | 'recover' | 'after'; readonly arm: Arm }
  | { readonly type: 'observe'; readonly arm: Arm; readonly times: StreamTimes }
  | { readonly type: 'mark'; readonly arm: Arm; readonly marks: Marks }
  | { readonly type: 'late'; readonly arm: Arm; readonly end: number }
  | { readonly type: 'stop'; readonly why: string };

/** An order with what keeps it from being played back, to another agent or a second time. */
export interface Order {
  readonly run: string;
  readonly agent: string;
  /** Grows with every order to this agent. */
  readonly number: number;
  readonly body: OrderBody;
}

/** Compact tokens by the names that the drill gives them. Never part of a journal. */
export type ArmTokens = Readonly<Record<string, string>>;

/** The answer to an order: it was taken, or why not. */
export type OrderAnswer = { readonly taken: true } | { readonly taken: false; readonly why: string };

/** The answer to a question about the time; `nonce` is the one of the question. */
export interface TimeAnswer {
  readonly nonce: string;
  readonly seen: number;
  readonly answered: number;
}

/** One thing that an agent found or did. Times are on its own clock. */
export type AgentRecord =
  | { readonly type: 'probe'; readonly probe: Probe }
  | {
      readonly type: 'dropped';
      readonly arm: Arm;
      readonly unit: string;
      readonly credential: string;
      readonly due: number;
    }
  | { readonly type: 'clock'; readonly sample: ClockSample }
  | ({ readonly type: 'calibration'; readonly arm: Arm; readonly when: 'before' | 'after' } & Calibration)
  | { readonly type: 'phase'; readonly arm: Arm; readonly phase: Phase }
  /** It takes no further part. */
  | { readonly type: 'end'; readonly why: string };

/** Records in the order of their making. `seq` counts the batches of one agent in one run from 0. */
export interface Batch {
  readonly run: string;
  readonly agent: string;
  readonly seq: number;
  readonly records: readonly AgentRecord[];
}

/** Where orders to an agent go. */
export function orderSubject(agent: string): string {
  return `firebreak.agent.${agent}`;
}

/** Where an agent of a run asks for the time. */
export function timeSubject(run: string, agent: string): string {
  return `firebreak.time.${run}.${agent}`;
}

/** Where an agent's batches are stored. */
export function resultSubject(run: string, agent: string): string {
  return `firebreak.results.${run}.${agent}`;
}

/** The same id for the same batch, however often it is uploaded. */
export function batchId({ run, agent, seq }: Batch): string {
  return `${run}/${agent}/${seq}`;
}

/** Names of agents are parts of subjects, of unit ids and of file names. */
export function isAgentName(name: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name);
}
