import type { Rule } from '../../model/finding.ts';
import { EC_GOOD, keySetText } from '../example-keys.ts';
import { diagnosisRule } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = diagnosisRule('base64url-invalid', {
  id: 'jwks/base64url-invalid',
  severity: 'error',
  securitySeverity: 5.0,
  confidence: 'certain',
  summary: 'A number of a key is not base64url as JOSE defines it.',
  why: 'Lenient decoders read padding, standard base64 or stray bits, strict ones refuse the key. What one verifier accepts, another rejects, and the same key has several spellings that no list compares equal.',
  fix: 'Encode without padding and with - and _ in place of + and /.',
  sources: ['RFC 7515 section 2', 'RFC 4648 section 3.5'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'jwks.json': keySetText({ ...EC_GOOD, x: String(EC_GOOD['x']).replace('-', '+') }) } },
      {
        files: { 'jwks.json': keySetText({ ...EC_GOOD, x: `${String(EC_GOOD['x'])}=` }) },
        note: 'Padding alone is a warning: decoders that read it at all read the same number.',
      },
    ],
    good: [{ files: { 'jwks.json': keySetText(EC_GOOD) } }],
  },
});
