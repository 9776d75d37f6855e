import { bitLength, exactRoot } from './numbers.ts';
import type { PrimalityTest } from './primality.ts';
import type { SmallestFactor } from './small-factors.ts';

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
export function describeStructure(
  modulus: bigint,
  isPrime: PrimalityTest,
  smallestFactor: SmallestFactor,
): Structure | null {
  const wrong = describeFactors(modulus, smallestFactor);
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

function describeFactors(modulus: bigint, smallestFactor: SmallestFactor): string | null {
  if (modulus === 0n) return 'is zero';
  if (modulus === 1n) return 'is one';
  if ((modulus & 1n) === 0n) return 'is even';
  const factor = smallestFactor(modulus);
  if (factor === modulus) return `is the small prime ${factor}`;
  if (factor !== null) return `is divisible by ${factor}: the key is corrupt or was generated wrongly`;
  return exactRoot(modulus) === null ? null : 'is the square of one number';
}
