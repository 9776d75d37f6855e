import type { Rule } from '../../model/finding.ts';
import { ED_GOOD, keySetText } from '../example-keys.ts';
import { diagnosisRule } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = diagnosisRule('okp-point-invalid', {
  id: 'jwks/okp-point-invalid',
  severity: 'error',
  securitySeverity: 9.8,
  confidence: 'certain',
  summary: 'The public key of an Edwards or Montgomery curve is no point, or a point of small order.',
  why: 'With a point of small order as the key, a signature that anybody can write down verifies for many messages or for all. Common libraries import such a key without a word; a buffer of zeros is one.',
  fix: 'Remove the key at once, treat tokens signed under it as forged, and publish the key that the signer really has.',
  sources: ['RFC 8032 sections 5.1.3 and 8.4', 'RFC 7748 section 6'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText({ ...ED_GOOD, x: 'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }) } }],
    good: [{ files: { 'jwks.json': keySetText(ED_GOOD) } }],
  },
});
