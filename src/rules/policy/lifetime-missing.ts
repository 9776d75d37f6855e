import type { Rule } from '../../model/finding.ts';
import { showBound } from '../../model/quantity.ts';
import { policyText } from '../example-documents.ts';
import { isApplied } from '../policy-facts.ts';
import { atMost, setIn } from '../repairs.ts';

export const rule: Rule<'policy'> = {
  id: 'policy/lifetime-missing',
  on: 'policy',
  severity: 'warning',
  securitySeverity: 4.3,
  confidence: 'certain',
  summary: 'No document says how long access tokens may live.',
  why: 'Where no channel reaches, the life of a token is how long a leak lasts. A limit that nobody wrote is one that nobody compares with what the issuer does.',
  fix: 'Write tokens.access_token.lifetime.max, 5m to 1h for most services.',
  sources: ['RFC 6750 section 5.3'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    audiences: [orders]') } }],
    good: [
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            'tokens:\n  access_token:\n    audiences: [orders]\n    lifetime: { max: 10m }',
          ),
        },
      },
    ],
  },
  *check(policy, estate) {
    const token = policy.tokens.access_token;
    if (token === undefined || !token.present.value || token.maxLifetime.origin !== 'default') return;
    if (!isApplied(policy, estate)) return;
    yield {
      at: policy.locate('/spec/tokens/access_token'),
      message: `policy "${policy.name}" does not say how long access tokens may live; ${showBound(token.maxLifetime.value)} holds by default (${token.maxLifetime.source ?? ''})`,
      subject: `policy ${policy.name}/tokens.access_token.lifetime.max`,
      value: 'absent',
      ...setIn(policy, 'tokens.access_token.lifetime.max', atMost(token.maxLifetime.value), false),
    };
  },
};
