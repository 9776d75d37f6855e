import { exactRoot, squareRoot } from './numbers.ts';

/** Rounds of Fermat's method. Generators that take the next prime fall in the first; random primes never do. */
export const FERMAT_ROUNDS: number = 100;

/**
 * The smaller prime of an odd modulus whose two primes lie close together, found by Fermat's method; null otherwise.
 * k rounds find primes that differ by less than about sqrt(8k) times the fourth root of n. A square is found at once.
 */
export function factorClosePrimes(modulus: bigint, rounds: number = FERMAT_ROUNDS): bigint | null {
  if (modulus < 9n || (modulus & 1n) === 0n) return null;
  let middle = squareRoot(modulus);
  if (middle * middle < modulus) middle += 1n;
  let difference = middle * middle - modulus;
  for (let round = 0; round < rounds; round += 1) {
    const half = exactRoot(difference);
    // middle - half = 1 would be the factorisation 1 * n of a tiny number, which says nothing.
    if (half !== null && middle - half > 1n) return middle - half;
    difference += 2n * middle + 1n;
    middle += 1n;
  }
  return null;
}
