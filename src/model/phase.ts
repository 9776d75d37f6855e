import type { Location } from './location.ts';
import type { Millis } from './quantity.ts';

/**
 * Containment that begins right after a verifier has fetched the key set: its cache is then as far from its end as it can
 * be, so one run measures its worst case.
 */
export interface PhaseTarget {
  readonly verifier: string;
  /** How long to wait for a fetch; without one the run goes on and its phase is unknown. */
  readonly within: Millis;
  /** The access log that shows the fetches; null where the issuer of the lab tells them. */
  readonly log: FetchLog | null;
  readonly at: Location;
}

/** An access log of the place that serves the key set: one JSON object per line. */
export interface FetchLog {
  readonly file: string;
  /** Members of a line and what each must be for a fetch by the verifier; `*` stands for any text. */
  readonly where: Readonly<Record<string, string>>;
}

/** What came of waiting for a fetch. */
export interface PhaseSeen {
  readonly verifier: string;
  /** Run time of the fetch, or of when its line was read; null when none was seen. */
  readonly fetchedAt: number | null;
}
