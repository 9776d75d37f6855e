import type { Report, Rule } from '../../model/finding.ts';
import { EC_GOOD, keySetText } from '../example-keys.ts';
import { subjectOf } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = {
  id: 'jwks/private-looking-kid',
  on: 'jwks',
  severity: 'info',
  securitySeverity: 2.4,
  confidence: 'possible',
  summary: 'A kid speaks of a private key, a secret or a file.',
  why: 'The name is published with every token and tells where the private half may lie. It also makes people who find it ask whether the key has leaked, in the middle of the night.',
  fix: 'Name keys by their RFC 7638 thumbprint or a date.',
  sources: ['RFC 7517 section 4.5', 'RFC 7638 section 1'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText({ ...EC_GOOD, kid: 'private:ec-1' }) } }],
    good: [{ files: { 'jwks.json': keySetText({ ...EC_GOOD, kid: 'ec-1' }) } }],
  },
  *check({ keys, container }): Iterable<Report> {
    if (container === 'pem') return;
    for (const key of keys) {
      const [word] = /(?<![a-z])(?:private|secret)(?![a-z])|\.(?:pem|key|p12|pfx|jks)$/i.exec(key.kid ?? '') ?? [];
      if (word === undefined || key.kid === null) continue;
      yield {
        at: key.locate('kid'),
        message: `kid ${JSON.stringify(key.kid.slice(0, 80))} of a published key holds ${JSON.stringify(word)}`,
        subject: `${subjectOf(key)}.kid`,
        value: word.toLowerCase(),
      };
    }
  },
};
