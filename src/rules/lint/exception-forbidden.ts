import type { RuleMeta } from '../../model/finding.ts';
import { policyText } from '../example-documents.ts';
import { waiverText } from '../example-exceptions.ts';

const ORDERS: string = policyText('orders', 'extends: [base]\ntokens:\n  access_token:\n    lifetime: { max: 8h }');
const BASE = (final: string): string =>
  policyText('base', `${final}tokens:\n  access_token:\n    algorithms: [ES256]\n    lifetime: { max: 1d }`);

/** Found by the lint run itself, while it applies directives, waivers and baselines. */
export const meta: RuleMeta = {
  id: 'lint/exception-forbidden',
  on: 'estate',
  severity: 'error',
  securitySeverity: 5.0,
  confidence: 'certain',
  summary: 'A directive, Waiver or Baseline would silence a finding about a field that a base policy declares final.',
  why: 'Who declares a field final says that no team may make an exception for itself. The finding stays, and the exception is named, so that nobody believes it counts.',
  fix: 'Repair the finding, or ask the owner of the base to change what is final.',
  sources: ['docs/concepts-policies.md', 'docs/waivers.md'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'base.yaml': BASE('final: [tokens.access_token.lifetime]\n'),
          'orders.yaml': ORDERS,
          'waiver.yaml': waiverText({ expires: '2026-06-30' }),
        },
      },
    ],
    good: [
      {
        files: {
          'base.yaml': BASE(''),
          'orders.yaml': ORDERS,
          'waiver.yaml': waiverText({ expires: '2026-06-30' }),
        },
      },
    ],
  },
};
