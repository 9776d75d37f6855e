/**
 * Characters that a terminal, an editor or a log viewer acts on: every control but the line end, every format character
 * (direction overrides, zero-width characters, tags), line and paragraph separators.
 */
const ACTING = /[^\P{Cc}\n]|\p{Cf}|[\u034F\u2028\u2029]/gu;

/** `##[`, `##vso[` and their like, which build runners obey anywhere in a line. */
const RUNNER_COMMAND = /##(\w*)\[/g;

/**
 * JSON whose bytes are harmless wherever they are printed (escapes: RFC 8259 section 7), ended by a line end. Parsers
 * read the same values: only escapes are added, and only inside strings, because outside of them JSON has none of
 * these characters.
 *
 * @param indent 0 for one line
 */
export function jsonText(document: unknown, indent: 0 | 2 = 2): string {
  const text = JSON.stringify(document, null, indent)
    .replaceAll(RUNNER_COMMAND, '##$1\\u005b')
    .replaceAll(ACTING, (char) =>
      Array.from({ length: char.length }, (_, index) => escapeUnit(char.charCodeAt(index))).join(''),
    );
  return `${text}\n`;
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
