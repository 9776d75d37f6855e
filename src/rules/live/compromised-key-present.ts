import type { Report, Rule } from '../../model/finding.ts';
import type { IssuerHistory } from '../../model/history.ts';
import type { KeyFacts } from '../../model/key.ts';
import { historyText } from '../example-history.ts';
import { EC_GOOD, RSA_GOOD } from '../example-keys.ts';
import { newestOf } from '../history-facts.ts';
import { nameOf } from '../key-diagnosis.ts';

export const rule: Rule<'history'> = {
  id: 'live/compromised-key-present',
  on: 'history',
  severity: 'error',
  securitySeverity: 9.1,
  confidence: 'certain',
  summary: 'A key that has leaked is still published.',
  why: 'Whoever has the private half signs tokens that every verifier accepts which fetches the set. One replica or edge that still serves it is enough: a verifier that happens to fetch there trusts the key for another full cache time.',
  fix: 'Remove the key at the issuer, purge shared caches, and audit again until no address serves it.',
  sources: ['RFC 7517 section 5', 'NIST SP 800-57 part 1 section 8.3.5'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-05-01T00:00:00Z', keys: [EC_GOOD, RSA_GOOD] },
          ]),
        },
        compromised: ['ec-1'],
      },
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-05-01T00:00:00Z', sets: [[RSA_GOOD], [EC_GOOD, RSA_GOOD]] },
          ]),
        },
        compromised: ['ec-1'],
        note: 'One replica that lags is enough.',
      },
    ],
    good: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([{ at: '2026-05-01T00:00:00Z', keys: [RSA_GOOD] }]),
        },
        compromised: ['ec-1'],
      },
    ],
  },
  *check(history, { compromised = [] }): Iterable<Report> {
    if (compromised.length === 0) return;
    for (const { key, where } of served(history)) {
      if (!compromised.includes(key.kid ?? '') && !compromised.includes(key.thumbprint ?? '')) continue;
      yield {
        at: key.at,
        message: `${nameOf(key)} has leaked and is still served${where}`,
        subject: `keys[${key.thumbprint ?? key.kid ?? ''}]`,
        value: 'served',
      };
    }
  },
};

interface Served {
  readonly key: KeyFacts;
  /** By which share of the fetches, and from which addresses. */
  readonly where: string;
}

/** Every key of the newest round, once, with where it came from. */
function served(history: IssuerHistory): readonly Served[] {
  const { sets, fetches } = newestOf(history);
  const total = fetches.reduce((sum, { count }) => sum + count, 0);
  const keys = new Map<string, { readonly key: KeyFacts; readonly sets: number[] }>();
  for (const [index, set] of sets.entries()) {
    for (const key of set.keys) {
      const identity = JSON.stringify([key.kid, key.thumbprint]);
      const known = keys.get(identity);
      if (known === undefined) keys.set(identity, { key, sets: [index] });
      else known.sets.push(index);
    }
  }
  return [...keys.values()].map(({ key, sets: places }) => {
    const bringing = fetches.filter(({ set }) => set !== null && places.includes(set));
    const count = bringing.reduce((sum, fetch) => sum + fetch.count, 0);
    const addresses = [...new Set(bringing.flatMap(({ address }) => (address === null ? [] : [address])))].sort();
    const from = addresses.length === 0 ? '' : ` by ${addresses.slice(0, 4).join(', ')}`;
    return { key, where: total === 0 ? '' : `${from} (${count} of ${total} fetches)` };
  });
}
