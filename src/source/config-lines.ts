import type { Pointer } from '../model/document.ts';
import type { Location } from '../model/location.ts';
import { startOf } from '../model/location.ts';
import type { ConfigDocument, ConfigFormat, LeaveOut } from './config-document.ts';
import { refuseConfigSize } from './limits.ts';
import { wordsOfLine } from './line-words.ts';
import { maskTemplates } from './placeholder.ts';
import { leftOut } from './problem.ts';

/** Most words of a file; a hand-written configuration has thousands. */
const MAX_WORDS = 200_000;

/** Longest line; one of megabytes is no configuration. */
const MAX_LINE = 65_536;

interface Word {
  readonly text: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
}

/**
 * Reads files of directives, one to a line, as HAProxy and httpd have them: a list of directives, each the list of its
 * words. Quotes are taken off, comments left out, lines that end in a backslash go on in the next.
 */
export function readLinesConfig(
  file: string,
  text: string,
  format: ConfigFormat,
  leaveOut: LeaveOut,
): readonly ConfigDocument[] {
  if (refuseConfigSize(file, text, leaveOut)) return [];
  const leaveOutLine = (line: number, message: string): void =>
    leaveOut(leftOut({ file, line, column: 1, endLine: line, endColumn: 2 }, message));
  const directives: Word[][] = [];
  let open: Word[] | null = null;
  let count = 0;
  for (const [index, whole] of maskTemplates(text).split('\n').entries()) {
    const line = whole.length > MAX_LINE ? '' : whole;
    if (whole.length > MAX_LINE) leaveOutLine(index + 1, lineTooLong(whole.length));
    const goesOn = /\\\r?$/.test(line);
    const words = wordsIn(goesOn ? line.replace(/\\\r?$/, '') : line, index + 1, format);
    count += words.length;
    if (count > MAX_WORDS) {
      leaveOutLine(index + 1, `the file has more than ${MAX_WORDS} words`);
      return [];
    }
    if (open === null) {
      if (words.length === 0 && !goesOn) continue;
      open = words;
      directives.push(open);
    } else open.push(...words);
    if (!goesOn) open = null;
  }
  const filled = directives.filter(({ length }) => length > 0);
  if (filled.length === 0) return [];
  const locate = (pointer: Pointer): Location => placeOf(file, filled, pointer);
  const data = filled.map((words) => words.map((word) => word.text));
  return [{ file, index: 0, data, format, text, locate, locateKey: locate }];
}

function lineTooLong(length: number): string {
  return `the line has ${length} characters; one of more than ${MAX_LINE} is left out`;
}

function wordsIn(line: string, number: number, format: ConfigFormat): Word[] {
  return wordsOfLine(line, format === 'httpd' ? 'httpd' : 'all').map(({ text, start, end }) => ({
    text,
    line: number,
    column: start + 1,
    endColumn: end + 1,
  }));
}

/** `/3` is a whole directive, `/3/1` its second word. */
function placeOf(file: string, directives: readonly (readonly Word[])[], pointer: Pointer): Location {
  const [, directive, word] = pointer.split('/');
  const words = directive === undefined ? undefined : directives[Number(directive)];
  const first = words?.[word === undefined ? 0 : Number(word)] ?? words?.[0];
  if (first === undefined) return startOf(file);
  const last = word === undefined ? (words?.at(-1) ?? first) : first;
  return { file, line: first.line, column: first.column, endLine: last.line, endColumn: last.endColumn };
}
