import type { Rule } from '../../model/finding.ts';
import { EC_GOOD, keySetText } from '../example-keys.ts';
import { diagnosisRule } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = diagnosisRule('alg-kty-mismatch', {
  id: 'jwks/alg-kty-mismatch',
  severity: 'error',
  securitySeverity: 6.5,
  confidence: 'certain',
  summary: 'A key names an algorithm that it cannot serve.',
  why: 'Some verifiers follow alg, some follow the key. A key that says HS256 over public numbers is the beginning of algorithm confusion.',
  fix: 'Name the one algorithm that the signer uses with this key.',
  sources: ['RFC 7517 section 4.4', 'RFC 8725 section 3.1'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText({ ...EC_GOOD, alg: 'ES384' }) } }],
    good: [{ files: { 'jwks.json': keySetText(EC_GOOD) } }],
  },
});
