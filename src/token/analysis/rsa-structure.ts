import { commonDivisor } from '../../model/common-divisor.ts';
import { bitLength, exactRoot, primesUpTo, productOf } from './numbers.ts';
import type { PrimalityTest } from './primality.ts';

/** Primes up to 2^16, the size that a trial division in every key generator covers. */
const SMALL_PRIMES: readonly number[] = primesUpTo(65_536);

let smallPrimesProduct: bigint | null = null;

/** 93,000 bits, made on first use: a run without RSA keys does not pay for it. */
function productOfSmallPrimes(): bigint {
  smallPrimesProduct ??= productOf(SMALL_PRIMES.filter((prime) => prime > 2).map(BigInt));
  return smallPrimesProduct;
}

export interface Structure {
  /** `info` when one of the checks could not be made. */
  readonly severity: 'error' | 'info';
  /** End of a sentence about the modulus. */
  readonly message: string;
}

/**
 * Says what is wrong with the shape of a modulus; null for a product that could come from two large primes. Zero and
 * even moduli, small prime factors, a prime and a perfect square are all trivial to factor, and most of them are memory
 * or copy errors that nobody noticed.
 */
export function describeStructure(modulus: bigint, isPrime: PrimalityTest): Structure | null {
  const wrong = describeFactors(modulus);
  if (wrong !== null) return { severity: 'error', message: wrong };
  const bits = bitLength(modulus);
  switch (isPrime(modulus)) {
    case true:
      return { severity: 'error', message: `is itself a prime of ${bits} bits: its private key is one division away` };
    case null:
      return {
        severity: 'info',
        message: `of ${bits} bits was not tested for being a prime: that would take too long`,
      };
    case false:
      return null;
  }
}

function describeFactors(modulus: bigint): string | null {
  if (modulus === 0n) return 'is zero';
  if (modulus === 1n) return 'is one';
  if ((modulus & 1n) === 0n) return 'is even';
  const factor = smallestFactor(modulus);
  if (factor === modulus) return `is the small prime ${factor}`;
  if (factor !== null) return `is divisible by ${factor}: the key is corrupt or was generated wrongly`;
  return exactRoot(modulus) === null ? null : 'is the square of one number';
}

function smallestFactor(modulus: bigint): bigint | null {
  const common = commonDivisor(productOfSmallPrimes() % modulus, modulus);
  if (common === 1n) return null;
  const small = SMALL_PRIMES.find((prime) => modulus % BigInt(prime) === 0n);
  return small === undefined ? null : BigInt(small);
}
