import type { RuleMeta } from '../../model/finding.ts';
import { policyText } from '../example-documents.ts';

const SPEC = (directive: string): string => `tokens:
  access_token:
    lifetime: { max: 8h } ${directive}`;

/** Found by the lint run itself, while it reads directives. */
export const meta: RuleMeta = {
  id: 'lint/directive-invalid',
  on: 'estate',
  severity: 'error',
  securitySeverity: 3.0,
  confidence: 'certain',
  summary: 'A firebreak-ignore directive is not written as it must be, so it silences nothing.',
  why: 'A directive that is misread silences too much or nothing, and either is found out too late. So one without a rule, an end, an owner or a reason is an error.',
  fix: 'Write it as: # firebreak-ignore RULE until=YYYY-MM-DD owner=@team -- reason',
  sources: ['docs/rules/README.md'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: { 'policy.yaml': policyText('orders', SPEC('# firebreak-ignore policy/lifetime-over-profile')) },
        note: 'No end, no owner and no reason.',
      },
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            SPEC('# firebreak-ignore policy/no-such until=2026-12-31 owner=@batch -- batch jobs'),
          ),
        },
        note: 'No such rule.',
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            SPEC(
              '# firebreak-ignore policy/lifetime-over-profile until=2026-12-31 owner=@batch -- nightly jobs, SEC-412',
            ),
          ),
        },
      },
    ],
  },
};
