import type { Report, Rule } from '../../model/finding.ts';
import { ISSUER_POLICY, historyText } from '../example-history.ts';
import { EC_GOOD, RSA_GOOD } from '../example-keys.ts';
import { showBound } from '../../model/quantity.ts';
import { FRESH, asOf, nameOfTimeline, policiesFor, signingKeys, span, subjectOfTimeline } from '../history-facts.ts';
import { byDefault } from '../policy-facts.ts';

export const rule: Rule<'history'> = {
  id: 'live/overlap-too-short',
  on: 'history',
  severity: 'warning',
  securitySeverity: 4,
  confidence: 'certain',
  summary: 'A retired key was published beside its successor for a shorter time than the policy asks.',
  why: 'Tokens signed with the old key just before the change were refused before they ended. Users see a log-out at every rotation, and the rotation is put off the next time.',
  fix: 'Remove the old key no earlier than keys.overlap after its successor signs.',
  sources: ['OpenID Connect Core 1.0 section 10.1.1'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': ISSUER_POLICY,
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-05-01T00:00:00Z', keys: [EC_GOOD], last: '2026-05-19T23:00:00Z', rounds: 19 },
            { at: '2026-05-20T00:00:00Z', keys: [EC_GOOD, RSA_GOOD] },
            { at: '2026-05-20T00:30:00Z', keys: [RSA_GOOD], last: '2026-05-22T00:00:00Z', rounds: 3 },
          ]),
        },
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': ISSUER_POLICY,
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-05-01T00:00:00Z', keys: [EC_GOOD], last: '2026-05-19T23:00:00Z', rounds: 19 },
            { at: '2026-05-20T00:00:00Z', keys: [EC_GOOD, RSA_GOOD] },
            { at: '2026-05-25T00:30:00Z', keys: [RSA_GOOD], last: '2026-05-28T00:00:00Z', rounds: 3 },
          ]),
        },
      },
    ],
  },
  *check(history, estate): Iterable<Report> {
    const [needed] = policiesFor(history, estate)
      .map(({ keys }) => keys.overlap)
      .sort((a, b) => b.value - a.value);
    if (needed === undefined) return;
    const signing = signingKeys(history);
    for (const line of signing) {
      const { goneSince, isRemoved } = line;
      if (!isRemoved || goneSince === null || asOf(history, estate) - goneSince > FRESH) continue;
      const successor = signing.find(({ first }) => first > line.first && first <= goneSince);
      if (successor?.absentAt === undefined || successor.absentAt === null) continue;
      // From the last round without the one to the first round without the other: it cannot have been longer.
      const overlap = goneSince - successor.absentAt;
      if (overlap >= needed.value) continue;
      yield {
        at: line.key.at,
        message: `${nameOfTimeline(line)} was gone at most ${span(overlap)} after ${nameOfTimeline(successor)} came, the policy asks for ${showBound(needed.value)}${byDefault(needed)}`,
        subject: subjectOfTimeline(line),
        value: String(overlap),
        related: [{ at: successor.at, message: 'its successor' }],
      };
    }
  },
};
