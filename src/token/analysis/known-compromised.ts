import { createHash } from 'node:crypto';
import { toHex } from './numbers.ts';
import { PUBLISHED_KEYS } from './published-keys.ts';

/**
 * Names a key by one number: the modulus, the x coordinate, or the octets of an OKP key read as one big-endian number.
 * SHA-256 over its octets without leading zeros, cut to 120 bits, as hex. The same as BKHASH120 of the badkeys project,
 * so that its lists can be used. Hashing one number covers every exponent and both signs of y.
 */
export function compromisedHash(value: bigint): string {
  const hex = toHex(value);
  return createHash('sha256')
    .update(Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, 'hex'))
    .digest('hex')
    .slice(0, 30);
}

/** A list of keys whose private half is known, to ask by hash. */
export interface Blocklist {
  /** Number of keys. */
  readonly size: number;
  /** Id of the list that the key is on; null when it is on none. */
  readonly find: (hash: string) => number | null;
}

/** One record: 15 octets of hash, then one octet that names the list the key came from. */
const RECORD = 16;
const HASH = 15;

/**
 * Reads a block list in the format of the badkeys project: sorted records of 16 octets. Null when the length is no
 * multiple of 16 or the records are not in order, because a search in such a file would miss keys silently.
 */
export function readBlocklist(bytes: Uint8Array): Blocklist | null {
  if (bytes.length === 0 || bytes.length % RECORD !== 0) return null;
  const records = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.length / RECORD;
  const hashAt = (index: number): Buffer => records.subarray(index * RECORD, index * RECORD + HASH);
  for (let index = 1; index < size; index += 1) {
    if (hashAt(index - 1).compare(hashAt(index)) > 0) return null;
  }
  return {
    size,
    find: (hash) => {
      const wanted = Buffer.from(hash, 'hex');
      let [low, high] = [0, size - 1];
      while (low <= high) {
        const middle = (low + high) >> 1;
        const order = hashAt(middle).compare(wanted);
        if (order === 0) return records[middle * RECORD + HASH] ?? null;
        if (order < 0) low = middle + 1;
        else high = middle - 1;
      }
      return null;
    },
  };
}

/** Where the private half of a key was published; null for a key that is on no list this program carries. */
export function publishedIn(hash: string): string | null {
  return PUBLISHED_KEYS.get(hash) ?? null;
}
