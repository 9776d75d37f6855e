import type { RuleMeta } from '../../model/finding.ts';
import { policyText } from '../example-documents.ts';

const SPEC = (lifetime: string): string => `tokens:
  access_token:
    # firebreak-ignore policy/lifetime-over-profile until=2026-12-31 owner=@batch -- nightly jobs, SEC-412
    lifetime: { max: ${lifetime} }`;

/** Found by the lint run itself, after it has applied directives. */
export const meta: RuleMeta = {
  id: 'lint/directive-unused',
  on: 'estate',
  severity: 'warning',
  securitySeverity: 2.0,
  confidence: 'certain',
  summary: 'A firebreak-ignore directive silences nothing.',
  why: 'What it silenced is repaired, or the directive stands in the wrong place. Left behind, it silences the next finding of its rule unseen.',
  fix: 'Remove it, or move it onto the line of the finding or right above the list item or mapping that contains it.',
  sources: ['docs/rules/README.md'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': policyText('orders', SPEC('10m')) } }],
    good: [{ files: { 'policy.yaml': policyText('orders', SPEC('8h')) } }],
  },
};
