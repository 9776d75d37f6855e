/** Agents that probe for a drill from other places. */

/**
 * One question of an agent about the time of the run, in milliseconds: when it left and when its answer came, by the
 * agent's clock; when it came and when its answer left, by the clock of the run.
 */
export interface ClockSample {
  readonly asked: number;
  readonly seen: number;
  readonly answered: number;
  readonly heard: number;
}

/** `armed`: took the plan. `missing`: never came. `lost`: fell silent or stopped by itself. `done`: saw the run to its end. */
export type VantageState = 'armed' | 'missing' | 'lost' | 'done';

/** What one vantage point contributed. */
export interface VantageResult {
  readonly id: string;
  readonly state: 'missing' | 'lost' | 'done';
  /** In words; empty when it saw the run to its end. */
  readonly why: string;
  /** Units of all arms that it was to probe, and those that it watched to the end. */
  readonly units: number;
  readonly measured: number;
  readonly probes: number;
  /** How well its clock was known, at worst; null when it never was. */
  readonly clock: { readonly samples: number; readonly halfWidthMs: number } | null;
}
