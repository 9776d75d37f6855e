import type { Report, Rule } from '../../model/finding.ts';
import type { FetchFacts, ObservedSet } from '../../model/observation.ts';
import { historyText } from '../example-history.ts';
import { EC_GOOD, RSA_GOOD } from '../example-keys.ts';
import { FRESH, asOf, day, nameOfTimeline, newestOf, span } from '../history-facts.ts';
import { nameOf, subjectOf } from '../key-diagnosis.ts';

export const rule: Rule<'history'> = {
  id: 'live/replica-inconsistent',
  on: 'history',
  severity: 'warning',
  securitySeverity: 5.5,
  confidence: 'likely',
  summary: 'Replicas of an issuer serve different key sets.',
  why: 'A key that was removed lives on in the replica that lags, and a verifier that happens to fetch there trusts it for another full cache time. A key that was added is unknown to half of the fetches, so tokens pass and fail by chance.',
  fix: 'Make every replica serve one set: find the one that lags, and wait for it before a removal counts as done.',
  sources: ['RFC 7517 section 5', 'RFC 9110 section 9.2.2'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-05-01T00:00:00Z', sets: [[EC_GOOD, RSA_GOOD], [EC_GOOD]] },
          ]),
        },
      },
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-05-01T00:00:00Z', keys: [EC_GOOD, RSA_GOOD] },
            { at: '2026-05-02T00:00:00Z', keys: [EC_GOOD] },
            { at: '2026-05-02T12:00:00Z', keys: [EC_GOOD, RSA_GOOD] },
            { at: '2026-05-03T00:00:00Z', keys: [EC_GOOD] },
            { at: '2026-05-03T12:00:00Z', keys: [EC_GOOD, RSA_GOOD] },
          ]),
        },
        note: 'Each round asked one replica: the key that leaves and returns was never removed.',
      },
    ],
    good: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-05-01T00:00:00Z', keys: [EC_GOOD] },
            { at: '2026-05-02T00:00:00Z', keys: [EC_GOOD, RSA_GOOD] },
          ]),
        },
      },
    ],
  },
  *check(history, estate): Iterable<Report> {
    const { at, sets, fetches } = newestOf(history);
    if (sets.length > 1 && !isByAddress(fetches)) {
      const total = fetches.reduce((sum, { count }) => sum + count, 0);
      const votes = sets.map((_, set) =>
        fetches.filter((fetch) => fetch.set === set).reduce((sum, { count }) => sum + count, 0),
      );
      yield {
        at,
        message: `${total} fetches brought ${sets.length} different key sets (${votes.join(', ')} times); ${difference(sets)}`,
        subject: 'key set',
        value: 'replicas',
        related: sets.slice(1).map((set) => ({ at: set.at, message: 'another key set' })),
      };
      return;
    }
    const since = asOf(history, estate) - FRESH;
    const flapping = history.keys.flatMap((line) => {
      const gaps = line.gaps.filter(({ kind, to }) => kind === 'flap' && to >= since);
      return gaps.length === 0 ? [] : [{ line, gaps }];
    });
    const gaps = flapping.flatMap((each) => each.gaps);
    if (gaps.length < 2) return;
    const longest = Math.max(...gaps.map(({ from, to }) => to - from));
    yield {
      at,
      message: `${flapping.length} ${flapping.length === 1 ? 'key' : 'keys'} left and came back ${gaps.length} times since ${day(Math.min(...gaps.map(({ from }) => from)))}, after up to ${span(longest)}: replicas disagree, and one fetch does not prove a removal`,
      subject: 'key set',
      value: 'flaps',
      related: flapping.slice(0, 8).map(({ line, gaps: own }) => ({
        at: own.at(-1)?.at ?? line.at,
        message: `${nameOfTimeline(line)} was back`,
      })),
    };
  },
};

/** Every address has one set: then the name leads to different services, which live/dns-inconsistent tells. */
function isByAddress(fetches: readonly FetchFacts[]): boolean {
  const good = fetches.filter(({ set }) => set !== null);
  const addresses = new Set(good.map(({ address }) => address));
  return addresses.size === good.length && new Set(good.map(({ set }) => set)).size > 1;
}

/** Keys that some of the sets have and others lack. */
function difference(sets: readonly ObservedSet[]): string {
  const inSets = new Map<string, { readonly name: string; count: number }>();
  for (const { keys } of sets) {
    for (const key of keys) {
      const known = inSets.get(subjectOf(key)) ?? { name: nameOf(key), count: 0 };
      known.count += 1;
      inSets.set(subjectOf(key), known);
    }
  }
  const some = [...inSets.values()].filter(({ count }) => count < sets.length).map(({ name }) => name);
  if (some.length === 0) return 'they have the same kids';
  return `${some.slice(0, 4).join(', ')}${some.length > 4 ? ` and ${some.length - 4} more` : ''} ${some.length === 1 ? 'is' : 'are'} missing in some`;
}
