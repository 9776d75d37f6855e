import { PLACEHOLDER_OWNER } from '../../model/document.ts';
import type { Rule } from '../../model/finding.ts';
import { policyText } from '../example-documents.ts';

const POLICY = policyText('orders', 'tokens:\n  access_token:\n    audiences: [https://orders.example.com]');

export const rule: Rule<'policy'> = {
  id: 'policy/owner-placeholder',
  on: 'policy',
  severity: 'info',
  securitySeverity: 1.0,
  confidence: 'certain',
  summary: 'The owner of a policy is still the placeholder that firebreak init wrote.',
  why: 'On the bad day somebody has to decide what is switched off, and the owner is whom they call. A name that nobody answers to costs the minutes that the policy promises.',
  fix: 'Write the team or the mail address that answers for it, in the waivers and the inventory beside it too.',
  sources: ['NIST SP 800-61r3 section 2.2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': POLICY.replace('@team', PLACEHOLDER_OWNER) } }],
    good: [{ files: { 'policy.yaml': POLICY } }],
  },
  *check({ owner, name, at }) {
    if (owner !== PLACEHOLDER_OWNER) return;
    yield {
      at,
      message: `policy "${name}" is owned by ${PLACEHOLDER_OWNER}, which is nobody yet`,
      subject: `policy ${name}`,
      value: 'placeholder',
    };
  },
};
