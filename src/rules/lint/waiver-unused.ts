import type { RuleMeta } from '../../model/finding.ts';
import { LONG_LIVED, SHORT_LIVED, permitText, waiverText } from '../example-exceptions.ts';

/** Found by the lint run itself, after it has applied waivers. */
export const meta: RuleMeta = {
  id: 'lint/waiver-unused',
  on: 'estate',
  severity: 'warning',
  securitySeverity: 2.0,
  confidence: 'certain',
  summary: 'A Waiver silences nothing, or permits nothing that policies do not allow anyway.',
  why: 'What it silenced is repaired, or its target never fitted anything. Left behind, it silences the next finding of its rules unseen, or lets in what somebody tightens next.',
  fix: 'Remove it, or correct its target.',
  sources: ['docs/waivers.md'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'policy.yaml': SHORT_LIVED, 'waiver.yaml': waiverText({ expires: '2026-06-30' }) } },
      {
        files: { 'policy.yaml': LONG_LIVED, 'waiver.yaml': waiverText({ expires: '2026-06-30', policy: 'order' }) },
        note: 'There is no policy "order".',
      },
      {
        files: { 'policy.yaml': LONG_LIVED, 'waiver.yaml': permitText('lifetime: { max: 6h }') },
        note: 'The policy allows 8h.',
      },
    ],
    good: [
      { files: { 'policy.yaml': LONG_LIVED, 'waiver.yaml': waiverText({ expires: '2026-06-30' }) } },
      { files: { 'policy.yaml': SHORT_LIVED, 'waiver.yaml': permitText('lifetime: { max: 1h }') } },
    ],
  },
};
