import type { Report, Rule } from '../../model/finding.ts';
import { historyText } from '../example-history.ts';
import { EC_GOOD, RSA_GOOD } from '../example-keys.ts';
import { FRESH, asOf, day, nameOfTimeline, span, subjectOfTimeline } from '../history-facts.ts';

export const rule: Rule<'history'> = {
  id: 'live/retired-key-returned',
  on: 'history',
  severity: 'error',
  securitySeverity: 7,
  confidence: 'likely',
  summary: 'A key that had been removed is published again.',
  why: 'A restored backup or a rolled-back deployment has brought a retired key back to life; if it was removed because it leaked, the thief is back too. Verifiers trust it from their next fetch on.',
  fix: 'Remove the key again, find out what restored it, and rehearse the restore without it.',
  sources: ['NIST SP 800-57 part 1 revision 5 section 8.3.4'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-04-01T00:00:00Z', keys: [EC_GOOD, RSA_GOOD] },
            { at: '2026-04-10T00:00:00Z', keys: [RSA_GOOD], last: '2026-05-10T00:00:00Z', rounds: 30 },
            { at: '2026-05-11T00:00:00Z', keys: [EC_GOOD, RSA_GOOD] },
          ]),
        },
      },
    ],
    good: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-05-01T00:00:00Z', keys: [EC_GOOD, RSA_GOOD] },
            { at: '2026-05-10T00:00:00Z', keys: [RSA_GOOD] },
            { at: '2026-05-11T00:00:00Z', keys: [EC_GOOD, RSA_GOOD] },
          ]),
        },
        note: 'Gone for a day and seen so once: a replica that lags.',
      },
    ],
  },
  *check(history, estate): Iterable<Report> {
    for (const line of history.keys) {
      const gap = line.gaps.findLast(({ kind }) => kind === 'return');
      if (gap === undefined || asOf(history, estate) - gap.to > FRESH) continue;
      yield {
        at: gap.at,
        message: `${nameOfTimeline(line)} was gone for ${span(gap.to - gap.from)} (${gap.rounds} rounds from ${day(gap.from)}) and is published again since ${day(gap.to)}`,
        subject: subjectOfTimeline(line),
        value: day(gap.to),
        related: [{ at: line.at, message: `first seen ${day(line.first)}` }],
      };
    }
  },
};
