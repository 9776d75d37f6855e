/** RFC 3339 in UTC with milliseconds. @param epochMs milliseconds since the epoch */
export function toTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
