import { commonDivisor } from '../../model/common-divisor.ts';
import { primesUpTo, productOf } from './numbers.ts';

/** Gives the smallest prime of up to 16 bits that divides a modulus over 1; null when none does. */
export type SmallestFactor = (modulus: bigint) => bigint | null;

/** Primes up to 2^16, the size that a trial division in every key generator covers; 2 is looked at before. */
const SMALL_PRIMES: readonly bigint[] = primesUpTo(65_536)
  .filter((prime) => prime > 2)
  .map(BigInt);

let smallPrimesProduct: bigint | null = null;

/** 93,000 bits, made on first use: a run without RSA keys does not pay for it. */
function productOfSmallPrimes(): bigint {
  smallPrimesProduct ??= productOf(SMALL_PRIMES);
  return smallPrimesProduct;
}

/** Looks at one modulus: 0.15 ms at 2048 bits. */
export function smallestFactor(modulus: bigint): bigint | null {
  return smallestOf(SMALL_PRIMES, productOfSmallPrimes(), modulus);
}

/** Fewest moduli that are faster divided together than one by one. Measured at 2048 bits. */
const BATCH_FROM = 64;

/** Most bits of moduli that are multiplied before the small primes divide them, so that no number grows without end. */
const BATCH_BITS = 524_288;

/**
 * Looks at the moduli of one set together. Their product, divided by all small primes at once and then by halves of
 * them, leaves the primes that divide any modulus, which mostly are none; only those are held against each modulus.
 * At a thousand moduli it takes a quarter of the time.
 */
export function smallestFactorIn(moduli: readonly bigint[]): SmallestFactor {
  if (moduli.length < BATCH_FROM) return smallestFactor;
  const known: ReadonlySet<bigint> = new Set(moduli);
  const primes = primesDividing(productModulo(moduli, productOfSmallPrimes()));
  const product = productOf(primes);
  return (modulus) => {
    if (!known.has(modulus)) return smallestFactor(modulus);
    return primes.length === 0 ? null : smallestOf(primes, product, modulus);
  };
}

function smallestOf(primes: readonly bigint[], product: bigint, modulus: bigint): bigint | null {
  const common = commonDivisor(product % modulus, modulus);
  if (common === 1n) return null;
  return primes.find((prime) => modulus % prime === 0n) ?? null;
}

/** The product of many moduli, reduced in parts so that its size is bounded. */
function productModulo(moduli: readonly bigint[], divisor: bigint): bigint {
  let result = 1n;
  let part: bigint[] = [];
  let bits = 0;
  for (const modulus of moduli) {
    part.push(modulus);
    bits += modulus.toString(16).length * 4;
    if (bits < BATCH_BITS) continue;
    result = (result * productOf(part)) % divisor;
    part = [];
    bits = 0;
  }
  return (result * productOf(part)) % divisor;
}

/** Small primes that divide a number, by a remainder tree. */
function primesDividing(value: bigint): readonly bigint[] {
  const found: bigint[] = [];
  const descend = (primes: readonly bigint[], rest: bigint): void => {
    const [prime, second] = primes;
    if (prime === undefined) return;
    if (second === undefined) {
      if (rest % prime === 0n) found.push(prime);
      return;
    }
    const middle = primes.length >> 1;
    for (const half of [primes.slice(0, middle), primes.slice(middle)]) descend(half, rest % productOf(half));
  };
  descend(SMALL_PRIMES, value);
  return found;
}
