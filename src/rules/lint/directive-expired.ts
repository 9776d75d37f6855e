import type { RuleMeta } from '../../model/finding.ts';
import { policyText } from '../example-documents.ts';

const SPEC = (until: string): string => `tokens:
  access_token:
    # firebreak-ignore policy/lifetime-over-profile until=${until} owner=@batch -- nightly jobs, SEC-412
    lifetime: { max: 8h }`;

/** Found by the lint run itself, while it applies directives. */
export const meta: RuleMeta = {
  id: 'lint/directive-expired',
  on: 'estate',
  severity: 'error',
  securitySeverity: 4.0,
  confidence: 'certain',
  summary: 'A firebreak-ignore directive is past its end and silences nothing any more.',
  why: 'An exception without an end becomes the rule. When its day has passed the finding is back, and this says why it was gone.',
  fix: 'Repair what the finding says and remove the directive, or agree on a new end in review.',
  sources: ['docs/rules/README.md'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': policyText('orders', SPEC('2026-01-31')) } }],
    good: [{ files: { 'policy.yaml': policyText('orders', SPEC('2026-12-31')) } }],
  },
};
