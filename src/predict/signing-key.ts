import type { Arm, BoundTree } from '../model/prediction.ts';
import { listBounds } from './channels.ts';
import type { VerifierFacts } from './facts.ts';
import { keyCache } from './key-cache.ts';
import { withDerivedSessions } from './sessions.ts';
import { fastest, leaf, series } from './tree.ts';
import { verdictCache } from './verdict-cache.ts';

/** Keys by which a channel can end a leaked signing key: its own id. */
export const SIGNING_KEY_KEYS = ['kid'] as const;

/**
 * After a signing key leaks the thief writes exp, jti and sub, so lifetimes and token denylists end nothing. What ends
 * it is the key leaving every cache, or the key's own id on a denylist; then sessions made from forged tokens.
 *
 * @see docs/concepts.md#leaked-signing-key
 */
export function signingKeyBound(facts: VerifierFacts, arm: Arm): BoundTree {
  const ways = [
    facts.product.cacheClass === 'f' ? deployment('key removed by deployment', facts) : removal(facts, arm),
    ...restart(facts),
    ...listBounds(facts, SIGNING_KEY_KEYS).map((channel) => series('the kid on a channel', [act(facts), channel])),
  ];
  return withDerivedSessions(facts, fastest('it ends', ways));
}

export function act(facts: VerifierFacts): BoundTree {
  return leaf('D_act', 'time to act at the issuer', facts.issuer.timeToAct);
}

function removal(facts: VerifierFacts, arm: Arm): BoundTree {
  return series('key removed from the key set', [
    ...goneFromEdges(facts),
    ...keyCache(facts, arm),
    leaf('l', 'longest fetch of the key set', facts.fetchTimeout),
    ...verdictCache(facts),
  ]);
}

/** From the alarm until no shared cache hands out the key any more. Each may have fetched just before its source changed. */
function goneFromEdges(facts: VerifierFacts): readonly BoundTree[] {
  const { issuer } = facts;
  return [
    act(facts),
    leaf('D_remove', 'the key leaves the key set', issuer.removalDelay),
    leaf('rho', 'issuer replicas agree', issuer.replicaConvergence),
    leaf('F', 'shared caches are fresh', issuer.edge.maxAge),
    leaf(...staleness(facts), issuer.edge.staleWhileRevalidate),
  ];
}

/** Keys and secrets in a configuration go when a deployment has reached every replica. */
export function deployment(label: string, facts: VerifierFacts): BoundTree {
  return series(label, [act(facts), deployed(facts), ...verdictCache(facts)]);
}

function staleness({ outage, issuer: { edge } }: VerifierFacts): readonly [symbol: string, label: string] {
  // In an outage the longer of the two windows stands in the place of the other.
  return outage && edge.staleWhileRevalidate === edge.staleIfError
    ? ['I_s', 'shared caches serve stale while the issuer does not answer']
    : ['W_s', 'shared caches serve stale while they revalidate'];
}

/** A restart empties every cache of the process, if the key is gone by then from where it fetches. */
function restart(facts: VerifierFacts): readonly BoundTree[] {
  const declared = facts.channels.some(({ declaration }) => declaration.type === 'redeploy');
  if (!declared || facts.product.cacheClass === 'f') return [];
  const fetched = leaf('l', 'longest fetch of the key set', facts.fetchTimeout);
  return [series('every replica restarted', [...goneFromEdges(facts), deployed(facts), fetched])];
}

function deployed(facts: VerifierFacts): BoundTree {
  return leaf('D_cfg', 'a deployment reaches every replica', facts.deployTime);
}
