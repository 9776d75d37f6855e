import type { Report, Rule } from '../../model/finding.ts';
import { historyText } from '../example-history.ts';
import { RSA_GOOD } from '../example-keys.ts';
import { asOf, day, newestOf } from '../history-facts.ts';

export const rule: Rule<'history'> = {
  id: 'live/jwks-unreachable',
  on: 'history',
  severity: 'error',
  securitySeverity: 6,
  confidence: 'certain',
  summary: 'The key set of an issuer could not be fetched, or not from all of its addresses.',
  why: 'Verifiers that start or restart now have no keys and refuse everybody; those that run keep the old keys, also one that was removed because it leaked. What could not be fetched was not audited either.',
  fix: 'Restore the address. Check name, certificate, firewall and what answers instead; then audit again.',
  sources: ['RFC 7517 section 5', 'OpenID Connect Core 1.0 section 10.1.1'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            {
              at: '2026-05-01T00:00:00Z',
              fetches: [
                {
                  address: '192.0.2.10',
                  count: 1,
                  fault: 'html',
                  headers: {},
                  message: 'answers HTML: an error, challenge or log-in page',
                  set: null,
                  status: 200,
                },
              ],
            },
          ]),
        },
      },
    ],
    good: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([{ at: '2026-05-01T00:00:00Z', keys: [RSA_GOOD] }]),
        },
      },
    ],
  },
  *check(history, estate): Iterable<Report> {
    const { at, sets, fetches, discoveryFaults } = newestOf(history);
    if (sets.length === 0) {
      const reasons = [
        ...fetches.map(
          ({ address, fault }) => `${fault?.message ?? 'no key set'}${address === null ? '' : ` (${address})`}`,
        ),
        // Without an address of the key set, the metadata is what failed.
        ...(fetches.length > 0 ? [] : discoveryFaults.map(({ url, message }) => `${url}: ${message}`)),
      ];
      yield {
        at,
        message: `no key set could be fetched: ${[...new Set(reasons)].slice(0, 4).join('; ') || 'the answer holds none'}`,
        subject: 'key set',
        value: fetches.map(({ fault }) => fault?.kind ?? '').join(' '),
      };
      return;
    }
    const total = fetches.reduce((sum, { count }) => sum + count, 0);
    for (const { address, count, fault, at: place } of fetches) {
      if (fault === null) continue;
      yield {
        at: place,
        message: `${count} of ${total} fetches brought no key set: ${fault.message}${address === null ? '' : ` (${address})`}`,
        severity: 'warning',
        subject: `address ${address ?? 'unknown'}`,
        value: fault.kind,
      };
    }
    const ends = fetches.flatMap(({ certificateExpires }) => (certificateExpires === null ? [] : [certificateExpires]));
    const end = ends.length === 0 ? null : Math.min(...ends);
    if (end === null || end - asOf(history, estate) > CERTIFICATE_LEFT) return;
    yield {
      at,
      message: `the TLS certificate of the key set ends on ${day(end)}; from then on no verifier can fetch keys`,
      severity: 'warning',
      subject: 'certificate',
      value: day(end),
    };
  },
};

/** Automatic renewal happens a month before the end; two weeks before, it has failed. */
const CERTIFICATE_LEFT = 14 * 86_400_000;
