import type { Report, Rule } from '../../model/finding.ts';
import type { IssuerHistory } from '../../model/history.ts';
import { showBound } from '../../model/quantity.ts';
import { ISSUER_POLICY, historyText } from '../example-history.ts';
import { EC_GOOD, RSA_GOOD } from '../example-keys.ts';
import {
  asOf,
  currentKeys,
  nameOfTimeline,
  policiesFor,
  signingKeys,
  span,
  subjectOfTimeline,
} from '../history-facts.ts';
import { byDefault } from '../policy-facts.ts';

export const rule: Rule<'history'> = {
  id: 'live/rotation-overdue',
  on: 'history',
  severity: 'warning',
  securitySeverity: 3.9,
  confidence: 'certain',
  summary: "No new signing key has appeared for longer than the policy or the issuer's own habit allows.",
  why: 'The job that rotates has stopped, and nobody noticed: the same job is what the incident plan counts on. Meanwhile the key gets older, and more places have a copy of it.',
  fix: 'Run the rotation now, as a drill, and alert on the age of the newest key.',
  sources: ['NIST SP 800-57 part 1 revision 5 section 5.3'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': ISSUER_POLICY,
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-01-01T00:00:00Z', keys: [EC_GOOD], last: '2026-05-30T00:00:00Z', rounds: 150 },
          ]),
        },
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': ISSUER_POLICY,
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-01-01T00:00:00Z', keys: [EC_GOOD], last: '2026-05-14T00:00:00Z', rounds: 130 },
            { at: '2026-05-15T00:00:00Z', keys: [EC_GOOD, RSA_GOOD], last: '2026-05-30T00:00:00Z', rounds: 15 },
          ]),
        },
      },
    ],
  },
  *check(history, estate): Iterable<Report> {
    const newest = currentKeys(history).at(-1);
    if (newest === undefined) return;
    const age = asOf(history, estate) - newest.first;
    const [interval] = policiesFor(history, estate)
      .map(({ keys }) => keys.rotationInterval)
      .sort((a, b) => a.value - b.value);
    const habit = habitOf(history);
    const isOverPolicy = interval !== undefined && age > interval.value;
    if (!isOverPolicy && (habit === null || age <= 2 * habit)) return;
    yield {
      at: newest.key.at,
      message: `the newest signing key, ${nameOfTimeline(newest)}, is ${newest.absentAt === null ? 'at least ' : ''}${span(age)} old; ${isOverPolicy ? `the policy asks for a new one every ${showBound(interval.value)}${byDefault(interval)}` : `the issuer had a new one every ${span(habit ?? 0)}`}`,
      severity: isOverPolicy && interval.origin === 'explicit' ? 'warning' : 'info',
      subject: 'newest key',
      value: subjectOfTimeline(newest),
    };
  },
};

/** Fewer intervals than this are no habit. */
const HABIT = 3;

/** Median time between two new signing keys; null while too few have been seen. */
function habitOf(history: IssuerHistory): number | null {
  const firsts = [...new Set(signingKeys(history).map(({ first }) => first))].sort((a, b) => a - b);
  const intervals = firsts.slice(1).map((first, index) => first - (firsts[index] ?? first));
  const sorted = intervals.sort((a, b) => a - b);
  return sorted.length < HABIT ? null : (sorted[sorted.length >> 1] ?? null);
}
