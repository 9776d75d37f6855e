import type { Interval } from './drill.ts';
import type { Arm } from './prediction.ts';
import type { Scenario } from './policy.ts';
import type { Bound } from './quantity.ts';

/** One thing that was not the same in two runs. */
export interface RunChange {
  readonly what: 'policy' | 'objective' | 'drill' | 'product' | 'setting' | 'tool' | 'commit' | 'coverage';
  /** `key cache lifetime (C)`; the name of the drill or policy. */
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** One drill as one verifier met it: the slowest of its units, because they share the containment. */
export interface HistoryRun {
  readonly runId: string;
  readonly startedAt: string;
  readonly file: string;
  readonly drill: string;
  /** Null when it could not be measured. */
  readonly interval: Interval | null;
  readonly predicted: Bound;
  /** Measured over predicted, both ends; null where there is no finite prediction or no measurement. */
  readonly ratio: Interval | null;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  readonly coverage: { readonly units: number; readonly measured: number };
  /** What is not as it was in the run before. */
  readonly changes: readonly RunChange[];
  /**
   * `slower`: certainly slower than every one of the runs before, up to 30; `faster`: certainly faster. `priors` of them
   * were measured: when nothing changed, that comes about by chance once in `priors + 1` runs.
   */
  readonly shift: { readonly direction: 'slower' | 'faster'; readonly priors: number } | null;
}

/** A part of the estimate: the change lies in the interval with this probability; where in it, the data do not say. */
export interface Mass extends Interval {
  readonly mass: number;
}

/** What may honestly be said after so many drills. */
export interface HistoryStatements {
  /** Drills that were measured. */
  readonly drills: number;
  /** Certain misses of the objective, and drills that could not be decided. */
  readonly breaches: number;
  readonly undecided: number;
  /** One-sided 95 % upper bound of the share of drills that miss, undecided ones counted as misses. */
  readonly breachBound: number;
  /** The slowest so far, and the probability that the next one is no slower. */
  readonly next: { readonly bound: number | 'unbounded'; readonly confidence: number };
  /**
   * The median lies between the fastest and the slowest, unless all drills fell on one side of it: both ends with the
   * confidence that leaves. Null before there are six drills, which make 95 % of it.
   */
  readonly medianRange: (Interval & { readonly confidence: number }) | null;
  /** Drills that a 95 % statement about the next one takes. */
  readonly drillsFor95: number;
}

/** Every drill of one verifier for one scenario, arm and environment. */
export interface HistorySeries {
  readonly verifier: string;
  readonly scenario: Scenario;
  readonly arm: Arm;
  readonly environment: string;
  /** Oldest first. */
  readonly runs: readonly HistoryRun[];
  /** The estimated distribution of the time to revocation; empty when nothing was measured. */
  readonly estimate: readonly Mass[];
  /** Bands of quantiles, `(lower, upper]` in ms. */
  readonly median: Interval | null;
  readonly p90: Interval | null;
  readonly statements: HistoryStatements;
  readonly remarks: readonly string[];
}

export interface DrillHistory {
  readonly results: number;
  readonly series: readonly HistorySeries[];
}
