import type { Rule } from '../../model/finding.ts';
import { EC_GOOD, keySetText } from '../example-keys.ts';
import { diagnosisRule } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = diagnosisRule('ec-coordinate-length', {
  id: 'jwks/ec-coordinate-length',
  severity: 'error',
  securitySeverity: 5.0,
  confidence: 'certain',
  summary: 'A coordinate of an EC key does not have the length of its curve.',
  why: 'Coordinates keep their leading zeros. Libraries that cut them off produce one unusable key in 256, and strict verifiers then reject every token of it.',
  fix: 'Encode both coordinates at full length: 32 octets for P-256, 48 for P-384, 66 for P-521.',
  sources: ['RFC 7518 section 6.2.1.2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText({ ...EC_GOOD, x: String(EC_GOOD['x']).slice(0, -2) }) } }],
    good: [{ files: { 'jwks.json': keySetText(EC_GOOD) } }],
  },
});
