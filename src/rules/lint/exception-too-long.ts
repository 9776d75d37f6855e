import type { RuleMeta } from '../../model/finding.ts';
import { LONG_LIVED, waiverText } from '../example-exceptions.ts';

/** Found by the lint run itself, while it applies waivers and baselines. */
export const meta: RuleMeta = {
  id: 'lint/exception-too-long',
  on: 'estate',
  severity: 'warning',
  securitySeverity: 2.0,
  confidence: 'certain',
  summary: 'A Waiver or Baseline lasts longer than 90 days.',
  why: 'Who agreed to it has moved on before it ends, and what limited the risk then has changed unseen. A shorter one is looked at again by somebody who still knows why. Counted from created, or from today where that is missing.',
  fix: 'Set expires to at most 90 days after created, and agree again when it ends.',
  sources: ['docs/waivers.md'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': LONG_LIVED, 'waiver.yaml': waiverText({ expires: '2026-12-31' }) } }],
    good: [{ files: { 'policy.yaml': LONG_LIVED, 'waiver.yaml': waiverText({ expires: '2026-06-30' }) } }],
  },
};
