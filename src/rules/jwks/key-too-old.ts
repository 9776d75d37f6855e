import type { Report, Rule } from '../../model/finding.ts';
import { millis, showBound } from '../../model/quantity.ts';
import { ISSUER_POLICY, historyText } from '../example-history.ts';
import { EC_GOOD, RSA_GOOD } from '../example-keys.ts';
import { asOf, currentKeys, nameOfTimeline, policiesFor, span, subjectOfTimeline } from '../history-facts.ts';

export const rule: Rule<'history'> = {
  id: 'jwks/key-too-old',
  on: 'history',
  severity: 'warning',
  securitySeverity: 4.2,
  confidence: 'certain',
  summary: 'A signing key is published for longer than the policy lets a key live.',
  why: 'An old key has been in more backups, images and hands than anybody remembers. While it is published, every one of these copies signs valid tokens.',
  fix: 'Rotate to a new key now, and take the old one out when its last token has ended.',
  sources: ['NIST SP 800-57 part 1 revision 5 section 5.3', 'OpenID Connect Core 1.0 section 10.1.1'],
  since: '0.1.0',
  examples: {
    bad: [
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
    good: [
      {
        files: {
          'policy.yaml': ISSUER_POLICY,
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-01-01T00:00:00Z', keys: [EC_GOOD], last: '2026-05-14T00:00:00Z', rounds: 130 },
            { at: '2026-05-15T00:00:00Z', keys: [RSA_GOOD], last: '2026-05-30T00:00:00Z', rounds: 15 },
          ]),
        },
      },
    ],
  },
  *check(history, estate): Iterable<Report> {
    const keys = currentKeys(history);
    const now = asOf(history, estate);
    // What several policies say of one issuer, the strictest says first.
    const [policy] = policiesFor(history, estate)
      .filter(({ keys: { maxAge } }) => maxAge.at !== null)
      .toSorted((a, b) => a.keys.maxAge.value - b.keys.maxAge.value);
    if (policy === undefined) return;
    const { maxAge, overlap } = policy.keys;
    for (const timeline of keys) {
      // A predecessor stays published while its last tokens live.
      const isNewest = timeline === keys.at(-1);
      const limit = millis(maxAge.value + (isNewest ? 0 : overlap.value));
      const since = Math.min(timeline.first, timeline.key.certificates?.()?.notBefore ?? timeline.first);
      const age = now - since;
      if (age <= limit) continue;
      yield {
        at: timeline.key.at,
        message: `${nameOfTimeline(timeline)} is ${timeline.absentAt === null ? 'at least ' : ''}${span(age)} old; policy "${policy.name}" lets a key live ${showBound(maxAge.value)}${isNewest ? '' : ` and stay ${showBound(overlap.value)} for its last tokens`}`,
        severity: age > 1.5 * limit ? 'error' : 'warning',
        subject: subjectOfTimeline(timeline),
        value: `over ${maxAge.value}`,
        ...(maxAge.at === null ? {} : { related: [{ at: maxAge.at, message: 'max_age' }] }),
      };
    }
  },
};
