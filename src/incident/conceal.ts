/** Tokens and keys in what clients sent: in a path, in the name of a program. */
const SECRET = /eyJ[\w-]{5,}(?:\.[\w-]*){0,4}|-----BEGIN[^-]*-----[\s\S]*/g;

/** Longest text of a log that is kept. */
const MAX_TEXT = 300;

/** A text of a log without any token in it, not longer than people can read. */
export function concealed(text: string | null): string | null {
  if (text === null) return null;
  const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  return short.includes('eyJ') || short.includes('-----BEGIN')
    ? short.replaceAll(SECRET, '(a token, not shown)')
    : short;
}
