import type { Probe, UnitResult } from '../model/drill.ts';

/** Share of the gap by which a probe may be late before the schedule is no longer the one that was planned. */
const TOLERATED_SHARE = 0.1;

/** How near to a change a probe is to count for its precision, in milliseconds. */
const NEAR_MS = 1000;

/** How late the prober began with a probe, in milliseconds. Connecting is the other side's time. */
export function latenessOf({ begun, sent, due }: Probe): number {
  return Math.max(0, (begun ?? sent) - due);
}

/** The value that 99 % of all do not exceed, and the largest; zeros when there are none. */
export function spreadOf(values: readonly number[]): { readonly p99: number; readonly max: number } {
  const sorted = values.toSorted((a, b) => a - b);
  return { p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0, max: sorted.at(-1) ?? 0 };
}

/**
 * Whether a change was looked at as often as planned. The interval holds either way; it is wider than it had to be.
 *
 * @param at instant of the change, in run time
 * @param gap planned gap between two probes there, in milliseconds
 */
export function precisionOf(probes: readonly Probe[], at: number, gap: number): NonNullable<UnitResult['precision']> {
  const near = probes.filter(({ due, received }) => Math.abs(due - at) < NEAR_MS || Math.abs(received - at) < NEAR_MS);
  const late = Math.max(0, ...near.map(latenessOf));
  return { latenessMs: Math.round(late * 10) / 10, gapMs: gap, reduced: late > gap * TOLERATED_SHARE };
}
