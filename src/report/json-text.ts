/** Characters that act on a terminal or change how a line reads, which JSON may hold as they are. */
const ACTING = /[\u007F-\u009F\u2028\u2029]|\p{Cf}/gu;

/**
 * A document as JSON text, indented and ended by a line end. Characters that would act where the text is shown are
 * escaped (RFC 8259 section 7), so that a reader gets them and a terminal does not.
 */
export function jsonText(document: unknown): string {
  return `${JSON.stringify(document, null, 2).replaceAll(ACTING, escapeUnits)}\n`;
}

function escapeUnits(character: string): string {
  let escaped = '';
  for (let at = 0; at < character.length; at += 1) {
    escaped += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }
  return escaped;
}
