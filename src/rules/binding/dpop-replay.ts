import type { Rule } from '../../model/finding.ts';
import { showBound } from '../../model/quantity.ts';
import { policyText } from '../example-documents.ts';
import { isOwn, placeOf } from '../policy-facts.ts';

const SPEC = (dpop: string): string =>
  policyText('orders', `tokens:\n  access_token:\n    binding:\n      accept: [dpop]\n      dpop: { ${dpop} }`);

export const rule: Rule<'policy'> = {
  id: 'binding/dpop-replay',
  on: 'policy',
  severity: 'warning',
  securitySeverity: 4.9,
  confidence: 'certain',
  summary: 'A DPoP proof may be used again.',
  why: 'A proof that is good twice is as good to a thief who saw one request as the key itself, for as long as it is accepted. A cache of jti values shared by all replicas, or a nonce, makes it good once.',
  fix: 'Set dpop.replay_cache: required, with one cache for all replicas, or require a nonce.',
  sources: ['RFC 9449 section 11.1', 'RFC 9449 section 4.3'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': SPEC('replay_cache: optional') } }],
    good: [{ files: { 'policy.yaml': SPEC('replay_cache: required') } }],
  },
  *check(policy) {
    const token = policy.tokens.access_token;
    if (token === undefined || !token.bindingAccept.value.includes('dpop')) return;
    const { dpopReplayCache: cache, dpopRequireNonce: nonce, dpopMaxProofAge: age } = token;
    if (cache.value === 'required' || nonce.value || !isOwn(cache, policy)) return;
    yield {
      at: placeOf(cache, policy),
      message: `a DPoP proof may be used again for ${showBound(age.value)}: no cache of seen ones is required, and no nonce`,
      subject: `policy ${policy.name}/tokens.access_token.binding.dpop.replay_cache`,
      value: cache.value,
    };
  },
};
