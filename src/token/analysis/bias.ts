/**
 * Moduli whose bits are visibly not random. A product of two random primes has ones and zeros in equal shares; a long
 * run of one byte, a share far from half or zeros at a fixed stride mean that the primes were shaped.
 */
import { bitLength } from './numbers.ts';

export interface Bias {
  /** `structured`: the whole modulus shows it, so the primes do. `upper-half`: chosen leading digits (a vanity key). */
  readonly kind: 'structured' | 'upper-half';
  /** End of a sentence about the modulus. */
  readonly message: string;
}

/** A run of equal octets this long has a probability of 2^-120 per position in a random modulus. */
const RUN_OCTETS = 16;

/** Strides at which moduli of polynomial-shaped primes have their zeros; seen in keys of broken generators. */
const STRIDES = [128, 64, 32] as const;

/** Tells what is not random about a modulus; null when nothing shows. Moduli under 512 bits are too short to judge. */
export function findBias(modulus: bigint): Bias | null {
  const bits = bitLength(modulus);
  if (bits < 512) return null;
  const binary = modulus.toString(2);
  const lower = binary.slice(bits >> 1);
  const share = shareOfOnes(binary);
  if (isOff(share, bits)) {
    const kind = isOff(shareOfOnes(lower), lower.length) ? 'structured' : 'upper-half';
    return { kind, message: `has ${(share * 100).toFixed(0)} % one bits, a random one has about 50 %` };
  }
  const stride = STRIDES.find((width) => hasZeroStride(binary, width));
  if (stride !== undefined) {
    return {
      kind: 'structured',
      message: `has a block of zeros every ${stride} bits: its primes are shaped like polynomials`,
    };
  }
  const run = longestRun(modulus);
  if (run.octets < RUN_OCTETS) return null;
  // The lower half of n is the product of the lower halves of its primes: nobody chooses it by accident or for vanity.
  const inLowerHalf = run.endsAt <= bits / 16;
  return {
    kind: inLowerHalf ? 'structured' : 'upper-half',
    message: `holds one octet ${run.octets} times in a row`,
  };
}

function shareOfOnes(binary: string): number {
  let ones = 0;
  for (const bit of binary) if (bit === '1') ones += 1;
  return ones / binary.length;
}

/** Deviations from one half that no random modulus of this size shows: over six standard deviations in every case. */
function isOff(share: number, bits: number): boolean {
  const deviation = Math.abs(share - 0.5);
  if (bits > 2000) return deviation > 0.1;
  if (bits > 1000) return deviation > 0.12;
  return deviation > 0.17;
}

/** True when the same quarter of the stride is zero in every block but the uppermost. */
function hasZeroStride(binary: string, width: number): boolean {
  const window = width >> 2;
  const blocks: string[] = [];
  for (let end = binary.length; end - width >= 0; end -= width) blocks.push(binary.slice(end - width, end));
  // Carries only grow upwards, so the zeros keep their place; a random block has them with 2^-8 at most.
  if (blocks.length * window < 64) return false;
  for (let from = 0; from + window <= width; from += window) {
    if (blocks.every((block) => !block.slice(from, from + window).includes('1'))) return true;
  }
  return false;
}

/** Longest run of equal octets; `endsAt` counts octets from the low end to the start of the run. */
function longestRun(modulus: bigint): { readonly octets: number; readonly endsAt: number } {
  const hex = modulus.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, 'hex');
  let best = { octets: 0, endsAt: 0 };
  let start = 0;
  for (let at = 1; at <= bytes.length; at += 1) {
    if (at < bytes.length && bytes[at] === bytes[start]) continue;
    if (at - start > best.octets) best = { octets: at - start, endsAt: bytes.length - start };
    start = at;
  }
  return best;
}
