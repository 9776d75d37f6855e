import type { Rule } from '../../model/finding.ts';
import { RSA_GOOD, keySetText } from '../example-keys.ts';
import { diagnosisRule } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = diagnosisRule('leading-zero-octets', {
  id: 'jwks/leading-zero-octets',
  severity: 'warning',
  securitySeverity: 3.0,
  confidence: 'certain',
  summary: 'An RSA number starts with a zero octet.',
  why: 'The shortest form is required, and thumbprints are taken over the text as written. Two spellings of one key have two thumbprints, so lists that name keys by thumbprint miss one of them.',
  fix: 'Drop the leading zero octet before encoding; it is the sign octet of ASN.1 integers.',
  sources: ['RFC 7518 section 2 (Base64urlUInt)', 'RFC 7638 section 3'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText({ ...RSA_GOOD, e: 'AAEAAQ' }) } }],
    good: [{ files: { 'jwks.json': keySetText(RSA_GOOD) } }],
  },
});
