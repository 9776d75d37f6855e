import type { Rule } from '../../model/finding.ts';
import { EC_GOOD, EC_OTHER, keySetText } from '../example-keys.ts';
import { diagnosisRule } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = diagnosisRule('ec-point-invalid', {
  id: 'jwks/ec-point-invalid',
  severity: 'error',
  securitySeverity: 9.1,
  confidence: 'certain',
  summary: 'The public point of an EC key does not lie on its curve.',
  why: 'A verifier that does not check the point computes on another, weak curve. The key is corrupt at best and an invalid-curve attack at worst.',
  fix: 'Remove the key and publish the one that the signer really has.',
  sources: ['RFC 8725 section 3.4', 'SP 800-56A revision 3 section 5.6.2.3.3'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText({ ...EC_GOOD, y: String(EC_OTHER['y']) }) } }],
    good: [{ files: { 'jwks.json': keySetText(EC_GOOD) } }],
  },
});
