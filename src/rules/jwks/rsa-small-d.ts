import type { Rule } from '../../model/finding.ts';
import { RSA_GOOD, RSA_SMALL_D, keySetText } from '../example-keys.ts';
import { diagnosisRule } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = diagnosisRule('rsa-small-d', {
  id: 'jwks/rsa-small-d',
  severity: 'error',
  securitySeverity: 9.8,
  confidence: 'certain',
  summary: 'The private exponent of an RSA key is small and follows from the public key.',
  why: 'A small private exponent shows in the continued fraction of e/n. Swapped exponents are the usual cause.',
  fix: 'Generate a new key with the public exponent 65537.',
  sources: ['Wiener, Cryptanalysis of Short RSA Secret Exponents, 1990', 'FIPS 186-5 appendix A.1.1'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText(RSA_SMALL_D) } }],
    good: [{ files: { 'jwks.json': keySetText(RSA_GOOD) } }],
  },
});
