import type { AttackKind, AttackMatrix } from './attack.ts';
import type { PhaseSeen, PhaseTarget } from './phase.ts';
import type { PoolDeclaration } from './pool.ts';
import type { Location } from './location.ts';
import type { Scenario } from './policy.ts';
import type { Arm, Addend, Prediction } from './prediction.ts';
import type { Bound, Millis } from './quantity.ts';
import type { ClockSample, VantageResult, VantageState } from './vantage.ts';

/**
 * - `canary`: minted by this run, will be revoked
 * - `control`: same issuer and client, must stay accepted
 * - `bystander`: another client, must always stay accepted
 * - `negative`: must always be refused (known kid, broken signature, so that no verifier fetches keys because of it)
 * - `recovery`: what legitimate users get after containment, must be accepted
 */
export const PROBED_ROLES = ['canary', 'control', 'bystander', 'negative', 'recovery'] as const;

export type ProbedRole = (typeof PROBED_ROLES)[number];

/** Roles that are not probed themselves. */
export type CredentialRole = ProbedRole | 'key' | 'grant';

/** `uses` and `with` of a step or of a way to obtain a credential, as written. */
export interface ActionCall {
  readonly uses: string;
  readonly with: Readonly<Record<string, unknown>>;
  readonly at: Location;
  /**
   * What leaked, in incidents: the one identifier that the call may name. Drills never have it, so they can only touch
   * what their run minted.
   */
  readonly handed?: HandedIdentifier;
  /** True for what incidents do; drills have other actions. */
  readonly isResponse?: true;
}

/** An identifier of a real credential. */
export interface HandedIdentifier {
  /** The claim or header parameter: `jti`, `kid`. */
  readonly type: string;
  readonly value: string;
}

export interface CredentialSpec {
  readonly name: string;
  readonly role: CredentialRole;
  readonly obtain: ActionCall;
  /** Arms that probe this credential; null means both. */
  readonly arms: readonly Arm[] | null;
  /** Shown to nobody before so long after containment is due; absent for what is shown all the time. */
  readonly firstUse?: Millis;
  readonly at: Location;
}

export interface StepSpec {
  readonly id: string;
  readonly call: ActionCall | null;
  /** `leak-known` sets t0. */
  readonly mark: 'leak-known' | null;
  readonly containment: boolean;
  readonly timeout: Millis;
  readonly expect: Readonly<Record<string, unknown>> | null;
  readonly at: Location;
}

export interface DrillSpec {
  readonly name: string;
  readonly file: string;
  readonly owner: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly hypothesis: string;
  readonly scenario: Scenario;
  /** TokenPolicy whose objective for the scenario is the one to meet. */
  readonly policy: string;
  readonly inventory: string;
  readonly environment: string;
  /** Verifier names, `*` for all of the environment. */
  readonly select: readonly string[];
  /** Agents that probe, by name; absent when the running process does. */
  readonly vantages?: readonly string[];
  readonly credentials: readonly CredentialSpec[];
  readonly warmup: readonly StepSpec[];
  readonly method: readonly StepSpec[];
  readonly observe: {
    readonly arms: readonly Arm[];
    /** Gap between probes of one credential at one unit. */
    readonly minGap: Millis;
    readonly maxGap: Millis;
    /** gap = clamp(relative * elapsed, minGap, maxGap) */
    readonly relative: number;
    /** Share of the gap by which a probe may be moved, 0 to 0.5. */
    readonly jitter: number;
    readonly horizon: Millis;
    /** Length of the silence after the last accept before a unit counts as stable. */
    readonly quiet: Millis;
    readonly lateChecks: readonly Millis[];
    readonly requestsPerSecond: number;
    readonly maxRequests: number;
    /** What must be refused from the first probe on. Not empty means that the drill fills a matrix and contains nothing. */
    readonly attacks: readonly { readonly of: string; readonly kinds: readonly AttackKind[]; readonly at: Location }[];
    /** How often each attack is tried at each verifier. */
    readonly repeats: number;
    /** Which fetch of the key set containment waits for; absent when it begins at any moment. */
    readonly phase?: PhaseTarget;
  };
  readonly recover: readonly { readonly credential: string; readonly timeout: Millis; readonly at: Location }[];
  readonly guards: {
    readonly maxDuration: Millis;
    readonly canaryOnly: boolean;
    readonly safetyLever: string | null;
  };
  readonly at: Location;
}

