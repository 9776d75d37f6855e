import { isCanaryName, readCanaryName } from '../../model/canary.ts';
import type { Report, Rule } from '../../model/finding.ts';
import { toTimestamp } from '../../model/instant.ts';
import { EC_GOOD, keySetText } from '../example-keys.ts';
import { subjectOf } from '../key-diagnosis.ts';

/** Names as drills give them: run, then the second after which nothing of the run may count any more. */
const PAST = 'fbcanary-20260105t080000z-0badc0de-1767600600-q1';
const FUTURE = 'fbcanary-20360105t080000z-0badc0de-2083219200-q1';

export const rule: Rule<'jwks'> = {
  id: 'jwks/forgotten-canary',
  on: 'jwks',
  severity: 'error',
  securitySeverity: 8.1,
  confidence: 'certain',
  summary: 'A key set publishes a canary key of a drill that is over.',
  why: 'Drills publish keys of their own and take them out again. One that stayed is trusted by every verifier, and nobody rotates, watches or even knows it.',
  fix: 'Run `firebreak drill sweep --apply`, or take the key out of the set by hand and look why its drill could not.',
  sources: ['docs/drill-safety.md'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'jwks.json': keySetText({ ...EC_GOOD, kid: PAST }) } },
      { files: { 'jwks.json': keySetText({ ...EC_GOOD, kid: 'fbcanary-thief' }) } },
    ],
    good: [
      { files: { 'jwks.json': keySetText({ ...EC_GOOD, kid: 'ec-1' }) } },
      { files: { 'jwks.json': keySetText({ ...EC_GOOD, kid: FUTURE }) } },
    ],
  },
  *check({ keys, container }, { now }): Iterable<Report> {
    if (container === 'pem') return;
    for (const key of keys) {
      const { kid } = key;
      if (kid === null || !isCanaryName(kid)) continue;
      const canary = readCanaryName(kid);
      if (canary !== null && canary.expiresAt * 1000 > now) continue;
      const end =
        canary === null
          ? 'and its name does not say of which run'
          : `of run ${canary.runId}, which was over by ${toTimestamp(canary.expiresAt * 1000)}`;
      yield {
        at: key.locate('kid'),
        message: `kid ${JSON.stringify(kid.slice(0, 80))} is a canary key of a drill ${end}`,
        subject: `${subjectOf(key)}.kid`,
        value: kid.slice(0, 80),
      };
    }
  },
};
