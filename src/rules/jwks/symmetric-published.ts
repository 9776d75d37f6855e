import type { Rule } from '../../model/finding.ts';
import { EC_GOOD, keySetText } from '../example-keys.ts';
import { diagnosisRule } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = diagnosisRule('symmetric', {
  id: 'jwks/symmetric-published',
  severity: 'error',
  securitySeverity: 10.0,
  confidence: 'certain',
  summary: 'A key set holds a symmetric key.',
  why: 'A symmetric key verifies and signs. Whoever can fetch the set can write tokens.',
  fix: 'Remove the key, treat it as leaked, and sign with an asymmetric algorithm.',
  sources: ['RFC 7517 section 9.2', 'RFC 8725 section 3.5'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'jwks.json': keySetText({ kty: 'oct', kid: 'hmac-1', alg: 'HS256', k: 'dGhpcyBpcyBubyBzZWNyZXQ' }) } },
    ],
    good: [{ files: { 'jwks.json': keySetText(EC_GOOD) } }],
  },
});
