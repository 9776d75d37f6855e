import type { Report, Rule } from '../../model/finding.ts';
import { historyText } from '../example-history.ts';
import { EC_GOOD, EC_OTHER } from '../example-keys.ts';
import { day } from '../history-facts.ts';

export const rule: Rule<'history'> = {
  id: 'live/kid-reused',
  on: 'history',
  severity: 'error',
  securitySeverity: 7,
  confidence: 'certain',
  summary: 'A kid that named one key now names another.',
  why: 'Verifiers that know the kid keep the old key for it and never ask again, so they refuse the new tokens and go on trusting the old key. A denylist entry for the kid hits the wrong key or both.',
  fix: 'Give every new key a kid that was never used: its RFC 7638 thumbprint for one.',
  sources: ['RFC 7517 section 4.5', 'RFC 7638 section 1'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-05-01T00:00:00Z', keys: [EC_GOOD] },
            { at: '2026-05-15T00:00:00Z', keys: [{ ...EC_OTHER, kid: 'ec-1' }] },
          ]),
        },
      },
    ],
    good: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-05-01T00:00:00Z', keys: [EC_GOOD] },
            { at: '2026-05-15T00:00:00Z', keys: [EC_GOOD, EC_OTHER] },
          ]),
        },
      },
    ],
  },
  *check({ keys }): Iterable<Report> {
    for (const [index, later] of keys.entries()) {
      for (const name of later.names) {
        const earlier = keys
          .slice(0, index)
          .find((each) => each.key.kty === later.key.kty && each.names.some(({ kid }) => kid === name.kid));
        const before = earlier?.names.find(({ kid }) => kid === name.kid);
        // Two keys that came at once are jwks/kid-duplicate.
        if (earlier === undefined || before === undefined || before.first === name.first) continue;
        yield {
          at: name.at,
          message: `kid ${JSON.stringify(name.kid.slice(0, 80))} named another key before ${day(name.first)}; caches that know it do not fetch again`,
          subject: `keys[kid=${name.kid}]`,
          value: later.key.thumbprint ?? later.material,
          related: [{ at: before.at, message: `the other key, first seen ${day(before.first)}` }],
        };
      }
    }
  },
};
