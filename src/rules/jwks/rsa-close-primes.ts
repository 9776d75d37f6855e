import type { Rule } from '../../model/finding.ts';
import { RSA_CLOSE, RSA_GOOD, keySetText } from '../example-keys.ts';
import { diagnosisRule } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = diagnosisRule('rsa-close-primes', {
  id: 'jwks/rsa-close-primes',
  severity: 'error',
  securitySeverity: 9.8,
  confidence: 'certain',
  summary: 'The two primes of an RSA key lie close together.',
  why: 'Fermat’s method factors such a modulus at once. Generators that take the next prime after the first one make these keys.',
  fix: 'Replace the generator, then the key, and remove this one everywhere.',
  sources: ['CVE-2022-26320', 'FIPS 186-5 appendix A.1.3'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText(RSA_CLOSE) } }],
    good: [{ files: { 'jwks.json': keySetText(RSA_GOOD) } }],
  },
});
