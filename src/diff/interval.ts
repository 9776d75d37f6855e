/** Whole numbers from `min` to `max`, both included; infinities leave a side open. */
export interface Interval {
  readonly min: number;
  readonly max: number;
}

export const EVERY_NUMBER: Interval = { min: -Infinity, max: Infinity };

export function commonNumbers(a: Interval, b: Interval): Interval {
  return { min: Math.max(a.min, b.min), max: Math.min(a.max, b.max) };
}

export function numbersWithin(a: Interval, b: Interval): boolean {
  return a === b || (b.min <= a.min && a.max <= b.max);
}

/** What lies below and what lies above. */
export function numbersWithout(a: Interval, b: Interval): readonly Interval[] {
  const below = { min: a.min, max: Math.min(a.max, b.min - 1) };
  const above = { min: Math.max(a.min, b.max + 1), max: a.max };
  return [below, above].filter((part) => !noNumbers(part));
}

export function noNumbers({ min, max }: Interval): boolean {
  // Infinity is where a side is open, never a member.
  return min > max || min === Infinity || max === -Infinity;
}

export function hasNumber({ min, max }: Interval, value: number): boolean {
  return min <= value && value <= max;
}

/** The member nearest to the wish. */
export function pickNumber({ min, max }: Interval, wish: number): number {
  return Math.min(Math.max(wish, min), max);
}
