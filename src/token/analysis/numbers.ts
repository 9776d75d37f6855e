/** Number theory on BigInt that several checks need. Everything is about public numbers, so nothing is constant-time. */
import { checkPrimeSync } from 'node:crypto';

/** Length in bits; 0 for 0. */
export function bitLength(value: bigint): number {
  if (value <= 0n) return 0;
  const hex = value.toString(16);
  return (hex.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hex.charAt(0), 16)));
}

/** Big-endian octets as a number (RFC 8017 section 4.2, OS2IP); 0 for none. */
export function fromOctets(octets: Uint8Array): bigint {
  return octets.length === 0 ? 0n : BigInt(`0x${Buffer.from(octets).toString('hex')}`);
}

/** Lower-case hex without leading zeros; the empty text for 0. */
export function toHex(value: bigint): string {
  return value === 0n ? '' : value.toString(16);
}

/** base^exponent mod modulus, for an exponent of 0 or more and a modulus over 1. */
export function powerMod(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  const square = base % modulus;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * square) % modulus;
  }
  return result;
}

/** Largest whole number whose square is at most `value`, by Newton's method from above. */
export function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let guess = 1n << BigInt((bitLength(value) + 1) >> 1);
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/** Residues that squares can have modulo 64, 63, 65 and 11: 99 % of the other numbers fall out without a root. */
const SQUARE_FILTERS: readonly { readonly modulus: number; readonly isSquare: readonly boolean[] }[] = [63, 65, 11].map(
  (modulus) => ({ modulus, isSquare: squaresModulo(modulus) }),
);
const SQUARES_64 = squaresModulo(64);

/** Two numbers that leave the same on division by this are both told from squares, or neither. */
export const SQUARE_PERIOD: number = 64 * 63 * 65 * 11;

/** False for a number that is no square, by what it leaves on division by {@link SQUARE_PERIOD}. */
export function mayBeSquare(rest: number): boolean {
  return (
    SQUARES_64[rest % 64] === true && SQUARE_FILTERS.every(({ modulus, isSquare }) => isSquare[rest % modulus] === true)
  );
}

function squaresModulo(modulus: number): readonly boolean[] {
  const found = Array.from({ length: modulus }, () => false);
  for (let root = 0; root < modulus; root += 1) found[(root * root) % modulus] = true;
  return found;
}

/** The root of a perfect square, null for every other number. */
export function exactRoot(value: bigint): bigint | null {
  if (value < 0n) return null;
  if (SQUARES_64[Number(value & 63n)] !== true) return null;
  if (!mayBeSquare(Number(value % BigInt(SQUARE_PERIOD)))) return null;
  const root = squareRoot(value);
  return root * root === value ? root : null;
}

/**
 * Miller-Rabin test. A composite number passes with a probability under 2^-128; a prime always passes. OpenSSL does the
 * powers: with Montgomery's method it takes a fifth of the time that BigInt takes at 2048 bits.
 */
export function isProbablePrime(value: bigint): boolean {
  return value > 1n && checkPrimeSync(value, { checks: 64 });
}

/** Primes up to a limit, by the sieve of Eratosthenes. */
export function primesUpTo(limit: number): readonly number[] {
  const composite = new Uint8Array(limit + 1);
  const primes: number[] = [];
  for (let candidate = 2; candidate <= limit; candidate += 1) {
    if (composite[candidate] === 1) continue;
    primes.push(candidate);
    for (let multiple = candidate * candidate; multiple <= limit; multiple += candidate) composite[multiple] = 1;
  }
  return primes;
}

/** Product of many numbers by halves, so that the factors of each multiplication have one size. */
export function productOf(values: readonly bigint[]): bigint {
  if (values.length === 0) return 1n;
  if (values.length === 1) return values[0] ?? 1n;
  const middle = values.length >> 1;
  return productOf(values.slice(0, middle)) * productOf(values.slice(middle));
}
