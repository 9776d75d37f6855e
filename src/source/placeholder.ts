/**
 * What stands for a template expression after `maskTemplates`: a private-use character (Unicode 16, section 23.5), which
 * no configuration uses and every parser takes for a letter.
 */
export const MASK = '\uE000';

/**
 * Expressions of Helm, Go, Jinja and ERB; markers of the Auth0 Deploy CLI; `@name@`, which Maven fills in where it stands
 * alone. Bounded, so that no text makes them slow.
 */
const EXPRESSION =
  /\{\{[^\n]{0,2000}?\}\}|<%[^\n]{0,2000}?%>|\{%[^\n]{0,2000}?%\}|##[A-Z0-9_]{1,100}##|@@[A-Z0-9_]{1,100}@@|(?<=[\s:=])@[A-Za-z][\w.-]{0,100}@(?=\s|$)/g;

const CONTROL_LINE = /^[ \t]*(?:(?:\{\{[^\n]{0,2000}?\}\}|<%[^\n]{0,2000}?%>|\{%[^\n]{0,2000}?%\})[ \t]*)+$/gm;

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
  return text
    .replace(CONTROL_LINE, (line) => ' '.repeat(line.length))
    .replace(EXPRESSION, (expression) => MASK.repeat(expression.length));
}

/** A text with its placeholders told apart. */
export type Filled =
  | { readonly kind: 'literal'; readonly value: string }
  /** Nothing but a placeholder with a literal default: `${PORT:8080}`, `${PORT:-8080}`. */
  | { readonly kind: 'fallback'; readonly value: string }
  /** Decided elsewhere. */
  | { readonly kind: 'unknown' };

const WHOLE = /^\$\{([A-Za-z_][\w.\-/]*)(?::-?|-)([^${}]*)\}$/;
// `%NAME%` is at least four letters long, so that no percent-encoded text is taken for one.
const ANY = /\$\{[^}]*\}|\$\([A-Za-z_][^()]*\)|#\{[^}]*\}|%\([^)]*\)s|%[A-Z][A-Z0-9_]{3,}%|^@[A-Za-z][\w.-]{0,100}@$/;

/** Reads `${VAR}`, `${VAR:default}`, `${VAR:-default}`, `@name@` and masked template expressions in a value. */
export function fillIn(value: string): Filled {
  // Valid JSON is not masked, and may hold expressions in its texts.
  if (value.includes(MASK) || (isTemplated(value) && maskTemplates(value) !== value)) return { kind: 'unknown' };
  const whole = WHOLE.exec(value.trim());
  if (whole !== null) return { kind: 'fallback', value: whole[2] ?? '' };
  return ANY.test(value) || /^\$[A-Z_][A-Z0-9_]*$/.test(value) ? { kind: 'unknown' } : { kind: 'literal', value };
}
