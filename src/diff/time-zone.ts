/**
 * What policies ask of a token's times depends on two numbers, its lifetime (`exp - iat`) and its age (now - `iat`), and on
 * their difference, the time since `exp`. So their limits are one region: a zone of difference constraints, kept tight, which
 * makes emptiness exact. Three independent limits would allow a token of a minute that is an hour old and not expired.
 */
import type { Interval } from './interval.ts';
import { commonNumbers, hasNumber, noNumbers, numbersWithin, numbersWithout, pickNumber } from './interval.ts';

/** Milliseconds. */
export interface TimeZone {
  readonly lifetime: Interval;
  readonly age: Interval;
  /** Age minus lifetime: negative while the token has not expired. */
  readonly overdue: Interval;
}

/** A zone with the tightest limits that hold the same points; null when there is none. */
export function timeZone(lifetime: Interval, age: Interval, overdue: Interval): TimeZone | null {
  let zone: TimeZone = { lifetime, age, overdue };
  // Two rounds settle three variables bound by one equation.
  for (let round = 0; round < 2; round += 1) zone = tightened(zone);
  return noNumbers(zone.lifetime) || noNumbers(zone.age) || noNumbers(zone.overdue) ? null : zone;
}

function tightened({ lifetime, age, overdue }: TimeZone): TimeZone {
  return {
    lifetime: commonNumbers(lifetime, { min: age.min - overdue.max, max: age.max - overdue.min }),
    age: commonNumbers(age, { min: lifetime.min + overdue.min, max: lifetime.max + overdue.max }),
    overdue: commonNumbers(overdue, { min: age.min - lifetime.max, max: age.max - lifetime.min }),
  };
}

export function commonTimes(a: TimeZone, b: TimeZone): TimeZone | null {
  if (a === b) return a;
  return timeZone(
    commonNumbers(a.lifetime, b.lifetime),
    commonNumbers(a.age, b.age),
    commonNumbers(a.overdue, b.overdue),
  );
}

export function timesWithin(a: TimeZone, b: TimeZone): boolean {
  if (a === b) return true;
  return numbersWithin(a.lifetime, b.lifetime) && numbersWithin(a.age, b.age) && numbersWithin(a.overdue, b.overdue);
}

/** The parts of `a` beyond each limit of `b`; they exclude each other. */
export function timesWithout(a: TimeZone, b: TimeZone): readonly TimeZone[] {
  const parts: (TimeZone | null)[] = [];
  for (const lifetime of numbersWithout(a.lifetime, b.lifetime)) parts.push(timeZone(lifetime, a.age, a.overdue));
  const withLifetime = commonNumbers(a.lifetime, b.lifetime);
  for (const age of numbersWithout(a.age, b.age)) parts.push(timeZone(withLifetime, age, a.overdue));
  const withAge = commonNumbers(a.age, b.age);
  for (const overdue of numbersWithout(a.overdue, b.overdue)) parts.push(timeZone(withLifetime, withAge, overdue));
  return parts.filter((part) => part !== null);
}

export function hasTimes(zone: TimeZone, lifetime: number, age: number): boolean {
  return hasNumber(zone.lifetime, lifetime) && hasNumber(zone.age, age) && hasNumber(zone.overdue, age - lifetime);
}

/** A member near the wishes: the lifetime first, then an age that goes with it. */
export function pickTimes(
  zone: TimeZone,
  wish: { readonly lifetime: number; readonly age: number },
): { readonly lifetime: number; readonly age: number } {
  const lifetime = pickNumber(zone.lifetime, wish.lifetime);
  const age = commonNumbers(zone.age, { min: lifetime + zone.overdue.min, max: lifetime + zone.overdue.max });
  return { lifetime, age: pickNumber(age, wish.age) };
}
