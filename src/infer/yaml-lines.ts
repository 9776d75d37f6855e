import { DIRECTIVE_WORD } from '../lint/directive.ts';
import { writeFlow, writeScalar } from '../source/write-scalar.ts';

/** Lines of YAML, without their indentation. */
export type Lines = readonly string[];

/** One member on a line of its own, with what a reader should know about it. */
export function entry(key: string, value: unknown, note: string | null = null): string {
  return `${writeScalar(key)}: ${writeFlow(value)}${note === null ? '' : ` ${comment(note)}`}`;
}

/** A member that holds others; nothing when it would hold none. */
export function block(key: string, lines: Lines): Lines {
  return lines.length === 0 ? [] : [`${writeScalar(key)}:`, ...indented(lines)];
}

/** An item of a list. */
export function item(lines: Lines): Lines {
  return lines.map((line, index) => `${index === 0 ? '- ' : '  '}${line}`);
}

/** A comment line: names of files and blocks come from outside, and must not end it. */
export function comment(text: string): string {
  // Control characters, and what else some readers take for the end of a line (YAML 1.1 section 4.2).
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, ' ');
  const trimmed = line.trim();
  // A file may be named like a directive; here it must not be one.
  return `# ${trimmed.startsWith(DIRECTIVE_WORD) ? './' : ''}${trimmed}`;
}

function indented(lines: Lines): Lines {
  return lines.map((line) => `  ${line}`);
}
