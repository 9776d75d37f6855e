/**
 * Durations and bounds. A duration is always whole milliseconds; a bound may also be `unbounded` or `unknown`,
 * spelled as strings so that no JSON writer can turn them into null.
 */

declare const millisBrand: unique symbol;

/** A finite duration of zero or more milliseconds. */
export type Millis = number & { readonly [millisBrand]: true };

/** A worst case: a duration, no limit at all, or not decidable from what was given. */
export type Bound = Millis | 'unbounded' | 'unknown';

/** @throws RangeError when the number is not finite or is negative */
export function millis(value: number): Millis {
  if (!Number.isFinite(value) || value < 0) throw new RangeError(`not a duration: ${value}`);
  return value as Millis; // the one constructor of the brand
}

export const ZERO: Millis = millis(0);

export function isFiniteBound(bound: Bound): bound is Millis {
  return typeof bound === 'number';
}

/** Sum of bounds in series. `unbounded` wins over `unknown`: adding to an endless wait cannot end it. */
export function sumBounds(bounds: readonly Bound[]): Bound {
  if (bounds.includes('unbounded')) return 'unbounded';
  if (bounds.includes('unknown')) return 'unknown';
  return millis(bounds.reduce<number>((total, bound) => total + Number(bound), 0));
}

/**
 * The best of several alternatives. `unknown` beside a finite bound keeps the finite bound, because the true minimum
 * can only be smaller; `unknown` beside `unbounded` stays unknown. An empty list has no bound.
 */
export function minBound(bounds: readonly Bound[]): Bound {
  const finite = bounds.filter(isFiniteBound);
  if (finite.length > 0) return millis(Math.min(...finite));
  return bounds.includes('unknown') ? 'unknown' : 'unbounded';
}

/** The worst of several places that must all be reached. An empty list takes no time. */
export function maxBound(bounds: readonly Bound[]): Bound {
  if (bounds.includes('unbounded')) return 'unbounded';
  if (bounds.includes('unknown')) return 'unknown';
  return millis(Math.max(0, ...bounds.filter(isFiniteBound)));
}

const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

const DURATION = /^(?:\d+(?:ms|s|m|h|d))+$/;
const PART = /(\d+)(ms|s|m|h|d)/g;

/** The notation of durations in documents, for schemas and messages. */
export const DURATION_PATTERN: string = DURATION.source;

/** Reads `90s`, `1h30m`, `250ms`. Returns undefined for anything else, bare numbers included: they have no unit. */
export function parseDuration(text: string): Millis | undefined {
  if (!DURATION.test(text)) return undefined;
  const factors = new Map(UNITS);
  let total = 0;
  for (const [, digits, unit] of text.matchAll(PART)) total += Number(digits) * (factors.get(unit ?? '') ?? Number.NaN);
  return Number.isSafeInteger(total) ? millis(total) : undefined;
}

/** Writes a bound for people: `1h30m`, `9m 30s` is `9m30s`, `250ms`, `unbounded`. Sub-millisecond parts are dropped. */
export function showBound(bound: Bound): string {
  if (!isFiniteBound(bound)) return bound;
  let rest = Math.round(bound);
  if (rest === 0) return '0s';
  let text = '';
  for (const [unit, factor] of UNITS) {
    const count = Math.floor(rest / factor);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * factor;
  }
  return text;
}

/** Writes a measured duration with a fixed number of decimals in seconds: `4.82s`. */
export function showSeconds(ms: number, decimals = 2): string {
  return `${(ms / 1000).toFixed(decimals)}s`;
}
