import type { Report, Rule } from '../../model/finding.ts';
import { historyText } from '../example-history.ts';
import { EC_GOOD } from '../example-keys.ts';
import { goodFetches } from '../history-facts.ts';

export const rule: Rule<'history'> = {
  id: 'live/content-type',
  on: 'history',
  severity: 'info',
  securitySeverity: 1,
  confidence: 'certain',
  summary: 'A key set is served under another media type than one of JSON.',
  why: 'Strict clients refuse it, and a proxy that guesses types may rewrite it. It is also how an error page that slipped in looks at first.',
  fix: 'Send Content-Type: application/jwk-set+json, or application/json.',
  sources: ['RFC 7517 section 8.5.1'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            {
              at: '2026-05-01T00:00:00Z',
              keys: [EC_GOOD],
              headers: { 'cache-control': 'max-age=300', 'content-type': 'text/plain' },
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
    const odd = goodFetches(history).find(
      ({ headers }) => !/^application\/(?:jwk-set\+|[\w.-]+\+)?json\b/i.test(headers['content-type'] ?? ''),
    );
    if (odd === undefined) return;
    const type = odd.headers['content-type'];
    yield {
      at: odd.at,
      message: `the key set is served ${type === undefined ? 'without a Content-Type' : `as ${JSON.stringify(type.slice(0, 60))}`}`,
      subject: 'headers/content-type',
      value: type ?? 'none',
    };
  },
};
