import type { Rule } from '../../model/finding.ts';
import { RSA_1024, RSA_GOOD, keySetText } from '../example-keys.ts';
import { diagnosisRule } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = diagnosisRule('rsa-too-small', {
  id: 'jwks/rsa-too-small',
  severity: 'error',
  securitySeverity: 7.5,
  confidence: 'certain',
  summary: 'An RSA modulus has fewer than 2048 bits.',
  why: 'Keys of 512 bits are factored in hours on rented computers and 829 bits were factored in public; 1024 bits are within reach of states. Who factors the key signs as the issuer.',
  fix: 'Generate a key of 2048 bits or more, or change to ES256.',
  sources: ['RFC 7518 section 3.3', 'SP 800-131A revision 2 table 2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText(RSA_1024) } }],
    good: [{ files: { 'jwks.json': keySetText(RSA_GOOD) } }],
  },
});