/**
 * A change to the world, as data, so that another process can undo it. Ids are chosen before the first byte leaves.
 */
export interface Effect {
  /** Unique in the run: `e1`, `e2`. */
  readonly id: string;
  /** The action that makes it: `jwks.add_key`. */
  readonly action: string;
  /** Everything apply and undo need, JSON, without secrets. */
  readonly with: Readonly<Record<string, unknown>>;
  /** One sentence for people: `publish canary key fbcanary-… at issuer lab`. */
  readonly says: string;
  /** `none` when nothing is left behind by it (a removal of something this run made). */
  readonly undo: 'required' | 'none';
}

export type ProbeVerdict = 'accept' | 'reject' | 'unknown';

/** One request and what it showed. Times are monotonic milliseconds since t0 of the run's clock. */
export interface Probe {
  readonly arm: Arm;
  /** The agent that sent it; absent when the running process did. In a journal its times are on that agent's clock. */
  readonly vantage?: string;
  readonly unit: string;
  readonly credential: string;
  readonly role: ProbedRole;
  readonly due: number;
  /** When its connection was begun: later than due is lateness of the prober. Absent in older journals. */
  readonly begun?: number;
  /** When the request left on a connection that stood. */
  readonly sent: number;
  readonly received: number;
  readonly verdict: ProbeVerdict;
  /** `ok`, `invalid-token`, `expired`, `throttled`, `server`, `timeout`, `refused`, ... */
  readonly reason: string;
  readonly status: number | null;
  /** `cold` is observing, with a canary that was shown to nobody before containment. */
  readonly phase: 'warmup' | 'calibration' | 'observe' | 'cold' | 'late' | 'recover' | 'after';
  /** Who of a pool answered, as the answer says; absent when it does not. */
  readonly replica?: string;
}

/** One attempt of an attack, and what a good token got right after it. */
export interface AttackProbe {
  readonly unit: string;
  readonly kind: AttackKind;
  /** Which way of writing the attack it was; empty where there is only one. */
  readonly spelling: string;
  /** What it was answered; null when a limit kept it from being sent. */
  readonly probe: Pick<Probe, 'verdict' | 'reason' | 'status'> | null;
  /** Whether a good token was accepted afterwards: only then is a refusal one. */
  readonly witnessed: boolean;
}

/** What judging needs of a prediction, and what reports print of it. */
export type JudgedPrediction = Pick<
  Prediction,
  'verifier' | 'scenario' | 'arm' | 'bound' | 'addends' | 'cacheClass' | 'product' | 'owner' | 'wouldBeBoundedBy'
>;

/** How many addresses of a verifier were found. */
export interface AddressCoverage {
  readonly unit: string;
  /** Null when nobody says how many there should be. */
  readonly expected: number | null;
  readonly found: number;
}

/**
 * Everything of a plan that a result depends on, as it stood before the run. It is part of the journal, so that the
 * result can be worked out again from the journal alone.
 */
export interface JudgedPlan {
  readonly drill: Pick<DrillSpec, 'name' | 'file' | 'hypothesis' | 'scenario' | 'observe'>;
  readonly policy: { readonly name: string; readonly file: string; readonly objectiveAt: Location | null };
  readonly objective: Bound;
  readonly units: readonly {
    readonly id: string;
    readonly verifier: string;
    readonly url: string;
    /** The agent that probes it; absent when the running process does. */
    readonly vantage?: string;
    readonly pool?: PoolDeclaration;
    /** Where it is connected to, in the place of the host of its URL. */
    readonly address?: string;
  }[];
  /** Absent where no verifier says where its addresses are found. */
  readonly coverage?: readonly AddressCoverage[];
  readonly predictions: readonly JudgedPrediction[];
}

/** What a step with `expect` was answered. */
export interface ExpectedAnswer {
  readonly step: string;
  readonly says: string;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly got: Readonly<Record<string, string | number>>;
  readonly met: boolean;
  readonly at: Location;
}

/** Whether one unit tells good credentials from bad ones. */
export interface Calibration {
  readonly unit: string;
  readonly verdict: 'usable' | 'unprotected' | 'indistinguishable' | 'unreachable' | 'unsteady';
  readonly why: string;
}

