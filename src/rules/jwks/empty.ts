import type { Report, Rule } from '../../model/finding.ts';
import { EC_GOOD, keySetText } from '../example-keys.ts';
import { isForSignatures } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = {
  id: 'jwks/empty',
  on: 'jwks',
  severity: 'error',
  securitySeverity: 5,
  confidence: 'certain',
  summary: 'A key set has no key that could verify a signature.',
  why: 'Verifiers that fetch it reject every token, or keep trusting the keys they had: an empty set revokes nothing in caches that treat it as a failed fetch.',
  fix: 'Publish the keys in use. To revoke all keys, publish a fresh one in their place.',
  sources: ['RFC 7517 section 5.1'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': '{ "keys": [] }\n' } }],
    good: [{ files: { 'jwks.json': keySetText(EC_GOOD) } }],
  },
  *check({ at, keys }): Iterable<Report> {
    if (keys.length === 0) {
      yield { at, message: 'the set has no keys', subject: 'set', value: 'empty' };
    } else if (!keys.some(isForSignatures)) {
      yield {
        at,
        message: `none of the ${keys.length} keys is for signatures; fine for a client that only receives encrypted tokens`,
        severity: 'warning',
        subject: 'set',
        value: 'no signature key',
      };
    }
  },
};
