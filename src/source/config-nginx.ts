import type { Pointer } from '../model/document.ts';
import type { Location } from '../model/location.ts';
import { startOf } from '../model/location.ts';
import type { ConfigDocument, LeaveOut } from './config-document.ts';
import { locateIn } from './config-text.ts';
import { MAX_DEPTH, refuseConfigSize } from './limits.ts';
import { skipLua } from './lua-block.ts';
import { maskTemplates } from './placeholder.ts';
import { leftOut } from './problem.ts';

/** Most words of a file; a hand-written configuration has thousands. */
const MAX_WORDS = 200_000;

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

interface Directive {
  readonly words: Word[];
  /** Null for a directive that ends in a semicolon. */
  readonly block: Directive[] | null;
}

/**
 * Reads nginx's own grammar: a list of directives, each `{ words, block }` or `{ words }`. Quotes are taken off, comments
 * left out, blocks of Lua are empty. `include` is a directive like any other: what it names is not read here.
 */
export function readNginxConfig(file: string, text: string, leaveOut: LeaveOut): readonly ConfigDocument[] {
  if (refuseConfigSize(file, text, leaveOut)) return [];
  const place = locateIn(file, text);
  const directives = directivesOf(maskTemplates(text), (from, to, message) =>
    leaveOut(leftOut(place(from, to), message)),
  );
  if (directives.length === 0) return [];
  const locate = (pointer: Pointer): Location => {
    const words = wordsAt(directives, pointer);
    const first = words[0];
    return first === undefined ? startOf(file) : place(first.start, (words.at(-1) ?? first).end);
  };
  return [{ file, index: 0, data: directives.map(plain), format: 'nginx', text, locate, locateKey: locate }];
}

interface Level {
  readonly directives: Directive[];
  words: Word[];
}

/** Directives of a text, as far as it is one; none where it is too large or nested too deep. */
function directivesOf(text: string, refuse: (from: number, to: number, message: string) => void): Directive[] {
  const root: Level = { directives: [], words: [] };
  const levels: Level[] = [root];
  let count = 0;
  let at = 0;
  while (at < text.length) {
    const level = levels.at(-1) ?? root;
    at = afterBlanks(text, at);
    const mark = text[at];
    if (mark === undefined) break;
    if (mark === ';' || mark === '{' || mark === '}') {
      at++;
      if (mark === '}') {
        finish(level, null);
        if (levels.length > 1) levels.pop();
        continue;
      }
      const block: Directive[] | null = mark === '{' ? [] : null;
      const isLua = level.words[0]?.text.endsWith('_by_lua_block') === true;
      finish(level, block);
      if (block === null) continue;
      if (isLua) at = skipLua(text, at);
      else levels.push({ directives: block, words: [] });
      if (levels.length > MAX_DEPTH) {
        refuse(at - 1, at, `blocks are nested deeper than ${MAX_DEPTH}`);
        return [];
      }
      continue;
    }
    const word = wordAt(text, at);
    at = word.end;
    level.words.push(word);
    if (++count > MAX_WORDS) {
      refuse(word.start, word.end, `the file has more than ${MAX_WORDS} words`);
      return [];
    }
  }
  return root.directives;
}

/** What stands at the end of a file without a semicolon was cut off, and is no directive. */
function finish(level: Level, block: Directive[] | null): void {
  if (level.words.length > 0) level.directives.push({ words: level.words, block });
  level.words = [];
}

const BLANKS = /\s+|#[^\n]*/y;

function afterBlanks(text: string, at: number): number {
  let end = at;
  BLANKS.lastIndex = at;
  // One after another: an expression for all of them runs out of stack on megabytes of comments.
  while (BLANKS.test(text)) end = BLANKS.lastIndex;
  return end;
}

const END = { '"': /["\\]/g, "'": /['\\]/g, bare: /[\s;{\\]/g } as const;

/** As ngx_conf_read_token has it: a quote opens a text only where a word begins, and `${` opens no block. */
function wordAt(text: string, start: number): Word {
  const first = text[start];
  if (first !== '"' && first !== "'") {
    const end = endOf(text, start, END.bare);
    return { text: unescape(text.slice(start, end)), start, end };
  }
  const end = endOf(text, start + 1, END[first]);
  return { text: unescape(text.slice(start + 1, end)), start, end: Math.min(end + 1, text.length) };
}

/** Looks from mark to mark: one expression for a whole word runs out of stack on a word of megabytes. */
function endOf(text: string, from: number, marks: RegExp): number {
  marks.lastIndex = from;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    const { index } = mark;
    if (mark[0] === '\\') marks.lastIndex = index + 2;
    else if (mark[0] !== '{' || text[index - 1] !== '$') return index;
  }
  return text.length;
}

function unescape(raw: string): string {
  return raw.replaceAll(/\\(["'\\])/g, '$1');
}

function plain({ words, block }: Directive): unknown {
  const texts = words.map(({ text }) => text);
  return block === null ? { words: texts } : { words: texts, block: block.map(plain) };
}

/** `/2` is a whole directive without its block, `/2/words/1` one word, `/2/block/0` a directive inside. */
function wordsAt(directives: readonly Directive[], pointer: Pointer): readonly Word[] {
  const [, index, part, ...rest] = pointer.split('/');
  const directive = index === undefined ? undefined : directives[Number(index)];
  if (directive === undefined) return [];
  const { words, block } = directive;
  const [step] = rest;
  if (step === undefined) return words;
  if (part === 'words') return words.slice(Number(step), Number(step) + 1);
  const inside = wordsAt(block ?? [], `/${rest.join('/')}`);
  return inside.length === 0 ? words : inside;
}
