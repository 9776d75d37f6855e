import { bitLength, exactRoot } from './numbers.ts';

/** Private exponents under n^(1/4) / 3 fall to the attack (Wiener, IEEE Transactions on Information Theory 36, 1990). */
const QUARTER = 4;

/**
 * The private exponent when it is small, found from the continued fraction of e/n; null otherwise. Only keys with an
 * unusually large public exponent can have one, so the caller asks for exponents over 32 bits.
 */
export function recoverSmallExponent(modulus: bigint, exponent: bigint): bigint | null {
  if (exponent <= 1n || exponent >= modulus) return null;
  const limit = 1n << BigInt(Math.ceil(bitLength(modulus) / QUARTER));
  let [numerator, denominator] = [exponent, modulus];
  let [k, previousK, d, previousD] = [1n, 0n, 0n, 1n];
  while (denominator !== 0n) {
    const quotient = numerator / denominator;
    [numerator, denominator] = [denominator, numerator - quotient * denominator];
    [previousK, k] = [k, quotient * k + previousK];
    [previousD, d] = [d, quotient * d + previousD];
    if (d > limit) return null;
    if (k !== 0n && isPrivateExponent(modulus, exponent, k, d)) return d;
  }
  return null;
}

/** True when e*d - 1 = k*phi for the phi of two whole factors of n. */
function isPrivateExponent(modulus: bigint, exponent: bigint, k: bigint, d: bigint): boolean {
  const multiple = exponent * d - 1n;
  if (multiple <= 0n || multiple % k !== 0n) return false;
  const sumOfPrimes = modulus - multiple / k + 1n;
  if (sumOfPrimes <= 2n) return false;
  const root = exactRoot(sumOfPrimes * sumOfPrimes - 4n * modulus);
  return root !== null && (sumOfPrimes + root) % 2n === 0n && sumOfPrimes - root > 2n;
}
