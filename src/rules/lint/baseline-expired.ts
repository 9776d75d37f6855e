import type { RuleMeta } from '../../model/finding.ts';
import { LONG_LIVED, baselineText } from '../example-exceptions.ts';

/** Found by the lint run itself, while it applies baselines. */
export const meta: RuleMeta = {
  id: 'lint/baseline-expired',
  on: 'estate',
  severity: 'error',
  securitySeverity: 4.0,
  confidence: 'certain',
  summary: 'A Baseline is past its end and silences nothing any more.',
  why: 'A baseline is a debt with a date. When the date has passed the findings are back, and this says why they were gone and who agreed to pay.',
  fix: 'Repair the findings, or agree on a new end with firebreak baseline write --until DAY.',
  sources: ['docs/waivers.md'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': LONG_LIVED, 'firebreak-baseline.json': baselineText({ expires: '2026-05-31' }) } }],
    good: [
      { files: { 'policy.yaml': LONG_LIVED, 'firebreak-baseline.json': baselineText({ expires: '2026-06-30' }) } },
    ],
  },
};
