import type { Report, Rule } from '../../model/finding.ts';
import { showBound } from '../../model/quantity.ts';
import { freshnessOf } from '../../predict/freshness.ts';
import { historyText } from '../example-history.ts';
import { EC_GOOD } from '../example-keys.ts';
import { goodFetches } from '../history-facts.ts';

export const rule: Rule<'history'> = {
  id: 'live/cache-missing',
  on: 'history',
  severity: 'warning',
  securitySeverity: 3.5,
  confidence: 'certain',
  summary: 'A key set is served without a word on how long it may be cached.',
  why: 'Every shared cache may then choose a lifetime of its own, by habit a tenth of the age of the file: a set that has not changed for ten days is fresh for another day. How long a removed key lives depends on who is in between.',
  fix: 'Send Cache-Control: public, max-age=300 or whatever the objective for a leaked signing key leaves room for.',
  sources: ['RFC 9111 section 4.2.2'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-05-01T00:00:00Z', keys: [EC_GOOD], headers: { 'content-type': 'application/json' } },
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
    const silent = goodFetches(history).filter(({ headers }) =>
      ['none', 'heuristic'].includes(freshnessOf(headers).origin),
    );
    const [first] = silent;
    if (first === undefined) return;
    const { lifetime } = freshnessOf(first.headers);
    yield {
      at: first.at,
      message: `the key set has neither max-age nor Expires${lifetime === null ? ': caches decide alone how long it is fresh' : `; a tenth of its age makes ${showBound(lifetime)}`}`,
      subject: 'headers',
      value: 'no lifetime',
    };
  },
};
