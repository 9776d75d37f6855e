/**
 * Reads JSON (RFC 8259) strictly and remembers where everything stood. `JSON.parse` keeps the last of two members with
 * one name and forgets the first; a verifier in another language may keep the first, so both must stay visible.
 */
import type { Location } from '../model/location.ts';

export type JsonScalar = string | number | boolean | null;

export interface JsonMember {
  readonly name: string;
  /** Offset of the quote that opens the name, and the offset behind the one that closes it. */
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly value: JsonNode;
}

/** A value with its offsets in UTF-16 code units; `end` is the offset behind it. */
export type JsonNode =
  | { readonly kind: 'object'; readonly members: readonly JsonMember[]; readonly start: number; readonly end: number }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[]; readonly start: number; readonly end: number }
  | { readonly kind: 'scalar'; readonly value: JsonScalar; readonly start: number; readonly end: number };

export type JsonReading =
  | { readonly ok: true; readonly root: JsonNode; readonly place: (start: number, end: number) => Location }
  | { readonly ok: false; readonly message: string; readonly hint: string; readonly at: Location };

/** Deepest nesting that is read. A JWK Set needs four levels. */
export const MAX_JSON_DEPTH: number = 32;

/** Where reading stopped; never leaves this file. */
class Refusal extends Error {
  readonly offset: number;
  readonly hint: string;
  constructor(message: string, offset: number, hint: string) {
    super(message);
    this.offset = offset;
    this.hint = hint;
  }
}

/** Reads one JSON text. A byte order mark before it is skipped, as RFC 8259 section 8.1 allows. Never throws. */
export function readJson(file: string, text: string): JsonReading {
  const place = placesOf(file, text);
  const reader = new Reader(text);
  try {
    return { ok: true, root: reader.whole(), place };
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    const end = Math.min(cause.offset + 1, text.length);
    return {
      ok: false,
      message: cause.message,
      hint: cause.hint,
      at: place(cause.offset, Math.max(cause.offset, end)),
    };
  }
}

/** Plain data of a node. The last of several members with one name wins, as in `JSON.parse`. */
export function toData(node: JsonNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'array') return node.items.map(toData);
  return Object.fromEntries(node.members.map(({ name, value }) => [name, toData(value)]));
}

/** Names written more than once in one object, each once, in the order of their second writing. */
export function duplicateNames(members: readonly JsonMember[]): readonly string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { name } of members) (seen.has(name) ? twice : seen).add(name);
  return [...twice];
}

/** Line and column by binary search over the starts of lines. CR LF, LF and a lone CR end a line. */
function placesOf(file: string, text: string): (start: number, end: number) => Location {
  const starts = [0];
  for (const { index, 0: mark } of text.matchAll(/\r\n|\n|\r/g)) starts.push(index + mark.length);
  const position = (offset: number): readonly [number, number] => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return [low + 1, offset - (starts[low] ?? 0) + 1];
  };
  return (start, end) => {
    const [line, column] = position(start);
    const [endLine, endColumn] = position(end);
    return { file, line, column, endLine, endColumn };
  };
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;
const WORD = /true|false|null/y;
const WORDS: ReadonlyMap<string, JsonScalar> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

class Reader {
  readonly #text: string;
  #at: number;

  constructor(text: string) {
    this.#text = text;
    this.#at = text.startsWith('\uFEFF') ? 1 : 0;
  }

  whole(): JsonNode {
    this.#skip();
    if (this.#at === this.#text.length) throw new Refusal('the file is empty', 0, 'pass a JSON file');
    if (this.#text.startsWith('<', this.#at)) {
      throw new Refusal(
        'this is HTML or XML, not JSON',
        this.#at,
        'the address probably answered with an error or login page',
      );
    }
    const root = this.#value(0);
    this.#skip();
    if (this.#at < this.#text.length) throw this.#unexpected('the end of the file');
    return root;
  }

  #value(depth: number): JsonNode {
    if (depth > MAX_JSON_DEPTH) {
      throw new Refusal(`nested deeper than ${MAX_JSON_DEPTH} levels`, this.#at, 'a JWK Set needs four levels');
    }
    this.#skip();
    const start = this.#at;
    const mark = this.#text[start];
    if (mark === '{') return this.#object(start, depth);
    if (mark === '[') return this.#array(start, depth);
    if (mark === '"') return { kind: 'scalar', value: this.#string(), start, end: this.#at };
    const word = this.#match(WORD);
    const number = word === null ? this.#match(NUMBER) : null;
    if (word === null && number === null) throw this.#unexpected('a value');
    const value = word === null ? Number(number) : (WORDS.get(word) ?? null);
    return { kind: 'scalar', value, start, end: this.#at };
  }

  #object(start: number, depth: number): JsonNode {
    const members: JsonMember[] = [];
    this.#at += 1;
    if (!this.#take('}')) {
      do {
        this.#skip();
        const nameStart = this.#at;
        if (this.#text[nameStart] !== '"') throw this.#unexpected('a member name in double quotes');
        const name = this.#string();
        const nameEnd = this.#at;
        if (!this.#take(':')) throw this.#unexpected('":"');
        members.push({ name, nameStart, nameEnd, value: this.#value(depth + 1) });
      } while (this.#take(','));
      if (!this.#take('}')) throw this.#unexpected('"," or "}"');
    }
    return { kind: 'object', members, start, end: this.#at };
  }

  #array(start: number, depth: number): JsonNode {
    const items: JsonNode[] = [];
    this.#at += 1;
    if (!this.#take(']')) {
      do items.push(this.#value(depth + 1));
      while (this.#take(','));
      if (!this.#take(']')) throw this.#unexpected('"," or "]"');
    }
    return { kind: 'array', items, start, end: this.#at };
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === '\\' ? 2 : 1;
    this.#at = end + 1;
    try {
      return String(JSON.parse(this.#text.slice(start, end + 1)));
    } catch {
      throw new Refusal(
        'a text in quotes has no end, or holds a line break or an escape that JSON does not have',
        start,
        'close the quotes; write line breaks as \\n',
      );
    }
  }

  #take(mark: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  #skip(): void {
    this.#match(SPACE);
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    if (found !== null) this.#at += found.length;
    return found;
  }

  /** Never shows what stands there: it may be a piece of a private key. */
  #unexpected(expected: string): Refusal {
    this.#skip();
    const end = this.#at >= this.#text.length;
    return new Refusal(
      end ? `the file ends in the middle: expected ${expected}` : `this is not JSON: expected ${expected} here`,
      this.#at,
      end ? 'the file is cut off; fetch it again' : 'write plain JSON: no comments, no trailing commas, double quotes',
    );
  }
}
