import type { KeyDiagnosis } from '../../model/key.ts';
import { findBias } from './bias.ts';
import { factorClosePrimes } from './close-primes.ts';
import { diagnoseCompromised } from './compromised.ts';
import { diagnosis } from './diagnosis.ts';
import { diagnoseExponent } from './exponent.ts';
import type { Blocklist } from './known-compromised.ts';
import { bitLength } from './numbers.ts';
import type { PrimalityTest } from './primality.ts';
import { isRoca } from './roca.ts';
import { describeStructure } from './rsa-structure.ts';
import { recoverSmallExponent } from './small-exponent.ts';
import type { SmallestFactor } from './small-factors.ts';

/** Largest modulus whose numbers are examined; beyond it the analysis itself would be the denial of service. */
export const MAX_MODULUS_BITS: number = 16_384;

/** NIST SP 800-131A revision 2, table 2: under 2048 bits is disallowed. */
const MIN_RSA_BITS = 2048;

/** Exponents that any generator makes are far below; Wiener's attack needs one about as long as the modulus. */
const UNUSUAL_EXPONENT_BITS = 32;

interface RsaOptions {
  readonly blocklist: Blocklist | null;
  readonly isPrime: PrimalityTest;
  readonly smallestFactor: SmallestFactor;
}

/** Finds everything that is wrong with the numbers of an RSA key; `exponent` is null when it could not be read. */
export function diagnoseRsa(
  modulus: bigint,
  exponent: bigint | null,
  { blocklist, isPrime, smallestFactor }: RsaOptions,
): readonly KeyDiagnosis[] {
  const bits = bitLength(modulus);
  if (bits > MAX_MODULUS_BITS) {
    const message = `modulus has ${bits} bits; over ${MAX_MODULUS_BITS} it is not examined, and verifying with it is slow`;
    return [diagnosis('malformed', message, 'n')];
  }
  const diagnoses: KeyDiagnosis[] = [];
  if (bits < MIN_RSA_BITS) {
    const how = bits < 1024 ? 'within reach of one computer' : 'within reach of well-funded attackers';
    diagnoses.push(diagnosis('rsa-too-small', `modulus has ${bits} bits, the minimum is ${MIN_RSA_BITS}: ${how}`, 'n'));
  }
  if (exponent !== null) {
    const unusual = diagnoseExponent(exponent, modulus);
    if (unusual !== null) diagnoses.push(unusual);
  }
  diagnoses.push(...diagnoseCompromised(modulus, 'n', blocklist));
  const structure = describeStructure(modulus, isPrime, smallestFactor);
  // A modulus of the wrong shape is no product of two primes; what follows would only describe the accident.
  if (structure !== null) {
    diagnoses.push(diagnosis('rsa-structure', `modulus ${structure.message}`, 'n', structure.severity));
  }
  if (factorClosePrimes(modulus) !== null && modulus % 2n === 1n) {
    diagnoses.push(
      diagnosis('rsa-close-primes', 'the two primes lie so close together that the modulus factors at once', 'n'),
    );
  }
  if (structure?.severity === 'error') return diagnoses;
  if (isRoca(modulus)) {
    diagnoses.push(
      diagnosis('rsa-roca', 'key comes from the Infineon library of ROCA (CVE-2017-15361) and can be factored', 'n'),
    );
  }
  if (exponent !== null && bitLength(exponent) > UNUSUAL_EXPONENT_BITS) {
    if (recoverSmallExponent(modulus, exponent) !== null) {
      diagnoses.push(diagnosis('rsa-small-d', 'private exponent is small and follows from the public key', 'e'));
    }
  }
  const bias = findBias(modulus);
  if (bias !== null) {
    const severity = bias.kind === 'structured' ? 'error' : 'warning';
    diagnoses.push(diagnosis('rsa-biased', `modulus ${bias.message}`, 'n', severity));
  }
  return diagnoses;
}
