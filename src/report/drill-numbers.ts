import type { Interval } from '../model/drill.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound } from '../model/quantity.ts';

/**
 * Measured times as people read them. Lower ends are rounded down and upper ends up, so that the interval on paper
 * always contains the interval that was measured.
 */
export type Rounding = 'down' | 'up' | 'near';

const ROUND: Readonly<Record<Rounding, (value: number) => number>> = {
  down: Math.floor,
  up: Math.ceil,
  near: Math.round,
};

/** Seconds without their unit: two decimals below 100 s, one below 1000 s, none above. */
function secondsNumber(ms: number, rounding: Rounding = 'near'): string {
  const decimals = Math.abs(ms) < 100_000 ? 2 : Math.abs(ms) < 1_000_000 ? 1 : 0;
  const scale = 10 ** decimals;
  // Binary fractions such as 0.29 * 100 = 28.999... must not move the last digit, so nanoseconds are cut off first.
  const hundredths = Math.round((ms / 1000) * scale * 1e6) / 1e6;
  return (ROUND[rounding](hundredths) / scale).toFixed(decimals);
}

/** `4.81 s` */
export function secondsText(ms: number, rounding: Rounding = 'near'): string {
  return `${secondsNumber(ms, rounding)} s`;
}

/** `4.81–4.93 s`, `over 12.00 s` for an interval without an upper end, `–` for none. For table cells. */
export function intervalText(interval: Interval | null): string {
  if (interval === null) return '–';
  if (interval.upper === 'unbounded') return `over ${secondsText(interval.lower, 'down')}`;
  return `${secondsNumber(interval.lower, 'down')}–${secondsText(interval.upper, 'up')}`;
}

/** `between 4.81 s and 4.93 s`, `more than 12.00 s`. For sentences. */
export function intervalWords(interval: Interval): string {
  if (interval.upper === 'unbounded') return `more than ${secondsText(interval.lower, 'down')}`;
  return `between ${secondsText(interval.lower, 'down')} and ${secondsText(interval.upper, 'up')}`;
}

const PARTS: readonly (readonly [string, number])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
];

/** A configured or predicted time: `5 s`, `0.25 s`, `10 min`, `1 h 30 min`, `unbounded`, `unknown`. */
export function boundText(bound: Bound): string {
  if (!isFiniteBound(bound)) return bound;
  if (bound < 120_000) return `${Number((bound / 1000).toFixed(3))} s`;
  let rest = Math.round(bound / 1000);
  const words: string[] = [];
  for (const [unit, size] of PARTS) {
    const count = Math.floor(rest / size);
    if (count > 0) words.push(`${count} ${unit}`);
    rest -= count * size;
  }
  return words.join(' ');
}

/** `0 %`, `0.4 %`, `12 %`; `–` when there is nothing to take a share of. */
export function shareText(part: number, whole: number): string {
  if (whole <= 0) return '–';
  const percent = (100 * part) / whole;
  return `${percent > 0 && percent < 1 ? Math.max(0.1, Number(percent.toFixed(1))) : Math.round(percent)} %`;
}

/** `1 verifier`, `3 verifiers` */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
