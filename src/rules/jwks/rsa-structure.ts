import type { Rule } from '../../model/finding.ts';
import { RSA_EVEN, RSA_GOOD, keySetText } from '../example-keys.ts';
import { diagnosisRule } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = diagnosisRule('rsa-structure', {
  id: 'jwks/rsa-structure',
  severity: 'error',
  securitySeverity: 9.8,
  confidence: 'certain',
  summary: 'An RSA modulus is not the product of two large primes.',
  why: 'A zero, even, prime or square modulus and one with small factors is factored in no time. Most of them are memory or copy errors that nobody noticed.',
  fix: 'Compare with the key that the signer has, publish the right one, and look for the cause: one flipped bit rarely comes alone.',
  sources: ['RFC 8017 section 3.1', 'SP 800-89 section 5.3.3'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText(RSA_EVEN) } }],
    good: [{ files: { 'jwks.json': keySetText(RSA_GOOD) } }],
  },
});
