import type { KeyDiagnosis } from '../../model/key.ts';
import { bitLength } from './numbers.ts';

/** Exponents over 32 bits fail in verifiers that keep them in a machine word (Go's crypto/rsa keeps an int). */
const MAX_COMMON_BITS = 32;

/** Exponent that every generator of today takes: SP 800-56B revision 2, section 6.2 asks for 65537 or more. */
const USUAL = 65_537n;

/**
 * Judges a public exponent (RFC 8017 section 3.1: odd and from 3 to n - 1). With e = 1 a signature is the padded
 * message itself: anybody can sign.
 */
export function diagnoseExponent(exponent: bigint, modulus: bigint): KeyDiagnosis | null {
  const found = (severity: KeyDiagnosis['severity'], message: string): KeyDiagnosis => ({
    weakness: 'rsa-exponent',
    severity,
    message,
    member: 'e',
  });
  if (exponent === 0n) return found('error', 'public exponent is 0');
  if (exponent === 1n)
    return found('error', 'public exponent is 1: a signature is the padded message, anybody can sign');
  if ((exponent & 1n) === 0n) return found('error', 'public exponent is even: no private key can belong to it');
  if (modulus > 0n && exponent >= modulus) return found('error', 'public exponent is not below the modulus');
  const bits = bitLength(exponent);
  if (bits > MAX_COMMON_BITS) {
    return found('warning', `public exponent has ${bits} bits, many verifiers take at most ${MAX_COMMON_BITS}`);
  }
  if (exponent < USUAL) {
    const severity = exponent === 3n ? 'warning' : 'info';
    return found(
      severity,
      `public exponent is ${exponent}, the usual one is ${USUAL}: small ones forgive no padding mistake`,
    );
  }
  return exponent === USUAL ? null : found('info', `public exponent is ${exponent}, the usual one is ${USUAL}`);
}