/** Journal lines; each carries the SHA-256 of the line before it. */
export type JournalEvent =
  | {
      readonly type: 'run.start';
      readonly runId: string;
      /** RFC 3339 UTC. */
      readonly startedAt: string;
      /** Where this journal was written, as results name it. */
      readonly journal: string;
      /** SHA-256 of the canonical JSON of the plan in the next line. */
      readonly planDigest: string;
      readonly commit: string | null;
      readonly arms: readonly Arm[];
      readonly drill: string;
      readonly file: string;
      readonly drillDigest: string;
      readonly policyDigest: string;
      readonly environment: string;
      readonly environmentClass: string;
      readonly tool: string;
      readonly seed: number;
      readonly pid: number;
      readonly lab: { readonly pid: number; readonly startedAt: string; readonly embedded: boolean } | null;
    }
  | { readonly type: 'plan'; readonly plan: JudgedPlan }
  | { readonly type: 'arm.start'; readonly arm: Arm }
  /** The arm came to its end; one without it was cut short and is not judged. */
  | { readonly type: 'arm.end'; readonly arm: Arm }
  | { readonly type: 'intent'; readonly effect: Effect }
  | { readonly type: 'ack'; readonly effectId: string }
  | { readonly type: 'fail'; readonly effectId: string; readonly why: string }
  /** The wait for a fetch of the key set is over. */
  | ({ readonly type: 'phase'; readonly arm: Arm } & PhaseSeen)
  | { readonly type: 'mark'; readonly arm: Arm; readonly mark: 't0' | 't_act' | 't_ack'; readonly at: number }
  | { readonly type: 'probe'; readonly probe: Probe }
  | {
      readonly type: 'dropped';
      readonly arm: Arm;
      readonly unit: string;
      readonly credential: string;
      readonly due: number;
    }
  | ({ readonly type: 'calibration'; readonly arm: Arm; readonly when: 'before' | 'after' } & Calibration)
  | { readonly type: 'attack'; readonly arm: Arm; readonly attempt: AttackProbe }
  | { readonly type: 'answer'; readonly arm: Arm; readonly answer: ExpectedAnswer }
  | { readonly type: 'vantage'; readonly vantage: string; readonly state: VantageState; readonly why: string }
  | { readonly type: 'clock'; readonly vantage: string; readonly sample: ClockSample }
  | { readonly type: 'abort'; readonly why: string }
  /** Another process goes on with the journal; `torn` are the SHA-256 of lines that died with their process. */
  | { readonly type: 'recover'; readonly torn: readonly string[] }
  | { readonly type: 'undo.intent'; readonly effectId: string }
  | { readonly type: 'undo.ack'; readonly effectId: string }
  | { readonly type: 'undo.verify'; readonly effectId: string; readonly gone: boolean; readonly why: string }
  | {
      readonly type: 'run.end';
      readonly outcome: 'completed' | 'stopped' | 'failed' | 'interrupted';
      readonly clean: boolean;
    };

/** One line of the journal file. */
export interface JournalLine {
  readonly seq: number;
  /** SHA-256 of the previous line's text, hex; 64 zeros for the first. */
  readonly prev: string;
  /** Monotonic milliseconds of the run's clock. */
  readonly t: number;
  /** RFC 3339 UTC. */
  readonly at: string;
  readonly event: JournalEvent;
}

/** `(lower, upper]` in milliseconds after t0; upper is `unbounded` when nothing was refused by the horizon. */
export interface Interval {
  readonly lower: number;
  readonly upper: number | 'unbounded';
}

/** What was seen of one replica of a pool. */
export interface ReplicaResult {
  readonly id: string;
  readonly interval: Interval;
  readonly flaps: number;
}

/** How far replicas behind one address were told apart. */
export interface PoolResult {
  /** As declared; null when nobody says. */
  readonly expected: number | null;
  /** Replicas that named themselves; null when they do not. */
  readonly seen: number | null;
  /** Of replicas that name themselves, slowest last. */
  readonly replicas: readonly ReplicaResult[];
  /** Of the end of the interval, 0 to 1; null when it is certain or there is none. */
  readonly confidence: number | null;
  /** What the numbers rest on, in words. */
  readonly statement: string;
  /** Whether everything that is behind the address was seen, at that confidence. Otherwise it cannot pass. */
  readonly complete: boolean;
}

