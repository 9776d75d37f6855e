/** Whether verifiers refuse what leaked, and since when: instants are milliseconds since the epoch. */
import type { Interval } from './drill.ts';
import type { Bound } from './quantity.ts';

/**
 * What is presented to verifiers.
 * - `leaked-token`: the leaked token itself, because the lead allowed it
 * - `witness`: a token of our own that the same steps end
 * - `canary`: a token minted for the proof and put on the same lists after the leaked one: whoever has read the later
 *   entry has read the earlier one
 */
export type ProofKind = 'leaked-token' | 'witness' | 'canary';

/**
 * - `contained`: refused, while a fresh token is accepted
 * - `open`: still accepted when the observation ended
 * - `expired`: refused because its time was over: nothing is known about the steps
 * - `unproven`: no clear answer, or everything is refused
 */
export type UnitState = 'contained' | 'open' | 'expired' | 'unproven';

/** What one place that was probed showed. */
export interface UnitProof {
  readonly unit: string;
  readonly verifier: string;
  readonly state: UnitState;
  /** The change from accepted to refused lies in `(lower, upper]`; null where nothing was seen. */
  readonly contained: Interval | null;
  /** When a fresh token was accepted again: `(last refusal, first accept]`; null where none was tried. */
  readonly recovered: Interval | null;
  readonly why: string;
  readonly probes: { readonly accept: number; readonly reject: number; readonly unknown: number };
  /** Time-to-revocation as the plan promised it, and whether the interval keeps it. */
  readonly predicted: Bound;
  readonly model: 'kept' | 'exceeded' | 'undecided';
}

/** One run of `firebreak incident verify`. */
export interface IncidentProof {
  readonly incident: string;
  readonly kind: ProofKind;
  readonly allowedBy: string | null;
  /** When containment began: nothing can have changed before. */
  readonly from: number;
  readonly begun: number;
  readonly ended: number;
  readonly units: readonly UnitProof[];
  /** Verifiers that have no route to be probed at. */
  readonly unprobed: readonly string[];
  /** `(lower, upper]` of the slowest unit; null while any is not proven. */
  readonly contained: Interval | null;
  /** Time that all units together accepted it after containment began, in unit-seconds. */
  readonly exposureUnitSeconds: Interval;
  readonly evidence: { readonly path: string; readonly sha256: string; readonly lines: number };
}
