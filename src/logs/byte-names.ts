/** Small numbers for texts that are still bytes, so that a text that comes a million times is made once. */
import type { Buffer } from 'node:buffer';

export interface ByteNames {
  /** The number of the bytes from `start` to `end`; -1 when no more can be kept. */
  readonly of: (bytes: Buffer, start: number, end: number) => number;
  /** The text of a number. */
  readonly text: (id: number) => string;
}

interface Entry {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** Longest text that is kept, in bytes; a list of claims has some hundred. */
const MAX_BYTES = 1024;

/** @param most how many texts are kept; a power of two */
export function createByteNames(most: number): ByteNames {
  const entries: Entry[] = [];
  // Open addressing with twice the room; 0 is empty, others are an index plus one.
  const size = most * 2;
  const table = new Int32Array(size);
  let last = -1;

  const equals = (entry: Entry, bytes: Buffer, start: number, length: number): boolean => {
    const known = entry.bytes;
    if (known.length !== length) return false;
    for (let at = length - 1; at >= 0; at -= 1) if (known[at] !== bytes[start + at]) return false;
    return true;
  };

  return {
    of: (bytes, start, end) => {
      const length = end - start;
      const recent = entries[last];
      if (recent !== undefined && equals(recent, bytes, start, length)) return last;
      let hash = length;
      for (let at = start; at < end; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
      let slot = (hash ^ (hash >>> 15)) & (size - 1);
      for (let id = table[slot] ?? 0; id !== 0; id = table[slot] ?? 0) {
        const entry = entries[id - 1];
        if (entry !== undefined && equals(entry, bytes, start, length)) {
          last = id - 1;
          return last;
        }
        slot = (slot + 1) & (size - 1);
      }
      if (entries.length >= most || length > MAX_BYTES) return -1;
      entries.push({ bytes: Uint8Array.from(bytes.subarray(start, end)), text: bytes.toString('utf8', start, end) });
      table[slot] = entries.length;
      last = entries.length - 1;
      return last;
    },
    text: (id) => entries[id]?.text ?? '',
  };
}
