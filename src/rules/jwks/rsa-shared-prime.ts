import type { Report, Rule } from '../../model/finding.ts';
import { RSA_GOOD, RSA_SHARED_A, RSA_SHARED_B, keySetText } from '../example-keys.ts';
import { nameOf } from '../key-diagnosis.ts';
import { findSharedPrimes } from '../shared-primes.ts';

export const rule: Rule<'estate'> = {
  id: 'jwks/rsa-shared-prime',
  on: 'estate',
  severity: 'error',
  securitySeverity: 9.8,
  confidence: 'certain',
  summary: 'Two RSA keys have a prime in common, so both can be factored.',
  why: 'The greatest common divisor of the two moduli is the prime: one division later both private keys are known. Machines that generate keys before they have gathered randomness make such pairs.',
  fix: 'Generate both keys again, on a machine with a working random number generator, and remove the old ones everywhere.',
  sources: ['Heninger et al., Mining Your Ps and Qs, USENIX Security 2012', 'SP 800-90B'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText(RSA_SHARED_A, RSA_SHARED_B) } }],
    good: [{ files: { 'jwks.json': keySetText(RSA_GOOD, RSA_SHARED_A) } }],
  },
  *check({ jwks }): Iterable<Report> {
    const candidates = jwks
      .flatMap(({ keys }) => keys)
      // Even, prime and tiny moduli share factors by accident; rsa-structure names them.
      .filter(({ modulusHex, diagnoses }) => {
        return (
          modulusHex !== null &&
          modulusHex !== '' &&
          !diagnoses.some(({ weakness, severity }) => weakness === 'rsa-structure' && severity === 'error')
        );
      })
      .filter(({ modulusBits }) => modulusBits !== null && modulusBits <= MAX_BITS);
    const moduli = candidates.map(({ modulusHex }) => BigInt(`0x${modulusHex ?? '0'}`));
    const factors = findSharedPrimes(moduli);
    for (const [index, key] of candidates.entries()) {
      const factor = factors[index] ?? null;
      if (factor === null) continue;
      const partner = candidates.find(
        ({ modulusHex }, other) => modulusHex !== key.modulusHex && (moduli[other] ?? 1n) % factor === 0n,
      );
      yield {
        at: key.locate('n'),
        message: `${nameOf(key)} shares a prime with ${partner === undefined ? 'other keys' : nameOf(partner)}: both private keys follow`,
        subject: `modulus of ${key.thumbprint ?? key.modulusHex ?? ''}`,
        value: key.thumbprint ?? key.modulusHex ?? '',
        related: partner === undefined ? [] : [{ at: partner.locate('n'), message: 'shares the prime' }],
      };
    }
  },
};

/** Larger moduli are reported as malformed and not examined. */
const MAX_BITS = 16_384;
