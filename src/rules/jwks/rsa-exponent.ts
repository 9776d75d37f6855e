import type { Rule } from '../../model/finding.ts';
import { RSA_GOOD, keySetText } from '../example-keys.ts';
import { diagnosisRule } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = diagnosisRule('rsa-exponent', {
  id: 'jwks/rsa-exponent',
  severity: 'error',
  securitySeverity: 9.8,
  confidence: 'certain',
  summary: 'An RSA public exponent is impossible or unusual.',
  why: 'With exponent 1 a signature is the padded message itself, and OpenSSL-based verifiers accept it: anybody can sign. Even exponents have no private key, and small ones turn padding mistakes into forgeries.',
  fix: 'Use 65537.',
  sources: ['RFC 8017 section 3.1', 'SP 800-56B revision 2 section 6.2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText({ ...RSA_GOOD, e: 'AQ' }) } }],
    good: [{ files: { 'jwks.json': keySetText(RSA_GOOD) } }],
  },
});
