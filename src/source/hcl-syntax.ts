import type { Cursor, Place } from './hcl-scan.ts';
import {
  CostlyHcl,
  NotHcl,
  countOne,
  isEnd,
  match,
  readHeredoc,
  readQuoted,
  skipBlank,
  skipExpression,
  skipLine,
  startsWith,
} from './hcl-scan.ts';
import { MAX_DEPTH } from './limits.ts';
import { MASK } from './placeholder.ts';

/*
 * The part of HCL (github.com/hashicorp/hcl, spec.md) that says things without computing them: blocks, literals, lists,
 * objects and heredocs. An expression is not computed; it becomes its own text with a mask character behind it, so that
 * it reads as unknown and what it refers to can still be seen.
 */

/** Offsets of the first character and of the one after the last. */
export type HclRange = readonly [start: number, end: number];

export interface HclAttribute {
  readonly kind: 'attribute';
  readonly name: string;
  readonly nameAt: HclRange;
  readonly value: HclValue;
}

export interface HclBlock {
  readonly kind: 'block';
  /** The type and the labels: `resource`, `aws_cognito_user_pool`, `main`. */
  readonly path: readonly { readonly text: string; readonly at: HclRange }[];
  readonly at: HclRange;
  readonly body: readonly HclEntry[];
}

export type HclEntry = HclAttribute | HclBlock;

export type HclValue =
  | { readonly kind: 'scalar'; readonly value: string | number | boolean | null; readonly at: HclRange }
  | { readonly kind: 'list'; readonly items: readonly HclValue[]; readonly at: HclRange }
  | { readonly kind: 'object'; readonly entries: readonly HclAttribute[]; readonly at: HclRange };

/** Entries of a file; null when it is no HCL, or nests too deeply, or holds too much: then that is told, and where. */
export function parseHcl(text: string, refuse: (at: number, message: string) => void): readonly HclEntry[] | null {
  try {
    return readBody({ text, at: 0, count: 0 }, 0);
  } catch (error) {
    if (error instanceof NotHcl) return null;
    if (error instanceof CostlyHcl) {
      refuse(error.at, error.message);
      return null;
    }
    throw error;
  }
}

function tooDeep({ at }: Cursor): CostlyHcl {
  return new CostlyHcl(`blocks, lists and mappings are nested deeper than ${MAX_DEPTH}`, at);
}

/** Up to the end of the file, or at depth to the closing brace. */
function readBody(cursor: Cursor, depth: number): readonly HclEntry[] {
  const entries: HclEntry[] = [];
  for (;;) {
    skipBlank(cursor, true);
    const next = cursor.text.charAt(cursor.at);
    if (next === '' && depth === 0) return entries;
    if (next === '}' && depth > 0) {
      cursor.at += 1;
      return entries;
    }
    // A line of a template engine, as `{% if x %}` or `{{- end }}`, stands where no entry can begin.
    if (startsWith(cursor, '{{') || startsWith(cursor, '{%') || startsWith(cursor, '<%')) skipLine(cursor);
    else entries.push(readEntry(cursor, depth));
  }
}

function readEntry(cursor: Cursor, depth: number): HclEntry {
  countOne(cursor);
  const first = readName(cursor);
  skipBlank(cursor, false);
  if (isAssignment(cursor)) {
    cursor.at += 1;
    skipBlank(cursor, false);
    const value = readValue(cursor, 'body', depth);
    skipBlank(cursor, false);
    if (cursor.text.charAt(cursor.at) === ',') cursor.at += 1;
    return { kind: 'attribute', name: first.text, nameAt: first.at, value };
  }
  const path = [first];
  while (cursor.text.charAt(cursor.at) !== '{') {
    path.push(readName(cursor));
    if (path.length + depth > MAX_DEPTH) throw tooDeep(cursor);
    skipBlank(cursor, false);
  }
  if (depth >= MAX_DEPTH) throw tooDeep(cursor);
  cursor.at += 1;
  const body = readBody(cursor, depth + 1);
  return { kind: 'block', path, at: [first.at[0], cursor.at], body };
}

function readValue(cursor: Cursor, place: Place, depth: number): HclValue {
  countOne(cursor);
  const start = cursor.at;
  const literal = readLiteral(cursor, depth);
  const end = cursor.at;
  if (literal !== null && isAtEnd(cursor, place)) {
    cursor.at = end;
    return literal;
  }
  if (literal === null) cursor.at = start;
  skipExpression(cursor, place);
  const text = cursor.text.slice(start, cursor.at).trim();
  if (text === '') throw new NotHcl('no value');
  return { kind: 'scalar', value: `\${${text}}${MASK}`, at: [start, start + text.length] };
}

