import type { Probe } from '../model/drill.ts';
import type { Arm } from '../model/prediction.ts';
import type { Journal } from './journal.ts';
import type { Observer } from './observer.ts';
import type { Plan } from './plan.ts';
import type { Unit } from './prober.ts';
import type { Vault } from './vault.ts';

/** What agents are armed with, and where what they bring goes. */
export interface VantageRun {
  readonly runId: string;
  readonly plan: Plan;
  /** With addresses; each names its agent. */
  readonly units: readonly Unit[];
  readonly seed: number;
  readonly userAgent: string;
  /** Monotonic instant that run time counts from. */
  readonly origin: number;
  readonly journal: Journal;
  readonly watch: (probe: Probe) => void;
  readonly signal: AbortSignal;
}

/** Agents that probe from other places, in the place of this process. They never act. */
export interface Vantages {
  /**
   * Arms them. One that does not come is noted, and what it was to probe stays open.
   *
   * @throws UserError agent/refused, agent/unreachable, drill/lease-held, drill/safety-lever
   */
  readonly open: (run: VantageRun) => Promise<void>;
  /** Hands the tokens of an arm to them. */
  readonly observer: (arm: Arm, vault: Vault) => Promise<Observer>;
  /** Aborted when the safety lever that they share is pulled. */
  readonly halted: AbortSignal;
  /** Lets them go, at the end of a run or when it stops. Never throws. */
  readonly close: (why: string) => Promise<void>;
}
