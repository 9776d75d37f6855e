import { MASK, maskTemplates } from './placeholder.ts';

/** Most values of a file; a hand-written one has hundreds. */
const MAX_VALUES = 200_000;

/** Where a reader stands in a text. */
export interface Cursor {
  readonly text: string;
  at: number;
  count: number;
}

/** What a value stands in decides what ends it. */
export type Place = 'body' | 'list' | 'object';

/** Thrown for what is no HCL, and caught by the one function that reads a file. */
export class NotHcl extends Error {}

/** Thrown for HCL that would cost too much. */
export class CostlyHcl extends Error {
  /** Offset of what passes the limit. */
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** The text between quotes, past the closing one. */
export function readQuoted(cursor: Cursor): string {
  const start = cursor.at;
  const isTemplate = skipQuoted(cursor);
  const text = cursor.text.slice(start + 1, cursor.at - 1).replaceAll(ESCAPE, unescape);
  return isTemplate ? `${text}${MASK}` : maskTemplates(text);
}

const ESCAPE = /\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^])|\$(\$\{)|%(%\{)/g;

const LETTERS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function unescape(_: string, escaped?: string, dollar?: string, percent?: string): string {
  if (escaped === undefined) return dollar ?? percent ?? '';
  if (escaped.length === 1) return LETTERS[escaped] ?? escaped;
  const code = Number.parseInt(escaped.slice(1), 16);
  return code > 0x10ffff ? '' : String.fromCodePoint(code);
}

/** Past the closing quote. Gives whether an interpolation or directive stands inside; those may hold quotes again. */
function skipQuoted(cursor: Cursor): boolean {
  const { text } = cursor;
  const open: ('"' | '{')[] = ['"'];
  let isTemplate = false;
  let at = cursor.at + 1;
  while (open.length > 0) {
    const next = text.charAt(at);
    const isText = open.at(-1) === '"';
    if (next === '' || (next === '\n' && isText)) throw new NotHcl('text is not closed');
    if (isText && next === '\\') at += 1;
    else if (isText && (next === '$' || next === '%')) {
      if (text.startsWith(`${next}{`, at + 1)) at += 2;
      else if (text.charAt(at + 1) === '{') {
        isTemplate = true;
        open.push('{');
        at += 1;
      }
    } else if (next === '"') {
      if (isText) open.pop();
      else open.push('"');
    } else if (!isText && next === '{') open.push('{');
    else if (!isText && next === '}') open.pop();
    at += 1;
  }
  cursor.at = at;
  return isTemplate;
}

/** The text of a heredoc, past its end marker; null when none begins here. */
export function readHeredoc(cursor: Cursor): string | null {
  const [, flush, marker] = matchGroups(cursor, /<<(-?)([A-Za-z_][\w-]*)[ \t]*\r?\n/y) ?? [];
  if (marker === undefined) return null;
  const lines: string[] = [];
  for (let from = cursor.at; from < cursor.text.length;) {
    const newline = cursor.text.indexOf('\n', from);
    const end = newline < 0 ? cursor.text.length : newline;
    const line = cursor.text.slice(from, end).replace(/\r$/, '');
    if (line.trim() === marker) {
      cursor.at = from + line.length;
      return heredocText(lines, flush === '-');
    }
    lines.push(line);
    from = end + 1;
  }
  throw new NotHcl('heredoc is not closed');
}

function heredocText(lines: readonly string[], isFlush: boolean): string {
  const filled = lines.filter((line) => line.trim() !== '');
  const margin = isFlush ? filled.reduce((least, line) => Math.min(least, line.search(/\S/)), Infinity) : 0;
  const text = lines.map((line) => `${line.slice(Math.min(margin, line.length))}\n`).join('');
  const plain = text.replaceAll(/(?:\$\$|%%)\{/g, '');
  return /[$%]\{/.test(plain) ? `${text}${MASK}` : maskTemplates(text);
}

/** Up to what ends the value that an expression stands for; brackets and texts inside it are passed over whole. */
export function skipExpression(cursor: Cursor, place: Place): void {
  const open: string[] = [];
  for (;;) {
    const end = cursor.at;
    skipBlank(cursor, false);
    const next = cursor.text.charAt(cursor.at);
    if (open.length === 0 && isEnd(next, place)) {
      cursor.at = end;
      return;
    }
    if (next === '') throw new NotHcl('bracket is not closed');
    if (next === '"') skipQuoted(cursor);
    else if (next !== '<' || readHeredoc(cursor) === null) {
      if ('([{'.includes(next)) open.push(next);
      else if (')]}'.includes(next) && OPENING[next] !== open.pop()) throw new NotHcl('brackets do not match');
      cursor.at += 1;
    }
  }
}

const OPENING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** In a list, lines may end anywhere. */
export function isEnd(next: string, place: Place): boolean {
  if (next === '\n' && place === 'list') return false;
  return next === '' || '\n,]})'.includes(next);
}

const BLANK = /[ \t\r]+|#[^\n]*|\/\/[^\n]*/y;
const BLANK_LINES = /[ \t\r\n]+|#[^\n]*|\/\/[^\n]*/y;

/** Blanks and comments, with the ends of lines if asked for. */
export function skipBlank(cursor: Cursor, withLines: boolean): void {
  for (;;) {
    // One after another: an expression for all of them runs out of stack on megabytes of comments.
    while (match(cursor, withLines ? BLANK_LINES : BLANK) !== null);
    if (!startsWith(cursor, '/*')) return;
    const end = cursor.text.indexOf('*/', cursor.at + 2);
    if (end < 0) throw new NotHcl('comment is not closed');
    cursor.at = end + 2;
  }
}

/** To the end of the line. */
export function skipLine(cursor: Cursor): void {
  const end = cursor.text.indexOf('\n', cursor.at);
  cursor.at = end < 0 ? cursor.text.length : end;
}

/** Whether a text stands here. */
export function startsWith({ text, at }: Cursor, prefix: string): boolean {
  return text.startsWith(prefix, at);
}

/** The text that a sticky pattern finds here, past it; null when it finds none. */
export function match(cursor: Cursor, pattern: RegExp): string | null {
  return matchGroups(cursor, pattern)?.[0] ?? null;
}

function matchGroups(cursor: Cursor, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text);
  if (found !== null) cursor.at = pattern.lastIndex;
  return found;
}

/** Counts one more value, so that no file costs too much. */
export function countOne(cursor: Cursor): void {
  cursor.count += 1;
  if (cursor.count > MAX_VALUES) throw new CostlyHcl(`the file has more than ${MAX_VALUES} values`, cursor.at);
}
