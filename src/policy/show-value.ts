const LONGEST = 60;

/** What must not appear in a message even when somebody wrote it into a document (RFC 7519, RFC 7468). */
const SECRET = /eyJ[\w-]{8,}\.|-----BEGIN|PRIVATE KEY/;

/** A value as a message shows it: short, quoted when it is text, and never a token or key. */
export function showValue(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  // Not JSON.stringify: it has no word for infinities.
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return 'nothing';
  if (SECRET.test(value)) return 'a token or key (not shown)';
  const quoted = JSON.stringify(value);
  return quoted.length > LONGEST ? `${quoted.slice(0, LONGEST - 4)}..."` : quoted;
}
