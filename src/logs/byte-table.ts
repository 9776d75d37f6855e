/** Texts that are still bytes, each kept once and numbered in the order in which they came; no strings are made of them. */
import { Buffer } from 'node:buffer';
import { randomInt } from 'node:crypto';

export interface ByteTable {
  readonly size: () => number;
  /** The number of the bytes from `start` to `end`; -1 when they are not here. @param tag a number that belongs to the text */
  readonly find: (bytes: Uint8Array, start: number, end: number, tag?: number) => number;
  /** The numbers of many texts at once; -1 for those that are not here, and for those of which `starts` is -1. */
  readonly findAll: (bytes: Uint8Array, spans: TextSpans, found: Int32Array) => void;
  /** Keeps the bytes that `find` was asked for last and did not find; their number. */
  readonly add: (bytes: Uint8Array, start: number, end: number, tag?: number) => number;
  readonly text: (id: number) => string;
  /** Where the bytes of a number are, until the next one is added. */
  readonly bytesOf: (id: number) => Uint8Array;
  readonly state: () => ByteTableState;
  /** Becomes the table that the state is of; only while this one is empty. */
  readonly adopt: (state: ByteTableState) => void;
}

/** Where texts start and end; `starts` is -1 for no text. */
export interface TextSpans {
  readonly count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** All texts, as they go from one thread to another. */
export interface ByteTableState {
  readonly size: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each text ends. */
  readonly ends: Int32Array<ArrayBuffer>;
  readonly tags: Int32Array<ArrayBuffer>;
  readonly hashes: Int32Array<ArrayBuffer>;
  readonly slots: Int32Array<ArrayBuffer>;
  readonly multiplier: number;
}

/** Odd, and another one in every process: nobody can write a log whose texts all have one hash. */
const MULTIPLIER = randomInt(2 ** 30) * 2 + 1;

const FIRST_TEXTS = 64;
const FIRST_BYTES = 1024;

export function createByteTable(state: ByteTableState | null = null): ByteTable {
  let arena = new Uint8Array(FIRST_BYTES);
  let ends = new Int32Array(FIRST_TEXTS);
  let tags = new Int32Array(FIRST_TEXTS);
  let hashes = new Int32Array(FIRST_TEXTS);
  // Open addressing with twice the room; 0 is empty, others are a number plus one.
  let slots = new Int32Array(FIRST_TEXTS * 2);
  let multiplier = MULTIPLIER;
  let size = 0;
  let hash = 0;
  let slot = 0;
  let last = -1;

  const startOf = (id: number): number => (id === 0 ? 0 : (ends[id - 1] ?? 0));

  const isSame = (id: number, bytes: Uint8Array, start: number, length: number): boolean => {
    const from = startOf(id);
    if ((ends[id] ?? 0) - from !== length) return false;
    for (let at = length - 1; at >= 0; at -= 1) if (arena[from + at] !== bytes[start + at]) return false;
    return true;
  };

  const find = (bytes: Uint8Array, start: number, end: number, tag: number = 0): number => {
    const length = end - start;
    if (last !== -1 && tags[last] === tag && isSame(last, bytes, start, length)) return last;
    // Variables of this function are registers, those around it are memory.
    const [factor, table, mask] = [multiplier, slots, slots.length - 1];
    let code = length + Math.imul(tag, factor);
    for (let at = start; at < end; at += 1) code = Math.imul(code ^ (bytes[at] ?? 0), factor);
    code ^= code >>> 15;
    let place = code & mask;
    for (let id = table[place] ?? 0; id !== 0; id = table[place] ?? 0) {
      if (hashes[id - 1] === code && tags[id - 1] === tag && isSame(id - 1, bytes, start, length)) {
        last = id - 1;
        return last;
      }
      place = (place + 1) & mask;
    }
    hash = code;
    slot = place;
    return -1;
  };

  const findAll = (bytes: Uint8Array, spans: TextSpans, found: Int32Array): void => {
    const [factor, table, mask] = [multiplier, slots, slots.length - 1];
    let recent = -1;
    for (let index = 0; index < spans.count; index += 1) {
      const start = spans.starts[index] ?? 0;
      const length = (spans.ends[index] ?? 0) - start;
      if (start === -1) {
        found[index] = -1;
        continue;
      }
      if (recent === -1 || !isSame(recent, bytes, start, length)) {
        let code = length;
        for (let at = start; at < start + length; at += 1) code = Math.imul(code ^ (bytes[at] ?? 0), factor);
        code ^= code >>> 15;
        recent = -1;
        for (let place = code & mask; table[place] !== 0; place = (place + 1) & mask) {
          const id = (table[place] ?? 0) - 1;
          if (hashes[id] !== code || !isSame(id, bytes, start, length)) continue;
          recent = id;
          break;
        }
      }
      found[index] = recent;
    }
  };

  const grow = (): void => {
    ends = widened(ends);
    tags = widened(tags);
    hashes = widened(hashes);
    slots = new Int32Array(slots.length * 2);
    for (let id = 0; id < size; id += 1) {
      let at = (hashes[id] ?? 0) & (slots.length - 1);
      while (slots[at] !== 0) at = (at + 1) & (slots.length - 1);
      slots[at] = id + 1;
    }
    slot = hash & (slots.length - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
  };

  const add = (bytes: Uint8Array, start: number, end: number, tag: number = 0): number => {
    if (size === ends.length) grow();
    const from = startOf(size);
    const to = from + end - start;
    while (to > arena.length) {
      const wider = new Uint8Array(arena.length * 2);
      wider.set(arena);
      arena = wider;
    }
    for (let at = start; at < end; at += 1) arena[from + at - start] = bytes[at] ?? 0;
    ends[size] = to;
    tags[size] = tag;
    hashes[size] = hash;
    slots[slot] = size + 1;
    last = size;
    size += 1;
    return last;
  };

  const adopt = (other: ByteTableState): void => {
    if (size > 0 || other.size === 0) return;
    ({ size, bytes: arena, ends, tags, hashes, slots, multiplier } = other);
    last = -1;
  };

  if (state !== null) adopt(state);
  return {
    size: () => size,
    find,
    findAll,
    add,
    adopt,
    bytesOf: (id) => arena.subarray(startOf(id), ends[id]),
    text: (id) => Buffer.from(arena.buffer, startOf(id), (ends[id] ?? 0) - startOf(id)).toString('utf8'),
    state: () => ({ size, bytes: arena, ends, tags, hashes, slots, multiplier }),
  };
}

/** Hands out every text of a state in the order in which they came. */
export function eachText(
  { size, bytes, ends, tags }: ByteTableState,
  onText: (bytes: Uint8Array, start: number, end: number, tag: number) => void,
): void {
  for (let id = 0, from = 0; id < size; id += 1) {
    const to = ends[id] ?? 0;
    onText(bytes, from, to, tags[id] ?? 0);
    from = to;
  }
}

function widened(values: Int32Array): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(values.length * 2);
  wider.set(values);
  return wider;
}

/** The bytes of a text, for a moment: the next text is written over them. */
export interface TextBytes {
  readonly bytes: Uint8Array;
  readonly length: number;
}

const SCRATCH_BYTES = 4096;
const scratch = Buffer.alloc(SCRATCH_BYTES);

/** UTF-8 of a text (RFC 3629), to look it up in a table. */
export function bytesOfText(text: string): TextBytes {
  if (text.length * 3 > SCRATCH_BYTES) {
    const bytes = Buffer.from(text, 'utf8');
    return { bytes, length: bytes.length };
  }
  return { bytes: scratch, length: scratch.write(text, 0, 'utf8') };
}
