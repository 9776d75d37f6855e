import type { Rule } from '../../model/finding.ts';
import { policyText } from '../example-documents.ts';

const CEILING = `apiVersion: firebreak.dev/v1alpha1
kind: Guardrail
metadata: { name: org-ceiling, owner: '@security' }
spec:
  applies_to: { environments: [prod] }
  ceiling:
    tokens:
      access_token:
        lifetime: { max: 1h }
        algorithms: [ES256, PS256, RS256]
`;

const WAIVER = `apiVersion: firebreak.dev/v1alpha1
kind: Waiver
metadata: { name: nightly-jobs, owner: '@batch' }
spec:
  target: { service: reporting, environment: prod, token: access_token }
  permits: { lifetime: { max: 2h } }
  reason: nightly jobs hold one token for a whole run
  created: 2026-04-01
  expires: 2026-06-30
`;

const WITHIN = policyText('orders', 'tokens:\n  access_token:\n    lifetime: { max: 30m }\n    algorithms: [ES256]');

export const rule: Rule<'estate'> = {
  id: 'policy/over-guardrail',
  on: 'estate',
  severity: 'error',
  securitySeverity: 7.0,
  confidence: 'certain',
  summary: 'A policy, or a Waiver, accepts more or promises less than a Guardrail allows.',
  why: 'A guardrail is what an organisation agreed to accept at most, whoever writes policies. One policy over it is where a stolen token lives longest or a weak one gets in.',
  fix: 'Tighten the policy to the ceiling, take the value out of the Waiver, or have the owner of the Guardrail raise it.',
  sources: ['docs/concepts-policies.md#guardrails', 'RFC 8725 section 3.2', 'RFC 9700 section 2.2'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'guardrail.yaml': CEILING,
          'policy.yaml': policyText(
            'orders',
            'tokens:\n  access_token:\n    lifetime: { max: 8h }\n    algorithms: [ES256]',
          ),
        },
      },
      {
        files: { 'guardrail.yaml': CEILING, 'policy.yaml': WITHIN, 'waiver.yaml': WAIVER },
        note: 'The policy keeps to the ceiling; the waiver lifts it over.',
      },
    ],
    good: [
      { files: { 'guardrail.yaml': CEILING, 'policy.yaml': WITHIN } },
      {
        files: {
          'guardrail.yaml': CEILING,
          'policy.yaml': policyText(
            'lab',
            'applies_to: { environments: [lab] }\ntokens:\n  access_token:\n    lifetime: { max: 8h }\n    algorithms: [ES256]',
          ),
        },
        note: 'The guardrail is about another environment.',
      },
    ],
  },
  *check({ overGuardrails = [] }) {
    for (const { guardrail, policy, waiver, path, value, ceiling, isDefault, at, ceilingAt } of overGuardrails) {
      const field = path.replace(/^tokens\./, '');
      const has =
        waiver === null
          ? `policy "${policy}" has ${field} ${value}${isDefault ? ' by default' : ''}`
          : `waiver "${waiver}" gives policy "${policy}" ${field} ${value}`;
      yield {
        at,
        message: `${has}, over the ceiling ${ceiling} of guardrail "${guardrail}"`,
        subject: waiver === null ? `policy ${policy}/${path}` : `waiver "${waiver}"/${path}`,
        value: `${value} over ${ceiling}`,
        related: [{ at: ceilingAt, message: `ceiling: ${ceiling}` }],
      };
    }
  },
};