export interface UnitResult {
  /** `verifier/address` */
  readonly unit: string;
  readonly verifier: string;
  readonly arm: Arm;
  /** Last change from accepted to refused; null when calibration excluded the unit. */
  readonly interval: Interval | null;
  /** First refusal. */
  readonly first: Interval | null;
  readonly flaps: number;
  readonly probes: {
    readonly accept: number;
    readonly reject: number;
    readonly unknown: number;
    readonly dropped: number;
  };
  /** Attribution by the nearest control and bystander probes. */
  readonly attribution: 'revocation' | 'collateral' | 'unattributed' | 'none';
  readonly calibration: string;
  /** What is still true after the horizon, in words a newcomer understands; null when it was refused. */
  readonly stillAccepting: string | null;
  readonly recovery: Interval | null;
  readonly predicted: Bound;
  readonly addends: readonly Addend[];
  /** Against the prediction. */
  readonly model: 'consistent' | 'exceeded' | 'not-bounded' | 'undecided';
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** Largest gap between neighbouring probes around the change plus their response times, ms. */
  readonly resolutionMs: number | null;
  /** Largest lateness of probes near the change against the gap planned there; absent where nothing was refused. */
  readonly precision?: { readonly latenessMs: number; readonly gapMs: number; readonly reduced: boolean };
  /** Of units behind a balancer; absent elsewhere. */
  readonly pool?: PoolResult;
}

/** Whether a unit was watched from before containment to the end of the run. */
export function isMeasured({ interval, calibration }: UnitResult): boolean {
  return interval !== null && calibration === 'usable';
}

export interface DrillFinding {
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly unit: string | null;
  readonly arm: Arm | null;
  readonly message: string;
  readonly at: Location | null;
}

export interface DrillResult {
  readonly runId: string;
  readonly drill: {
    readonly name: string;
    readonly file: string;
    readonly digest: string;
    readonly hypothesis: string;
  };
  readonly policy: {
    readonly name: string;
    readonly file: string;
    readonly digest: string;
    readonly commit: string | null;
    readonly objectiveMs: Bound;
    readonly objectiveAt: Location | null;
  };
  readonly scenario: Scenario;
  readonly environment: { readonly name: string; readonly class: string };
  readonly tool: string;
  readonly seed: number;
  /** SHA-256 of what the run was judged by: objective, units, predictions, schedule. */
  readonly planDigest: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly arms: readonly {
    readonly arm: Arm;
    readonly marks: { readonly t0: number; readonly tAct: number; readonly tAck: number };
    /** Absent when containment did not wait for a fetch. */
    readonly phase?: {
      readonly verifier: string;
      /** How long before containment its fetch was, in milliseconds; null when none was seen. */
      readonly fetchedBeforeMs: number | null;
    };
    readonly units: readonly UnitResult[];
    readonly ttr: Interval | null;
    /** Sum over units of the time in which the leaked credential worked, in unit-seconds; lower and upper. */
    readonly exposureUnitSeconds: Interval;
  }[];
  readonly overall: {
    readonly verdict: 'pass' | 'fail' | 'inconclusive' | 'stopped';
    readonly why: string;
    readonly ttr: Interval | null;
  };
  /** Of drills with attacks; null for those that measure a time. */
  readonly matrix: AttackMatrix | null;
  readonly findings: readonly DrillFinding[];
  readonly controls: {
    readonly control: { readonly accepted: number; readonly rejected: number; readonly unknown: number };
    readonly bystander: { readonly accepted: number; readonly rejected: number; readonly unknown: number };
  };
  readonly load: {
    readonly requests: number;
    readonly dropped: number;
    readonly peakPerSecond: number;
    readonly latenessP99Ms: number;
    readonly latenessMaxMs: number;
  };
  readonly safety: {
    readonly effects: readonly {
      readonly id: string;
      readonly says: string;
      readonly undone: boolean;
      readonly verified: boolean;
      readonly why: string;
    }[];
    readonly clean: boolean;
  };
  readonly probes: readonly Probe[];
  /** One entry per agent; absent when the running process probed by itself. */
  readonly vantages?: readonly VantageResult[];
  readonly method: readonly string[];
  readonly limits: readonly string[];
  readonly journal: { readonly path: string; readonly sha256: string; readonly lines: number };
}
