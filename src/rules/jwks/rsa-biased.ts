import type { Rule } from '../../model/finding.ts';
import { RSA_BIASED, RSA_GOOD, keySetText } from '../example-keys.ts';
import { diagnosisRule } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = diagnosisRule('rsa-biased', {
  id: 'jwks/rsa-biased',
  severity: 'error',
  securitySeverity: 7.4,
  confidence: 'likely',
  summary: 'The bits of an RSA modulus are visibly not random.',
  why: 'A pattern through the whole modulus means shaped primes, which can be found. A pattern in the upper half alone is a vanity key: unusual, not broken, and only a warning.',
  fix: 'Generate a new key with a maintained library and no wishes for its digits.',
  sources: ['FIPS 186-5 appendix A.1.3'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText(RSA_BIASED) } }],
    good: [{ files: { 'jwks.json': keySetText(RSA_GOOD) } }],
  },
});
