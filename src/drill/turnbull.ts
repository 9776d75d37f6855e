import type { Interval } from '../model/drill.ts';
import type { Mass } from '../model/drill-history.ts';

/** The estimate stands when no mass moves by more than this in one step. */
const TOLERANCE = 1e-10;

/** More steps than any series of drills takes; EM is slow where masses go to zero. */
const MAX_STEPS = 20_000;

/** Masses below this are zero that EM has not reached yet. */
const NEGLIGIBLE = 1e-9;

/**
 * The non-parametric maximum likelihood estimate of a distribution of which only intervals `(lower, upper]` are known
 * (Turnbull 1976, JRSS B 38: 290-295, by EM over the innermost intervals). With right-censored data only it is the estimate
 * of Kaplan and Meier. Where in an innermost interval its mass lies, the data do not say.
 *
 * @returns innermost intervals with mass, in order; the masses sum to 1; empty without data
 * @throws RangeError for an interval that is empty
 */
export function estimateDistribution(intervals: readonly Interval[]): readonly Mass[] {
  if (intervals.some((interval) => interval.lower >= upperOf(interval)))
    throw new RangeError('an interval ends before it begins');
  const cells = innermost(intervals);
  const covers = intervals.map((interval) =>
    cells.flatMap((cell, index) => (cell.lower >= interval.lower && upperOf(cell) <= upperOf(interval) ? [index] : [])),
  );
  let masses = cells.map(() => 1 / cells.length);
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const next = expectation(masses, covers);
    const moved = Math.max(0, ...next.map((mass, index) => Math.abs(mass - (masses[index] ?? 0))));
    masses = next;
    if (moved < TOLERANCE) break;
  }
  const kept = cells.flatMap((cell, index) => {
    const mass = masses[index] ?? 0;
    return mass < NEGLIGIBLE ? [] : [{ ...cell, mass }];
  });
  const total = kept.reduce((sum, { mass }) => sum + mass, 0);
  return kept.map((cell) => ({ ...cell, mass: cell.mass / total }));
}

/** Shares every observation out among the cells that it covers, in proportion to their present masses. */
function expectation(masses: readonly number[], covers: readonly (readonly number[])[]): number[] {
  const next = masses.map(() => 0);
  for (const cells of covers) {
    const total = cells.reduce((sum, index) => sum + (masses[index] ?? 0), 0);
    for (const index of cells) next[index] = (next[index] ?? 0) + (masses[index] ?? 0) / (total * covers.length);
  }
  return next;
}

/** Intervals from a lower end to the upper end that follows it with no other end in between: only they can hold mass. */
function innermost(intervals: readonly Interval[]): readonly Interval[] {
  const ends = intervals
    .flatMap((interval) => [
      { at: interval.lower, closes: false },
      { at: upperOf(interval), closes: true },
    ])
    // `(a, x]` and `(x, b]` share nothing, so at x what closes comes first.
    .toSorted((a, b) => (a.at === b.at ? Number(b.closes) - Number(a.closes) : a.at - b.at));
  return ends.flatMap((end, index) => {
    const before = ends[index - 1];
    if (!end.closes || before === undefined || before.closes) return [];
    return [{ lower: before.at, upper: Number.isFinite(end.at) ? end.at : ('unbounded' as const) }];
  });
}

function upperOf({ upper }: Interval): number {
  return upper === 'unbounded' ? Infinity : upper;
}

/**
 * The interval in which a quantile lies.
 *
 * @param share 0.5 for the median
 */
export function quantileBand(estimate: readonly Mass[], share: number): Interval | null {
  let total = 0;
  for (const { lower, upper, mass } of estimate) {
    total += mass;
    // Sums of shares like 0.1 fall short of the share by rounding alone.
    if (total >= share - 1e-9) return { lower, upper };
  }
  return null;
}
