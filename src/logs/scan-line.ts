/**
 * Finds the members of one flat JSON object in bytes, without making anything of them. What is not plain (escapes,
 * control characters, nested objects, odd numbers) is left to a real parser: the answer is then
 * -1, and nothing was decided. Of a name that comes twice the last value counts, as with JSON.parse.
 */
import type { Buffer } from 'node:buffer';

export const ABSENT = 0;
export const TEXT = 1;
export const INTEGER = 2;
export const LIST = 3;
export const WORD = 4;

export interface LineScanner {
  /** Where the values of the wanted names start and end, without quotes, and their kind. */
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Which list a name has: a number that changes when the list does. Most lines of a log have the same. */
  readonly versions: Int32Array;
  /** Reads the line at `start` and returns where its line end stands, or -1. */
  readonly scan: (bytes: Buffer, start: number, end: number) => number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

/** Most members of a line; more are no access log. */
const MAX_MEMBERS = 64;

/** Names that are remembered, so that they are known when they come again at the same place. */
const MAX_NAMES = 256;

/** @param wanted names whose values are found; `stop` names that leave the line to the parser */
export function createLineScanner(wanted: readonly string[], stop: readonly string[]): LineScanner {
  const kinds = new Uint8Array(wanted.length);
  const starts = new Int32Array(wanted.length);
  const ends = new Int32Array(wanted.length);
  const versions = new Int32Array(wanted.length);
  /** The list that each name had last. */
  const lists: (Uint8Array | undefined)[] = [];
  /** Names that were met, as bytes; the first are the wanted ones. */
  const names: Uint8Array[] = wanted.map((name) => new TextEncoder().encode(name));
  const stops = new Set(stop);
  /** Number of the name that came at each place of the line before: the next line mostly has the same. */
  const order = new Int32Array(MAX_MEMBERS).fill(-1);

  const isName = (id: number, bytes: Buffer, start: number, end: number): boolean => {
    const name = names[id];
    if (name === undefined || name.length !== end - start) return false;
    for (let at = name.length - 1; at >= 0; at -= 1) if (name[at] !== bytes[start + at]) return false;
    return true;
  };

  /** Where the value begins, if the name is the one that is expected and no white space stands around the colon. */
  const endOfName = (id: number, bytes: Buffer, start: number): number => {
    const name = names[id];
    if (name === undefined) return -1;
    const end = start + name.length;
    if (bytes[end] !== QUOTE || bytes[end + 1] !== COLON) return -1;
    for (let at = name.length - 1; at >= 0; at -= 1) if (name[at] !== bytes[start + at]) return -1;
    return end + 2;
  };

  const nameAt = (bytes: Buffer, start: number, end: number): number => {
    for (let id = 0; id < names.length; id += 1) if (isName(id, bytes, start, end)) return id;
    if (names.length >= MAX_NAMES || stops.has(bytes.toString('utf8', start, end))) return -1;
    names.push(Uint8Array.from(bytes.subarray(start, end)));
    return names.length - 1;
  };

  const scan = (bytes: Buffer, start: number, end: number): number => {
    if (bytes[start] !== OPEN_BRACE) return -1;
    kinds.fill(ABSENT);
    let at = start + 1;
    for (let member = 0; member < MAX_MEMBERS; member += 1) {
      while (bytes[at] === SPACE) at += 1;
      if (bytes[at] !== QUOTE) return -1;
      const from = at + 1;
      let id = order[member] ?? -1;
      const expected = id === -1 ? -1 : endOfName(id, bytes, from);
      if (expected === -1) {
        at = endOfText(bytes, from, end);
        id = at === -1 ? -1 : nameAt(bytes, from, at);
        if (id === -1) return -1;
        order[member] = id;
        at += 1;
        while (bytes[at] === SPACE) at += 1;
        if (bytes[at] !== COLON) return -1;
        at += 1;
      } else {
        at = expected;
      }
      while (bytes[at] === SPACE) at += 1;
      let kind = TEXT;
      let valueStart = at;
      let valueEnd = at;
      const first = bytes[at] ?? 0;
      if (first === QUOTE) {
        valueStart = at + 1;
        valueEnd = endOfText(bytes, valueStart, end);
        at = valueEnd + 1;
      } else if (first === MINUS || (first >= ZERO && first <= NINE)) {
        kind = INTEGER;
        valueEnd = endOfInteger(bytes, at);
        at = valueEnd;
      } else if (first === OPEN_BRACKET) {
        kind = LIST;
        const before = lists[id];
        if (before !== undefined && startsWith(bytes, at, before)) {
          valueEnd = at + before.length;
        } else {
          valueEnd = endOfList(bytes, at, end);
          if (valueEnd === -1) return -1;
          lists[id] = Uint8Array.from(bytes.subarray(at, valueEnd));
          if (id < wanted.length) versions[id] = (versions[id] ?? 0) + 1;
        }
        at = valueEnd;
      } else {
        kind = WORD;
        valueEnd = endOfWord(bytes, at);
        at = valueEnd;
      }
      if (valueEnd === -1) return -1;
      if (id < wanted.length) {
        kinds[id] = kind;
        starts[id] = valueStart;
        ends[id] = valueEnd;
      }
      while (bytes[at] === SPACE) at += 1;
      if (bytes[at] === COMMA) at += 1;
      else return bytes[at] === CLOSE_BRACE ? endOfLine(bytes, at + 1, end) : -1;
    }
    return -1;
  };

  return { kinds, starts, ends, versions, scan };
}

function startsWith(bytes: Buffer, start: number, text: Uint8Array): boolean {
  for (let at = text.length - 1; at >= 0; at -= 1) if (text[at] !== bytes[start + at]) return false;
  return true;
}

/** Characters that end the plain part of a text: the quote, the backslash, controls. */
const ENDS_TEXT: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === QUOTE || byte === BACKSLASH || byte < SPACE ? 1 : 0,
);

