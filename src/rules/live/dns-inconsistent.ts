import type { Report, Rule } from '../../model/finding.ts';
import { historyText } from '../example-history.ts';
import { EC_GOOD, RSA_GOOD } from '../example-keys.ts';
import { goodFetches, newestOf } from '../history-facts.ts';

export const rule: Rule<'history'> = {
  id: 'live/dns-inconsistent',
  on: 'history',
  severity: 'warning',
  securitySeverity: 5,
  confidence: 'certain',
  summary: 'The addresses of one host serve different key sets.',
  why: "Where a verifier looks decides which keys it trusts: by region, by IP version or by the order of the name server's answer. A removed key stays alive for everybody who resolves to the address that still has it.",
  fix: 'Point all addresses at one service, or find the one that was forgotten in the last move.',
  sources: ['RFC 7517 section 5'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            {
              at: '2026-05-01T00:00:00Z',
              sets: [[EC_GOOD, RSA_GOOD], [EC_GOOD]],
              fetches: [
                { address: '192.0.2.10', count: 12, headers: {}, set: 0, status: 200 },
                { address: '192.0.2.11', count: 12, headers: {}, set: 1, status: 200 },
              ],
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
              keys: [EC_GOOD, RSA_GOOD],
              fetches: [
                { address: '192.0.2.10', count: 12, headers: {}, set: 0, status: 200 },
                { address: '192.0.2.11', count: 12, headers: {}, set: 0, status: 200 },
              ],
            },
          ]),
        },
      },
    ],
  },
  *check(history): Iterable<Report> {
    const { sets } = newestOf(history);
    const good = goodFetches(history);
    const addresses = new Set(good.map(({ address }) => address));
    // An address that itself serves two sets is a balancer: live/replica-inconsistent tells of it.
    if (sets.length < 2 || addresses.size !== good.length) return;
    const [first, ...others] = good;
    const different = others.filter(({ set }) => set !== first?.set);
    const [second] = different;
    if (first === undefined || second === undefined) return;
    yield {
      at: second.at,
      message: good
        .map(
          ({ address, set }) =>
            `${address ?? 'unknown'} serves ${sets[set ?? 0]?.keys.length ?? 0} keys (set ${(set ?? 0) + 1})`,
        )
        .join(', '),
      subject: 'addresses',
      value: good.map(({ address, set }) => `${address ?? ''}=${set ?? ''}`).join(' '),
      related: [{ at: first.at, message: 'the address it differs from' }],
    };
  },
};
