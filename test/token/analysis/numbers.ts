/** Numbers for tests, from a seed: the same in every run. */
import { isProbablePrime } from '../../../src/token/analysis/numbers.ts';

/** Bits of a linear congruential generator with Knuth's MMIX constants; good enough to make keys that protect nothing. */
export function bitsFrom(seed: bigint): (count: number) => bigint {
  let state = seed;
  return (count) => {
    let value = 0n;
    for (let have = 0; have < count; have += 32) {
      state = (state * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
      value = (value << 32n) | (state >> 32n);
    }
    return value % 2n ** BigInt(count);
  };
}

/** The next prime over a number. */
export function nextPrime(from: bigint): bigint {
  let candidate = from | 1n;
  while (!isProbablePrime(candidate)) candidate += 2n;
  return candidate;
}

/** A prime of exactly so many bits, with the two upper bits set so that two of them make a modulus of full length. */
export function primeOf(bits: number, random: (count: number) => bigint): bigint {
  return nextPrime(random(bits - 2) | (3n << BigInt(bits - 2)));
}

/** Base64urlUInt of RFC 7518 section 2. */
export function encodeNumber(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, 'hex').toString('base64url');
}
