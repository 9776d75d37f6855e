/** Texts that YAML 1.2 reads as something else than text (core schema, section 10.3.2), or that older readers do. */
const NOT_TEXT = /^(?:null|true|false|yes|no|on|off|[-+]?[\d.].*|\.nan|\.inf)$/i;

/** Texts that need no quotes anywhere, in flow collections and out of them. */
const PLAIN = /^[A-Za-z][\w./+-]*$/;

/** A duration is plain though it begins with a digit: no reader takes its unit for a number. */
const DURATION = /^(?:\d+(?:ms|[smhd]))+$/;

/** A value as one scalar of YAML, without quotes where they are not needed. */
export function writeScalar(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  return DURATION.test(value) || (PLAIN.test(value) && !NOT_TEXT.test(value)) ? value : quoted(value);
}

/** In double quotes, with escapes for what JSON leaves as it is and YAML does not print (YAML 1.2 section 5.1). */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Any value on one line. */
export function writeFlow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writeFlow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, member]) => `${writeScalar(key)}: ${writeFlow(member)}`);
    return `{ ${entries.join(', ')} }`;
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? writeScalar(value)
    : 'null';
}

/** A value in the quotes of the one it takes the place of. @param type of the `yaml` library's scalar */
export function quotedLike(type: string | undefined, value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  if (type === 'QUOTE_DOUBLE') return quoted(value);
  return type === 'QUOTE_SINGLE' && !/[\n\r]/.test(value) ? `'${value.replaceAll("'", "''")}'` : writeScalar(value);
}

/** How the lines of a text end. */
export function lineEndOf(text: string): '\n' | '\r\n' {
  return /\r\n/.test(text) ? '\r\n' : '\n';
}
