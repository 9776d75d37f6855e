/** Units of a duration text and their milliseconds, the coarsest first. */
const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

const TEXT = /^(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+$/;
const ISO = /^P(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$/;

/**
 * A shorter duration in the notation of a written one: `900` that means 15 minutes is a number of seconds, and so is what
 * comes out. Rounded down, so that the limit holds.
 *
 * @param written the value as it stands in the file
 * @param from what it means, in milliseconds
 * @param to what it shall mean, in milliseconds
 * @returns null when the notation is not known, or cannot express anything above zero that is short enough
 */
export function shortenDuration(written: unknown, from: number, to: number): string | number | null {
  if (to >= from || to <= 0) return null;
  if (typeof written === 'number') return scaled(written, from, to);
  if (typeof written !== 'string') return null;
  const text = written.trim();
  if (/^\d+(?:\.\d+)?$/.test(text)) {
    const number = scaled(Number(text), from, to);
    return number === null ? null : String(number);
  }
  // Another repair may have been here before: then it means something else by now, and must not become longer again.
  if (TEXT.test(text)) return millisOf(text) === from ? durationText(to, text.includes('ms')) : null;
  if (!ISO.test(text) || millisOf(text.replace(/^P/i, '').replace(/T/i, '')) !== from) return null;
  return to >= 1000 ? `PT${Math.floor(to / 1000)}S` : null;
}

const MILLIS: Readonly<Record<string, number>> = { ...Object.fromEntries(UNITS), w: 604_800_000 };

/** Milliseconds of `1h30m` and of an ISO duration without its letters P and T. */
function millisOf(text: string): number {
  const parts = [...text.toLowerCase().matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)];
  return Math.round(parts.reduce((sum, [, digits, unit]) => sum + Number(digits) * (MILLIS[unit ?? ''] ?? NaN), 0));
}

/** A whole number of the unit that the written number counts. */
function scaled(written: number, from: number, to: number): number | null {
  const unit = from / written;
  const number = Math.floor(to / unit);
  return Number.isFinite(unit) && unit >= 1 && number > 0 ? number : null;
}

/** In the coarsest unit that says it exactly; whole seconds unless the written one counts milliseconds. */
function durationText(ms: number, isFine: boolean): string | null {
  const rounded = isFine ? Math.floor(ms) : Math.floor(ms / 1000) * 1000;
  const unit = UNITS.find(([, size]) => rounded > 0 && rounded % size === 0);
  return unit === undefined ? null : `${rounded / unit[1]}${unit[0]}`;
}
