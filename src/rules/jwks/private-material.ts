import type { Rule } from '../../model/finding.ts';
import { EC_GOOD, EC_PRIVATE, keySetText } from '../example-keys.ts';
import { diagnosisRule } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = diagnosisRule('private-material', {
  id: 'jwks/private-material',
  severity: 'error',
  securitySeverity: 10.0,
  confidence: 'certain',
  summary: 'A key set holds the private half of a key.',
  why: 'Whoever can read the set can sign tokens that every verifier accepts. A published set was read, by crawlers if by nobody else.',
  fix: 'Treat it as a leaked signing key: publish a new key, remove this one everywhere, and only then clean up.',
  sources: ['RFC 7517 section 9.2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText(EC_PRIVATE) } }],
    good: [{ files: { 'jwks.json': keySetText(EC_GOOD) } }],
  },
});
