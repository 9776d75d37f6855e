import type { Report, Rule } from '../../model/finding.ts';
import type { KeyTimeline } from '../../model/history.ts';
import { historyText } from '../example-history.ts';
import { EC_GOOD, EC_OTHER } from '../example-keys.ts';
import { FRESH, asOf, day, nameOfTimeline, signingKeys, span } from '../history-facts.ts';

export const rule: Rule<'history'> = {
  id: 'live/key-swap-in-place',
  on: 'history',
  severity: 'error',
  securitySeverity: 4.5,
  confidence: 'likely',
  summary: 'An issuer replaced its keys in one step.',
  why: 'When the set before and the set after have no key in common, every token of the old keys is refused at once, and every token of the new ones until the caches have fetched. Where a key stays, all depends on whether that one signs.',
  fix: 'Publish the next key before it signs, and keep the last one until its tokens have ended: two steps, not one.',
  sources: ['OpenID Connect Core 1.0 section 10.1.1'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-05-01T00:00:00Z', keys: [EC_GOOD], last: '2026-05-14T23:00:00Z', rounds: 20 },
            { at: '2026-05-15T00:00:00Z', keys: [EC_OTHER], last: '2026-05-16T00:00:00Z', rounds: 24 },
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
            { at: '2026-05-20T00:00:00Z', keys: [EC_OTHER], last: '2026-05-22T00:00:00Z', rounds: 3 },
          ]),
        },
      },
    ],
  },
  *check(history, estate): Iterable<Report> {
    const signing = new Set(signingKeys(history));
    const swap = history.steps.findLast(
      ({ added, removed }) => added.some((key) => signing.has(key)) && removed.some((key) => signing.has(key)),
    );
    if (swap === undefined || asOf(history, estate) - swap.time > FRESH) return;
    const { time, before, at } = swap;
    const [added, removed, kept] = [swap.added, swap.removed, swap.kept].map((keys) =>
      keys.filter((key) => signing.has(key)),
    );
    if (added === undefined || removed === undefined || kept === undefined) return;
    const isDisjoint = kept.length === 0;
    // Between rounds that are days apart there was time for the steps that nobody saw.
    const isSeen = time - before <= LONGEST_BLIND_SPOT;
    yield {
      at: added[0]?.at ?? at,
      message: `${list(removed)} ${removed.length === 1 ? 'was' : 'were'} replaced by ${list(added)} in one step${isSeen ? '' : ` or in the ${span(time - before)} between two rounds`} (${day(time)})${isDisjoint ? ': no key of the old set stayed' : `; ${list(kept)} stayed, so only its tokens were never at risk`}`,
      severity: isDisjoint ? (isSeen ? 'error' : 'warning') : 'info',
      subject: 'key set',
      value: `${isDisjoint ? 'disjoint' : 'swap'} ${day(time)}`,
    };
  },
};

/** Rounds of a nightly audit, with a delay. */
const LONGEST_BLIND_SPOT = 30 * 3_600_000;

function list(keys: readonly KeyTimeline[]): string {
  const shown = keys.slice(0, 3).map(nameOfTimeline).join(', ');
  return keys.length > 3 ? `${shown} and ${keys.length - 3} more` : shown;
}
