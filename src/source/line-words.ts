import { endOfQuoted } from './quoted.ts';

/** A word of a line, quotes taken off. Offsets are those in the line, quotes included. */
export interface LineWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Which backslashes count: all, or as ap_getword_conf of httpd has it, those before a quote or backslash in quotes. */
export type Escapes = 'all' | 'httpd';

const BARE = /[^\s"'\\#]+|#/y;

/**
 * Words of a line up to its comment, which begins at a # that stands alone. A word may hold texts in quotes, in double
 * ones with backslash escapes; a quote that nothing closes ends the word. Looks at each character once.
 */
export function wordsOfLine(line: string, escapes: Escapes): readonly LineWord[] {
  const words: LineWord[] = [];
  const unclosed = new Set<string>();
  let pieces: Piece[] = [];
  const finish = (): void => {
    const [first] = pieces;
    if (first === undefined) return;
    words.push({ text: pieces.map(({ text }) => text).join(''), start: first.start, end: pieces.at(-1)?.end ?? 0 });
    pieces = [];
  };
  for (let at = 0; at < line.length;) {
    const isSpace = /\s/.test(line.charAt(at));
    if (line.charAt(at) === '#' && pieces.length === 0 && (at === 0 || /\s/.test(line.charAt(at - 1)))) break;
    const piece = isSpace ? null : pieceAt(line, at, escapes, unclosed);
    if (piece === null) finish();
    else pieces.push(piece);
    at = piece?.end ?? at + 1;
  }
  finish();
  return words;
}

type Piece = LineWord;

/** What stands at an offset as part of a word; null for what ends one. */
function pieceAt(line: string, at: number, escapes: Escapes, unclosed: Set<string>): Piece | null {
  const mark = line.charAt(at);
  if (mark === '"' || mark === "'") return quotedAt(line, at, escapes, unclosed);
  if (mark === '\\') {
    const text = line.slice(escapes === 'all' ? at + 1 : at, at + 2);
    return at + 1 < line.length ? { text, start: at, end: at + 2 } : null;
  }
  BARE.lastIndex = at;
  const text = BARE.exec(line)?.[0] ?? mark;
  return { text, start: at, end: at + text.length };
}

/** @param unclosed marks that no later one closes, so that none is looked for twice */
function quotedAt(line: string, at: number, escapes: Escapes, unclosed: Set<string>): Piece | null {
  const mark = line.charAt(at);
  if (unclosed.has(mark)) return null;
  const end = mark === '"' ? endOfQuoted(line, at) : line.indexOf(mark, at + 1) + 1;
  if (end === null || end === 0) {
    unclosed.add(mark);
    return null;
  }
  const inside = line.slice(at + 1, end - 1);
  if (mark === "'") return { text: inside, start: at, end };
  return { text: inside.replaceAll(escapes === 'all' ? /\\(.)/g : /\\(["\\])/g, '$1'), start: at, end };
}