/** RFC 8259 section 7: up to the quote; escapes and control characters are left to the parser. */
function endOfText(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && ENDS_TEXT[bytes[at] ?? 0] === 0) at += 1;
  return at < end && bytes[at] === QUOTE ? at : -1;
}

/** RFC 8259 section 6, whole numbers of at most 15 digits. */
function endOfInteger(bytes: Buffer, start: number): number {
  let at = bytes[start] === MINUS ? start + 1 : start;
  const first = at;
  for (let byte = bytes[at] ?? 0; byte >= ZERO && byte <= NINE; byte = bytes[at] ?? 0) at += 1;
  const digits = at - first;
  if (
    digits === 0 ||
    digits > 15 ||
    (digits > 1 && bytes[first] === ZERO) ||
    (at > first && bytes[start] === MINUS && bytes[first] === ZERO)
  )
    return -1;
  const after = bytes[at] ?? 0;
  return after === COMMA || after === CLOSE_BRACE || after === SPACE || after === CLOSE_BRACKET ? at : -1;
}

/** A list of plain texts. */
function endOfList(bytes: Buffer, start: number, end: number): number {
  let at = start + 1;
  if (bytes[at] === CLOSE_BRACKET) return at + 1;
  for (;;) {
    while (bytes[at] === SPACE) at += 1;
    if (bytes[at] !== QUOTE) return -1;
    at = endOfText(bytes, at + 1, end);
    if (at === -1) return -1;
    at += 1;
    while (bytes[at] === SPACE) at += 1;
    if (bytes[at] === CLOSE_BRACKET) return at + 1;
    if (bytes[at] !== COMMA) return -1;
    at += 1;
  }
}

const WORDS: readonly Uint8Array[] = ['true', 'false', 'null'].map((word) => new TextEncoder().encode(word));

function endOfWord(bytes: Buffer, start: number): number {
  for (const word of WORDS) {
    let length = 0;
    while (length < word.length && bytes[start + length] === word[length]) length += 1;
    if (length === word.length) return start + length;
  }
  return -1;
}

function endOfLine(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === SPACE || bytes[at] === CARRIAGE_RETURN)) at += 1;
  return at < end && bytes[at] === LINE_FEED ? at : -1;
}
