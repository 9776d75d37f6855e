/**
 * What stands for a template expression after `maskTemplates`: a private-use character (Unicode 16, section 23.5), which
 * no configuration uses and every parser takes for a letter.
 */
export const MASK = '\uE000';

/**
 * Expressions of Helm, Go, Jinja and ERB, by how they open. One is on one line and of bounded length.
 */
const OPENING = /\{\{|<%|\{%/g;

const CLOSING: Readonly<Record<string, string>> = { '{{': '}}', '<%': '%>', '{%': '%}' };

/** Longest text between the marks of an expression. */
const MAX_INSIDE = 2000;

/** Markers of the Auth0 Deploy CLI; `@name@`, which Maven fills in where it stands alone. */
const MARKER = /##[A-Z0-9_]{1,100}##|@@[A-Z0-9_]{1,100}@@|(?<=[\s:=])@[A-Za-z][\w.-]{0,100}@(?=\s|$)/g;

/** A line that an expression begins and an expression ends. */
const CONTROL_LINE = /^[ \t]*(?:\{\{|<%|\{%).{0,4000}(?:\}\}|%>|%\})[ \t]*$/gm;

/** Whether a text holds an expression that `maskTemplates` would mask. */
export function isTemplated(text: string): boolean {
  return (
    text.includes('{{') ||
    text.includes('<%') ||
    text.includes('{%') ||
    text.includes('##') ||
    /@[\w.-]{0,101}@/.test(text)
  );
}

/**
 * Replaces template expressions by as many mask characters, so that the text parses and every position holds. Lines of
 * nothing but control expressions become blank.
 */
export function maskTemplates(text: string): string {
  if (!isTemplated(text)) return text;
  return maskExpressions(text.replace(CONTROL_LINE, (line) => ' '.repeat(line.length))).replace(MARKER, (marker) =>
    MASK.repeat(marker.length),
  );
}

/** Looks for each closing mark once, however many opening ones have none. */
function maskExpressions(text: string): string {
  const parts: string[] = [];
  const closers = new Map<string, number>();
  let from = 0;
  OPENING.lastIndex = 0;
  for (let match = OPENING.exec(text); match !== null; match = OPENING.exec(text)) {
    const { 0: opening, index } = match;
    const inside = index + opening.length;
    const close = nextOf(text, CLOSING[opening] ?? '', inside, closers);
    if (close - inside > MAX_INSIDE || nextOf(text, '\n', inside, closers) < close) {
      OPENING.lastIndex = index + 1;
      continue;
    }
    parts.push(text.slice(from, index), MASK.repeat(close + 2 - index));
    from = close + 2;
    OPENING.lastIndex = from;
  }
  return parts.join('') + text.slice(from);
}

/** Where a mark stands next; remembered, so that it is looked for again only when it is passed. */
function nextOf(text: string, mark: string, from: number, known: Map<string, number>): number {
  const before = known.get(mark);
  if (before !== undefined && before >= from) return before;
  const found = text.indexOf(mark, from);
  const next = found < 0 ? Number.POSITIVE_INFINITY : found;
  known.set(mark, next);
  return next;
}

/** A text with its placeholders told apart. */
export type Filled =
  | { readonly kind: 'literal'; readonly value: string }
  /** Nothing but a placeholder with a literal default: `${PORT:8080}`, `${PORT:-8080}`. */
  | { readonly kind: 'fallback'; readonly value: string }
  /** Decided elsewhere. */
  | { readonly kind: 'unknown' };

const WHOLE = /^\$\{(?=[^${}]*\}$)([A-Za-z_][\w.\-/]*)(?::-?|-)([^${}]*)\}$/;
// `%NAME%` is at least four letters long, so that no percent-encoded text is taken for one.
const ANY = /\$\([A-Za-z_][^()]*\)|%\([^()]*\)s|%[A-Z][A-Z0-9_]{3,}%|^@[A-Za-z][\w.-]{0,100}@$/;

/** Reads `${VAR}`, `${VAR:default}`, `${VAR:-default}`, `@name@` and masked template expressions in a value. */
export function fillIn(value: string): Filled {
  // Valid JSON is not masked, and may hold expressions in its texts.
  if (value.includes(MASK) || (isTemplated(value) && maskTemplates(value) !== value)) return { kind: 'unknown' };
  const whole = WHOLE.exec(value.trim());
  if (whole !== null) return { kind: 'fallback', value: whole[2] ?? '' };
  return hasBraces(value, '${') || hasBraces(value, '#{') || ANY.test(value) || /^\$[A-Z_][A-Z0-9_]*$/.test(value)
    ? { kind: 'unknown' }
    : { kind: 'literal', value };
}

function hasBraces(value: string, opening: string): boolean {
  const start = value.indexOf(opening);
  return start >= 0 && value.includes('}', start);
}
