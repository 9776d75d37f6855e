import { bitLength, exactRoot, gcd, isProbablePrime, primesUpTo, productOf } from './numbers.ts';

/** Primes up to 2^16, the size that a trial division in every key generator covers. */
const SMALL_PRIMES: readonly number[] = primesUpTo(65_536);

let smallPrimesProduct: bigint | null = null;

/** 93,000 bits, made on first use: a run without RSA keys does not pay for it. */
function productOfSmallPrimes(): bigint {
  smallPrimesProduct ??= productOf(SMALL_PRIMES.filter((prime) => prime > 2).map(BigInt));
  return smallPrimesProduct;
}

/**
 * Says what is wrong with the shape of a modulus, as the end of a sentence about it; null for a product that could come
 * from two large primes. Zero and even moduli, small prime factors, a prime and a perfect square are all trivial to
 * factor, and most of them are memory or copy errors that nobody noticed.
 */
export function describeStructure(modulus: bigint): string | null {
  if (modulus === 0n) return 'is zero';
  if (modulus === 1n) return 'is one';
  if ((modulus & 1n) === 0n) return 'is even';
  const factor = smallestFactor(modulus);
  if (factor !== null) {
    return factor === modulus
      ? `is the small prime ${factor}`
      : `is divisible by ${factor}: the key is corrupt or was generated wrongly`;
  }
  if (exactRoot(modulus) !== null) return 'is the square of one number';
  if (isProbablePrime(modulus))
    return `is itself a prime of ${bitLength(modulus)} bits: its private key is one division away`;
  return null;
}

function smallestFactor(modulus: bigint): bigint | null {
  const common = gcd(productOfSmallPrimes() % modulus, modulus);
  if (common === 1n) return null;
  const small = SMALL_PRIMES.find((prime) => modulus % BigInt(prime) === 0n);
  return small === undefined ? null : BigInt(small);
}
