import type { RuleMeta } from '../../model/finding.ts';
import { LONG_LIVED, waiverText } from '../example-exceptions.ts';

/** Found by the lint run itself, while it applies directives, waivers and baselines. */
export const meta: RuleMeta = {
  id: 'lint/exception-ending',
  on: 'estate',
  severity: 'warning',
  securitySeverity: 1.0,
  confidence: 'certain',
  summary: 'A directive, Waiver or Baseline ends within 14 days.',
  why: 'When it ends, its findings are back and stop whatever release comes next. Two weeks are time to repair them or to agree on a new end.',
  fix: 'Repair what it silences and remove it, or agree on a new end in review.',
  sources: ['docs/waivers.md'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': LONG_LIVED, 'waiver.yaml': waiverText({ expires: '2026-06-10' }) } }],
    good: [{ files: { 'policy.yaml': LONG_LIVED, 'waiver.yaml': waiverText({ expires: '2026-06-30' }) } }],
  },
};