/** A value that needs no computing; null when what stands here is something else. */
function readLiteral(cursor: Cursor, depth: number): HclValue | null {
  const start = cursor.at;
  const next = cursor.text.charAt(start);
  if (next === '"') {
    const value = readQuoted(cursor);
    return { kind: 'scalar', value, at: [start, cursor.at] };
  }
  if (next === '<') {
    const value = readHeredoc(cursor);
    return value === null ? null : { kind: 'scalar', value, at: [start, cursor.at] };
  }
  if (next === '[') return readList(cursor, depth + 1);
  if (next === '{') return readObject(cursor, depth + 1);
  const number = match(cursor, /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y);
  if (number !== null) return { kind: 'scalar', value: Number(number), at: [start, cursor.at] };
  const word = match(cursor, /(?:true|false|null)(?![\w.-])/y);
  if (word !== null) {
    return { kind: 'scalar', value: word === 'null' ? null : word === 'true', at: [start, cursor.at] };
  }
  return readConversion(cursor, depth + 1);
}

/** Functions that change the type of a value and not what it says. */
function readConversion(cursor: Cursor, depth: number): HclValue | null {
  const start = cursor.at;
  if (depth > MAX_DEPTH) throw tooDeep(cursor);
  const name = match(cursor, /(?:toset|tolist|tostring|tonumber|tobool|sensitive|nonsensitive|jsonencode)\(/y);
  if (name === null) return null;
  skipBlank(cursor, true);
  const value = readValue(cursor, 'list', depth);
  skipBlank(cursor, true);
  if (cursor.text.charAt(cursor.at) !== ')') {
    cursor.at = start;
    return null;
  }
  cursor.at += 1;
  return { ...value, at: [start, cursor.at] };
}

function readList(cursor: Cursor, depth: number): HclValue | null {
  if (depth > MAX_DEPTH) throw tooDeep(cursor);
  const start = cursor.at;
  cursor.at += 1;
  const items: HclValue[] = [];
  for (;;) {
    skipBlank(cursor, true);
    if (items.length === 0 && isComprehension(cursor)) return null;
    if (cursor.text.charAt(cursor.at) === ']') {
      cursor.at += 1;
      return { kind: 'list', items, at: [start, cursor.at] };
    }
    items.push(readValue(cursor, 'list', depth));
    skipBlank(cursor, true);
    if (cursor.text.charAt(cursor.at) === ',') cursor.at += 1;
    else if (cursor.text.charAt(cursor.at) !== ']') throw new NotHcl('list is not closed');
  }
}

function readObject(cursor: Cursor, depth: number): HclValue | null {
  if (startsWith(cursor, '{{')) return null;
  if (depth > MAX_DEPTH) throw tooDeep(cursor);
  const start = cursor.at;
  cursor.at += 1;
  const entries: HclAttribute[] = [];
  for (;;) {
    skipBlank(cursor, true);
    if (entries.length === 0 && isComprehension(cursor)) return null;
    const next = cursor.text.charAt(cursor.at);
    if (next === '}') {
      cursor.at += 1;
      return { kind: 'object', entries, at: [start, cursor.at] };
    }
    if (next === ',' && entries.length > 0) cursor.at += 1;
    else entries.push(readMember(cursor, depth));
  }
}

function readMember(cursor: Cursor, depth: number): HclAttribute {
  countOne(cursor);
  const key = cursor.text.charAt(cursor.at) === '(' ? readComputedKey(cursor) : readName(cursor);
  skipBlank(cursor, false);
  if (!isAssignment(cursor) && cursor.text.charAt(cursor.at) !== ':') throw new NotHcl('no = in object');
  cursor.at += 1;
  skipBlank(cursor, false);
  const value = readValue(cursor, 'object', depth);
  return { kind: 'attribute', name: key.text, nameAt: key.at, value };
}

function readComputedKey(cursor: Cursor): { readonly text: string; readonly at: HclRange } {
  const start = cursor.at;
  cursor.at += 1;
  skipExpression(cursor, 'list');
  skipBlank(cursor, true);
  if (cursor.text.charAt(cursor.at) !== ')') throw new NotHcl('key is not closed');
  cursor.at += 1;
  return { text: `\${${cursor.text.slice(start, cursor.at)}}${MASK}`, at: [start, cursor.at] };
}

function isComprehension(cursor: Cursor): boolean {
  return /for\s+[\w-]+\s*(?:,|in\b)/y.test(cursor.text.slice(cursor.at, cursor.at + 200));
}

/** An identifier, or a text in quotes that stands for one. */
function readName(cursor: Cursor): { readonly text: string; readonly at: HclRange } {
  const start = cursor.at;
  const text =
    cursor.text.charAt(start) === '"'
      ? readQuoted(cursor)
      : match(cursor, /[A-Za-z_\u0080-\uFFFF\d][\w\u0080-\uFFFF.-]*/y);
  if (text === null) throw new NotHcl('no name');
  return { text, at: [start, cursor.at] };
}

function isAtEnd(cursor: Cursor, place: Place): boolean {
  skipBlank(cursor, place === 'list');
  return isEnd(cursor.text.charAt(cursor.at), place);
}

function isAssignment({ text, at }: Cursor): boolean {
  return text.charAt(at) === '=' && !['=', '>'].includes(text.charAt(at + 1));
}
