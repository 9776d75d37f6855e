const LONGEST = 60;

/** What must not appear in a message even when somebody wrote it into a document (RFC 7519, RFC 7468). */
const SECRET = /eyJ[\w-]{8,}\.|-----BEGIN|PRIVATE KEY/;

/** What stands further behind is not shown, whatever it is. */
const LOOKED_AT = 5000;

/** Whether a text holds what must never stand in a document: a token or a private key. */
export function looksSecret(text: string): boolean {
  return SECRET.test(text.slice(0, LOOKED_AT));
}

/** A text of the user as messages show it: in double quotes, short, and never a token or key. */
export function showText(text: string): string {
  if (looksSecret(text)) return 'a token or key (not shown)';
  const quoted = JSON.stringify(text.slice(0, LONGEST));
  return quoted.length > LONGEST || text.length > LONGEST ? `${quoted.slice(0, LONGEST - 4)}..."` : quoted;
}
