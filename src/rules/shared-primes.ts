/**
 * Finds RSA moduli that have a prime in common. One division then factors both, so a weak random number generator shows
 * across keys that each look sound (Heninger and others, "Mining Your Ps and Qs", USENIX Security 2012).
 */
import { commonDivisor } from '../model/common-divisor.ts';

/** Under this number of moduli every pair is tried; above, product and remainder trees win. Measured at 2048 bits. */
const PAIRWISE_LIMIT = 80;

/**
 * For every modulus a proper factor that it shares with another one, null where there is none; same order as given.
 * Equal moduli are one key and share nothing; so are 0 and 1.
 */
export function findSharedPrimes(moduli: readonly bigint[]): readonly (bigint | null)[] {
  const distinct = [...new Set(moduli.filter((modulus) => modulus > 1n))];
  const factors = distinct.length < PAIRWISE_LIMIT ? factorPairwise(distinct) : factorInBatch(distinct);
  return moduli.map((modulus) => factors.get(modulus) ?? null);
}

type Factors = Map<bigint, bigint>;

function factorPairwise(moduli: readonly bigint[]): Factors {
  const factors: Factors = new Map();
  for (const [index, left] of moduli.entries()) {
    for (const right of moduli.slice(index + 1)) addPair(factors, left, right);
  }
  return factors;
}

/** One modulus may divide another; then the common divisor is proper for the larger one only. */
function addPair(factors: Factors, left: bigint, right: bigint): void {
  const common = commonDivisor(left, right);
  if (common === 1n) return;
  for (const modulus of [left, right]) {
    if (common < modulus && !factors.has(modulus)) factors.set(modulus, common);
  }
}

/**
 * Bernstein's batch method: the product of all moduli, taken down a tree modulo the square of each, leaves n times the
 * product of the others modulo n^2. Dividing by n and taking the common divisor with n gives what n shares.
 */
function factorInBatch(moduli: readonly bigint[]): Factors {
  const factors: Factors = new Map();
  const levels: (readonly bigint[])[] = [moduli];
  for (let level = moduli; level.length > 1; level = multiplyPairs(level)) levels.push(multiplyPairs(level));
  let remainders = levels.at(-1) ?? [];
  for (const level of levels.toReversed().slice(1)) {
    remainders = level.map((value, index) => (remainders[index >> 1] ?? 0n) % (value * value));
  }
  const unclear: bigint[] = [];
  for (const [index, modulus] of moduli.entries()) {
    const common = commonDivisor((remainders[index] ?? 0n) / modulus, modulus);
    if (common === modulus) unclear.push(modulus);
    else if (common > 1n) factors.set(modulus, common);
  }
  // Both primes are shared with others: only the pairs tell them apart.
  for (const modulus of unclear) {
    for (const other of moduli) if (other !== modulus) addPair(factors, modulus, other);
  }
  return factors;
}

function multiplyPairs(level: readonly bigint[]): readonly bigint[] {
  const products: bigint[] = [];
  for (let index = 0; index < level.length; index += 2) products.push((level[index] ?? 1n) * (level[index + 1] ?? 1n));
  return products;
}
