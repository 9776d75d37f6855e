/** RFC 3339 in UTC with milliseconds. @param epochMs milliseconds since the epoch */
export function toTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** Reads an HTTP-date (RFC 9110 section 5.6.7) as milliseconds since the epoch; null for anything else. */
export function fromHttpDate(text: string): number | null {
  if (!/^[A-Z][a-z]+, .*\d{2}:\d{2}:\d{2}/.test(text)) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}

/** Reads an RFC 3339 time as milliseconds since the epoch; null for anything else. */
export function fromTimestamp(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/.test(text)) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}
