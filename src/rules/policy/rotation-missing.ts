import type { Rule } from '../../model/finding.ts';
import { showBound } from '../../model/quantity.ts';
import { policyText } from '../example-documents.ts';
import { isApplied } from '../policy-facts.ts';
import { atMost, setIn } from '../repairs.ts';

export const rule: Rule<'policy'> = {
  id: 'policy/rotation-missing',
  on: 'policy',
  severity: 'warning',
  securitySeverity: 3.9,
  confidence: 'likely',
  summary: 'The policy does not say how often signing keys are rotated.',
  why: 'A key that nobody plans to rotate is used until it leaks, and then it is rotated for the first time, by hand, in the incident. A rotation every month is the cheapest drill there is.',
  fix: 'Write keys.rotation_interval, for example 30d, and keys.max_age.',
  sources: ['NIST SP 800-57 part 1 section 5.3', 'OpenID Connect Core 1.0 section 10.1.1'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': policyText('orders', 'keys:\n  kid_required: true') } }],
    good: [
      { files: { 'policy.yaml': policyText('orders', 'keys:\n  rotation_interval: 30d') } },
      { files: { 'policy.yaml': policyText('orders', 'keys:\n  max_age: 90d') } },
    ],
  },
  *check(policy, estate) {
    const { rotationInterval, maxAge } = policy.keys;
    if (!isApplied(policy, estate) || rotationInterval.origin === 'explicit' || maxAge.origin === 'explicit') return;
    yield {
      at: policy.at,
      message: `policy "${policy.name}" sets neither keys.rotation_interval nor keys.max_age; by default keys rotate every ${showBound(rotationInterval.value)}, and nobody agreed to that`,
      subject: `policy ${policy.name}/keys.rotation_interval`,
      value: 'missing',
      ...setIn(policy, 'keys.rotation_interval', atMost(rotationInterval.value), false),
    };
  },
};
