import type { Report, Rule } from '../../model/finding.ts';
import { showBound } from '../../model/quantity.ts';
import { freshnessOf } from '../../predict/freshness.ts';
import { ISSUER_POLICY, historyText } from '../example-history.ts';
import { EC_GOOD } from '../example-keys.ts';
import { goodFetches, policiesFor } from '../history-facts.ts';
import { byDefault } from '../policy-facts.ts';

export const rule: Rule<'history'> = {
  id: 'live/stale-directives',
  on: 'history',
  severity: 'warning',
  securitySeverity: 4.5,
  confidence: 'certain',
  summary: 'A key set may be served stale for a good part of the objective.',
  why: 'With stale-while-revalidate a cache hands out the old set once more after it has ended, with stale-if-error for as long as the origin fails: an attacker who can slow the issuer down keeps his key alive.',
  fix: 'Keep both below a quarter of the objective, and add must-revalidate where the cache in front is not yours.',
  sources: ['RFC 5861 sections 3 and 4'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': ISSUER_POLICY,
          'jwks-history/id.example.com.ndjson': historyText([
            {
              at: '2026-05-01T00:00:00Z',
              keys: [EC_GOOD],
              headers: {
                'cache-control': 'public, max-age=60, stale-if-error=86400',
                'content-type': 'application/json',
              },
            },
          ]),
        },
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': ISSUER_POLICY,
          'jwks-history/id.example.com.ndjson': historyText([
            {
              at: '2026-05-01T00:00:00Z',
              keys: [EC_GOOD],
              headers: {
                'cache-control': 'public, max-age=60, stale-while-revalidate=60',
                'content-type': 'application/json',
              },
            },
          ]),
        },
      },
    ],
  },
  *check(history, estate): Iterable<Report> {
    const [objective] = policiesFor(history, estate)
      .flatMap(({ objectives }) => objectives.signing_key?.max ?? [])
      .sort((a, b) => a.value - b.value);
    const [fetch] = goodFetches(history);
    if (objective === undefined || fetch === undefined) return;
    const { staleWhileRevalidate, staleIfError } = freshnessOf(fetch.headers);
    for (const [name, value] of [
      ['stale-while-revalidate', staleWhileRevalidate],
      ['stale-if-error', staleIfError],
    ] as const) {
      if (value <= objective.value / 4) continue;
      yield {
        at: fetch.at,
        message: `${name} allows ${showBound(value)}, more than a quarter of the ${showBound(objective.value)}${byDefault(objective)} in which a leaked key must be gone`,
        subject: `headers/${name}`,
        value: String(value),
        ...(objective.at === null ? {} : { related: [{ at: objective.at, message: 'the objective' }] }),
      };
    }
  },
};
