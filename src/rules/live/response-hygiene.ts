import type { Report, Rule } from '../../model/finding.ts';
import { historyText } from '../example-history.ts';
import { EC_GOOD } from '../example-keys.ts';
import { goodFetches } from '../history-facts.ts';

export const rule: Rule<'history'> = {
  id: 'live/response-hygiene',
  on: 'history',
  severity: 'info',
  securitySeverity: 1.5,
  confidence: 'certain',
  summary: 'A key set is served with headers that keep caches from sharing it.',
  why: 'A cookie, or an answer that varies with cookies, turns a public document into one per visitor: caches store none or many, the origin carries the load of every verifier, and replicas drift apart unseen.',
  fix: 'Serve the key set without Set-Cookie and without Vary on Cookie or *.',
  sources: ['RFC 9111 sections 3.5 and 4.1', 'RFC 9110 section 12.5.5'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            {
              at: '2026-05-01T00:00:00Z',
              keys: [EC_GOOD],
              headers: { 'cache-control': 'max-age=300', 'content-type': 'application/json', 'set-cookie': 'redacted' },
            },
          ]),
        },
      },
    ],
    good: [
      {
        files: { 'jwks-history/id.example.com.ndjson': historyText([{ at: '2026-05-01T00:00:00Z', keys: [EC_GOOD] }]) },
      },
    ],
  },
  *check(history): Iterable<Report> {
    for (const { headers, at } of goodFetches(history).slice(0, 1)) {
      const vary = (headers['vary'] ?? '').split(',').map((name) => name.trim().toLowerCase());
      const odd = [
        ...(headers['set-cookie'] === undefined ? [] : ['Set-Cookie']),
        ...(vary.includes('*') ? ['Vary: *'] : []),
        ...(vary.includes('cookie') ? ['Vary: Cookie'] : []),
      ];
      if (odd.length === 0) continue;
      yield { at, message: `the key set is served with ${odd.join(', ')}`, subject: 'headers', value: odd.join(' ') };
    }
  },
};
