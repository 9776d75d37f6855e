import type { Report, Rule } from '../../model/finding.ts';
import { millis, showBound } from '../../model/quantity.ts';
import { freshnessOf } from '../../predict/freshness.ts';
import { historyText } from '../example-history.ts';
import { EC_GOOD } from '../example-keys.ts';
import { goodFetches } from '../history-facts.ts';

export const rule: Rule<'history'> = {
  id: 'live/edge-ttl-override',
  on: 'history',
  severity: 'error',
  securitySeverity: 5.5,
  confidence: 'likely',
  summary: 'A shared cache hands out a key set that is older than its headers allow.',
  why: 'The cache has a lifetime of its own and ignores what the issuer says, so a removed key is served for as long as somebody once typed into a console. No prediction from the headers holds.',
  fix: 'Let the cache obey the origin for this path, or exclude it from caching; purge it in the removal playbook.',
  sources: ['RFC 9111 sections 4.2.3 and 5.1'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            {
              at: '2026-05-01T00:00:00Z',
              keys: [EC_GOOD],
              headers: { age: '7200', 'cache-control': 'public, max-age=300' },
            },
          ]),
        },
      },
    ],
    good: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            {
              at: '2026-05-01T00:00:00Z',
              keys: [EC_GOOD],
              headers: { age: '120', 'cache-control': 'public, max-age=300' },
            },
          ]),
        },
      },
    ],
  },
  *check(history): Iterable<Report> {
    for (const { headers, address, at } of goodFetches(history)) {
      const age = /^\d{1,10}$/.test(headers['age'] ?? '') ? Number(headers['age']) * 1000 : 0;
      const { lifetime, origin, staleWhileRevalidate, staleIfError } = freshnessOf(headers);
      if (lifetime === null || origin === 'heuristic') continue;
      const allowed = lifetime + staleWhileRevalidate + staleIfError;
      // Age counts whole seconds and includes the way back.
      if (age <= allowed + TOLERANCE) continue;
      yield {
        at,
        message: `the key set is ${showBound(millis(age))} old${address === null ? '' : ` at ${address}`}, its headers allow ${showBound(millis(allowed))}: a cache in between ignores them`,
        subject: `headers/age/${address ?? ''}`,
        value: origin,
      };
    }
  },
};

const TOLERANCE = 5000;
