import type { Fact } from '../model/fact.ts';
import type { Bound } from '../model/quantity.ts';
import { maxBound } from '../model/quantity.ts';
import type { VerifierFacts } from './facts.ts';

/**
 * The same verifier while nothing can be fetched, from the moment that containment starts: shared caches may serve stale
 * on errors (RFC 5861 section 4), key sets are kept as long as the product keeps them, and channels that fail open say
 * nothing any more. Channels that fail closed refuse everything, which is no worse than what they do when they work.
 *
 * @see docs/concepts.md#while-nothing-can-be-fetched
 */
export function whileNothingCanBeFetched(facts: VerifierFacts): VerifierFacts {
  const { edge } = facts.issuer;
  return {
    ...facts,
    outage: true,
    issuer: {
      ...facts.issuer,
      edge: { ...edge, staleWhileRevalidate: longer(edge.staleWhileRevalidate, edge.staleIfError) },
    },
    channels: facts.channels.filter(({ use }) => use.failMode.value === 'closed'),
  };
}

/** Both windows count from the moment when the copy is no longer fresh, so the longer one decides. */
function longer(a: Fact<Bound>, b: Fact<Bound>): Fact<Bound> {
  const value = maxBound([a.value, b.value]);
  return value === a.value ? a : b;
}
