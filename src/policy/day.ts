/** Milliseconds of a day. */
export const DAY = 86_400_000;

/** Milliseconds since the epoch at which a day of the proleptic Gregorian calendar begins in UTC; null for no such day. */
export function startOfDay(text: string): number | null {
  const [, year, month, day] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return null;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  const length = lengths[month - 1];
  if (length === undefined || day < 1 || day > length) return null;
  return daysSinceEpoch(year, month, day) * DAY;
}

/** Counts in years that begin on 1 March, so that the leap day is the last of its year. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const EPOCH = 719_468; // days from 0000-03-01 to 1970-01-01
  return marchYear * 365 + leapDays + dayOfYear - EPOCH;
}
