/** What a change of policies would have meant for uses that really happened. */
import type { Problem } from './failure.ts';

/**
 * What becomes of one recorded use. The words are those of Google's policy simulator, in which the unknown has classes
 * of its own: `MAYBE_*` is a change that hangs on something the log does not say.
 */
export const REPLAY_OUTCOMES = [
  'NO_CHANGE',
  'GAINED',
  'REVOKED',
  'MAYBE_GAINED',
  'MAYBE_REVOKED',
  'UNKNOWN_CHANGE',
] as const;

export type ReplayOutcome = (typeof REPLAY_OUTCOMES)[number];

/** Uses by outcome. */
export type OutcomeCounts = Readonly<Record<ReplayOutcome, number>>;

/** Where a line stands. */
export interface LogPlace {
  readonly file: string;
  readonly line: number;
}

/** Uses that have a client or a route in common. */
export interface ReplayGroup {
  /** Null for uses whose client or route is not known. */
  readonly name: string | null;
  readonly uses: number;
  readonly outcomes: OutcomeCounts;
  /** Last use of the recording, milliseconds since the epoch; null when no line has a time. */
  readonly last: number | null;
}

export interface ReplayGrouping {
  /** The groups with most changes, then those with most uses. */
  readonly top: readonly ReplayGroup[];
  /** Everything outside `top`. */
  readonly others: { readonly groups: number; readonly uses: number; readonly outcomes: OutcomeCounts };
  /** True when there were more groups than are counted one by one: numbers of `top` are then at least these. */
  readonly isAtLeast: boolean;
}

/** A dimension of the policy, with how many uses it concerns. */
export interface ReplayCause {
  /** `algorithm`, `required_claim sub`. */
  readonly cause: string;
  readonly uses: number;
}

/** Uses whose recorded decision is not the one of the old policy: the policy, our reading or the verifier is wrong. */
export interface ModelMismatch {
  /** `accepted`: the verifier let in what the old policy refuses. `rejected`: it refused what the old policy accepts. */
  readonly kind: 'accepted' | 'rejected';
  /** What the old policy refuses; null for `rejected`, where a signature or a denylist may be the reason. */
  readonly cause: string | null;
  readonly uses: number;
  readonly examples: readonly LogPlace[];
}

/** How one file was read. */
export interface LogReading {
  readonly file: string;
  /** Id of the format; null when it was not recognised. */
  readonly format: string | null;
  readonly lines: number;
  /** Lines that say something about a token. */
  readonly uses: number;
  /** Lines that do not. */
  readonly silent: number;
  readonly bad: readonly { readonly reason: BadLine; readonly lines: number; readonly first: readonly number[] }[];
  /** Lines of other formats than the one of the file, which were read as what they are. */
  readonly others: readonly { readonly format: string; readonly lines: number }[];
  /** Lines that hold a whole token, signature included. */
  readonly tokens: { readonly lines: number; readonly first: readonly number[] };
}

export type BadLine = 'not-json' | 'no-object' | 'too-long';

export interface ReplayGateRules {
  /** Largest share of uses that may be revoked, 0 to 1. */
  readonly maxRevoked: number | null;
  /** Smallest share of uses whose outcome must be known, 0 to 1. */
  readonly minDecidable: number | null;
}

export interface ReplayGate {
  /** `inconclusive`: too little is known to pass. */
  readonly outcome: 'pass' | 'fail' | 'inconclusive';
  readonly reasons: readonly string[];
}

export interface ReplayResult {
  /** First and last time of the recording, milliseconds since the epoch; null when no line has one. */
  readonly window: { readonly first: number; readonly last: number } | null;
  /** All uses; a line may stand for many. */
  readonly uses: number;
  readonly outcomes: OutcomeCounts;
  /** Share of uses whose outcome is no maybe, 0 to 1; null without uses. */
  readonly decidable: number | null;
  /** Uses whose old decision the policy leaves open and the recorded one settles. */
  readonly settledByRecord: number;
  /** The last 24 hours of the recording, from a full minute on: clients that are gone count no more. */
  readonly lastDay: { readonly from: number; readonly uses: number; readonly outcomes: OutcomeCounts } | null;
  readonly clients: ReplayGrouping;
  readonly routes: ReplayGrouping;
  /** What the new policy refuses of revoked uses, and the old one of gained ones; most uses first. */
  readonly revokedBy: readonly ReplayCause[];
  readonly gainedBy: readonly ReplayCause[];
  /** What would have to be logged to decide the rest. */
  readonly undecided: readonly ReplayCause[];
  readonly mismatches: readonly ModelMismatch[];
  readonly logs: readonly LogReading[];
  readonly problems: readonly Problem[];
  readonly gate: ReplayGate | null;
}
