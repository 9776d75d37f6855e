import type { BoundTree } from '../model/prediction.ts';
import type { VerifierFacts } from './facts.ts';
import { leaf } from './tree.ts';

/** V: how long a token that was verified is accepted without looking at its signature and key again. */
export function verdictCache({ product, verdictCacheTtl, leeway }: VerifierFacts): readonly BoundTree[] {
  if (verdictCacheTtl.value === 0) return [];
  const remembered = leaf('V', 'decisions are cached', verdictCacheTtl);
  return product.verdictCache?.addsLeeway === true && leeway.value !== 0
    ? [remembered, leaf('lambda', 'the cache of decisions adds the leeway', leeway)]
    : [remembered];
}

/**
 * V of a cache in front of the product, by a gateway or an authorizer: nothing behind it is asked, neither exp nor a
 * denylist. A cache inside the product ends with exp, and what comes after the product is asked for every request.
 */
export function verdictCacheInFront(facts: VerifierFacts): readonly BoundTree[] {
  return facts.product.verdictCache === null ? verdictCache(facts) : [];
}
