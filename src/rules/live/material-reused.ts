import type { Report, Rule } from '../../model/finding.ts';
import { historyText } from '../example-history.ts';
import { EC_GOOD, EC_OTHER } from '../example-keys.ts';
import { day } from '../history-facts.ts';

export const rule: Rule<'history'> = {
  id: 'live/material-reused',
  on: 'history',
  severity: 'error',
  securitySeverity: 6.5,
  confidence: 'certain',
  summary: 'A new kid was published for an old key.',
  why: 'The rotation happened on paper: whoever has the old private key signs under the new kid as well. After a leak this is a revocation that revoked nothing.',
  fix: 'Generate a key pair for every rotation and publish its public half.',
  sources: ['NIST SP 800-57 part 1 revision 5 section 5.3.4', 'RFC 7517 section 4.5'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-05-01T00:00:00Z', keys: [EC_GOOD] },
            { at: '2026-05-15T00:00:00Z', keys: [EC_GOOD, { ...EC_GOOD, kid: 'ec-2' }] },
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
    for (const { names, key, material } of keys) {
      const [original] = names;
      for (const name of names.slice(1)) {
        // Two names that came at once are jwks/material-under-many-kids.
        if (original === undefined || name.first === original.first) continue;
        yield {
          at: name.at,
          message: `kid ${JSON.stringify(name.kid.slice(0, 80))} of ${day(name.first)} is the key that kid ${JSON.stringify(original.kid.slice(0, 80))} had before: nothing was rotated`,
          subject: `keys[kid=${name.kid}]`,
          value: key.thumbprint ?? material,
          related: [{ at: original.at, message: `the same key, first seen ${day(original.first)}` }],
        };
      }
    }
  },
};
