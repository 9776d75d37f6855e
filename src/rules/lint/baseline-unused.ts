import type { RuleMeta } from '../../model/finding.ts';
import { LONG_LIVED, SHORT_LIVED, baselineText } from '../example-exceptions.ts';

/** Found by the lint run itself, after it has applied baselines. */
export const meta: RuleMeta = {
  id: 'lint/baseline-unused',
  on: 'estate',
  severity: 'warning',
  securitySeverity: 2.0,
  confidence: 'certain',
  summary: 'An entry of a Baseline silences nothing.',
  why: 'Its finding is repaired, or its offending value has changed, which makes it a new finding. An entry that stays would silence the old fault should it come back.',
  fix: 'Run firebreak baseline prune.',
  sources: ['docs/waivers.md'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'policy.yaml': SHORT_LIVED, 'firebreak-baseline.json': baselineText({ expires: '2026-06-30' }) } },
    ],
    good: [
      { files: { 'policy.yaml': LONG_LIVED, 'firebreak-baseline.json': baselineText({ expires: '2026-06-30' }) } },
    ],
  },
};
