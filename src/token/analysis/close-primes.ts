import { SQUARE_PERIOD, exactRoot, mayBeSquare, squareRoot } from './numbers.ts';

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
  const first = middle * middle - modulus;
  const period = BigInt(SQUARE_PERIOD);
  const step = Number((2n * middle) % period);
  // (middle + k)^2 - n = first + 2 middle k + k^2. What it leaves on division says of most that they are no square.
  let rest = Number(first % period);
  for (let round = 0; round < rounds; round += 1) {
    if (mayBeSquare(rest)) {
      const k = BigInt(round);
      const half = exactRoot(first + 2n * middle * k + k * k);
      // middle - half = 1 would be the factorisation 1 * n of a tiny number, which says nothing.
      if (half !== null && middle + k - half > 1n) return middle + k - half;
    }
    rest = (rest + step + 2 * round + 1) % SQUARE_PERIOD;
  }
  return null;
}
