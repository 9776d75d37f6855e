import type { Report, Rule } from '../../model/finding.ts';
import { EC_GOOD, keySetText } from '../example-keys.ts';
import { nameOf, subjectOf } from '../key-diagnosis.ts';

/** RFC 7518 section 6.1, RFC 8037 section 2, RFC 9964 section 3. */
const KINDS: readonly string[] = ['RSA', 'EC', 'OKP', 'oct', 'AKP'];

export const rule: Rule<'jwks'> = {
  id: 'jwks/unusable-key',
  on: 'jwks',
  severity: 'info',
  securitySeverity: 2.0,
  confidence: 'certain',
  summary: 'A key is of a kind that verifiers do not know.',
  why: 'Verifiers are told to pass over such a key, and some refuse the whole set instead. The set then revokes and introduces nothing there.',
  fix: 'Try the set with every verifier before it is published, and take out what nobody uses.',
  sources: ['RFC 7517 section 5', 'RFC 7518 section 6.1'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText(EC_GOOD, { kty: 'LAC', kid: 'new-1', use: 'sig' }) } }],
    good: [{ files: { 'jwks.json': keySetText(EC_GOOD) } }],
  },
  *check({ keys }): Iterable<Report> {
    for (const key of keys) {
      if (key.kty === null || KINDS.includes(key.kty)) continue;
      const close = KINDS.find((kind) => kind.toLowerCase() === key.kty?.toLowerCase());
      yield {
        at: key.locate('kty'),
        message: `${nameOf(key)} has kty ${JSON.stringify(key.kty.slice(0, 40))}, which no specification registers${close === undefined ? '' : `; ${close} is written so`}`,
        severity: close === undefined ? 'info' : 'warning',
        subject: `${subjectOf(key)}.kty`,
        value: key.kty,
      };
    }
  },
};
