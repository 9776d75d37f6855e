import type { Rule } from '../../model/finding.ts';
import { millis, showBound } from '../../model/quantity.ts';
import { policyText } from '../example-documents.ts';
import { byDefault, isOwn, placeOf } from '../policy-facts.ts';
import { atLeast, setIn } from '../repairs.ts';

export const rule: Rule<'policy'> = {
  id: 'policy/prepublish-too-short',
  on: 'policy',
  severity: 'error',
  securitySeverity: 3.0,
  confidence: 'certain',
  summary: 'A new key signs before every cache of key sets can have it.',
  why: 'A verifier may use a cached key set for as long as the policy allows, and one that does not ask again for unknown keys refuses the first tokens of the new key until then. Every rotation is an outage, so rotations stop.',
  fix: 'Set keys.pre_publish to more than jwks_cache.max_ttl + jwks_cache.max_stale, or shorten the cache.',
  sources: ['OpenID Connect Core 1.0 section 10.1.1', 'RFC 9111 section 4.2'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: { 'policy.yaml': policyText('orders', 'keys:\n  pre_publish: 5m\njwks_cache:\n  max_ttl: 1h') },
      },
    ],
    good: [
      {
        files: { 'policy.yaml': policyText('orders', 'keys:\n  pre_publish: 24h\njwks_cache:\n  max_ttl: 1h') },
      },
    ],
  },
  *check(policy) {
    const { prePublish } = policy.keys;
    const { maxTtl, maxStale } = policy.jwksCache;
    if (![prePublish, maxTtl, maxStale].some((fact) => isOwn(fact, policy))) return;
    const needed = millis(maxTtl.value + maxStale.value);
    if (prePublish.value >= needed) return;
    yield {
      at: placeOf(prePublish.at === null ? maxTtl : prePublish, policy),
      message: `a new key is published ${showBound(prePublish.value)}${byDefault(prePublish)} before it signs, but key sets may be cached for ${showBound(needed)}: ${showBound(maxTtl.value)} fresh${byDefault(maxTtl)} + ${showBound(maxStale.value)} stale${byDefault(maxStale)}`,
      subject: `policy ${policy.name}/keys.pre_publish`,
      value: `${prePublish.value}<${needed}`,
      ...setIn(policy, 'keys.pre_publish', atLeast(needed), true),
      ...(maxTtl.at === null ? {} : { related: [{ at: maxTtl.at, message: `cache: ${showBound(maxTtl.value)}` }] }),
    };
  },
};
