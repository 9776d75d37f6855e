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
  const spans = intervals.map((interval) => spanOf(interval, cells));
  let masses = cells.map(() => 1 / cells.length);
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const next = expectation(masses, spans);
    const before = masses;
    masses = next;
    if (next.every((mass, index) => Math.abs(mass - (before[index] ?? 0)) < TOLERANCE)) break;
  }
  const kept = cells.flatMap((cell, index) => {
    const mass = masses[index] ?? 0;
    return mass < NEGLIGIBLE ? [] : [{ ...cell, mass }];
  });
  const total = kept.reduce((sum, { mass }) => sum + mass, 0);
  return kept.map((cell) => ({ ...cell, mass: cell.mass / total }));
}

/** Cells that an observation covers: they follow each other, from the first up to, and without, the end. */
interface Span {
  readonly first: number;
  readonly end: number;
}

function spanOf(interval: Interval, cells: readonly Interval[]): Span {
  const after = cells.findIndex((cell) => upperOf(cell) > upperOf(interval));
  return {
    first: cells.findIndex((cell) => cell.lower >= interval.lower),
    end: after < 0 ? cells.length : after,
  };
}

/**
 * One step of EM: shares every observation out among the cells that it covers, in proportion to their present masses.
 * Sums over spans are differences of running sums, so that a step takes time in proportion to observations and cells.
 */
function expectation(masses: readonly number[], spans: readonly Span[]): number[] {
  const running = [0];
  for (const mass of masses) running.push((running.at(-1) ?? 0) + mass);
  const steps = masses.map(() => 0);
  for (const { first, end } of spans) {
    const weight = 1 / ((running[end] ?? 0) - (running[first] ?? 0)) / spans.length;
    steps[first] = (steps[first] ?? 0) + weight;
    if (end < steps.length) steps[end] = (steps[end] ?? 0) - weight;
  }
  let weight = 0;
  return masses.map((mass, index) => {
    weight += steps[index] ?? 0;
    return mass * weight;
  });
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
