import { derived } from '../model/fact.ts';
import type { Arm, BoundTree } from '../model/prediction.ts';
import type { Bound } from '../model/quantity.ts';
import { minBound } from '../model/quantity.ts';
import { channelBounds } from './channels.ts';
import type { VerifierFacts } from './facts.ts';
import { fastest, leaf, series } from './tree.ts';

/**
 * After a signing key leaks the thief writes exp, jti and sub, so lifetimes and token denylists end nothing. What ends
 * it is the key leaving every cache, or the key's own id on a denylist; then sessions made from forged tokens.
 *
 * @see docs/concepts.md#leaked-signing-key
 */
export function signingKeyBound(facts: VerifierFacts, arm: Arm): BoundTree {
  const ways = [
    removal(facts, arm),
    ...channelBounds(facts, ['kid']).map((channel) => series('kid on a channel', [act(facts), channel])),
  ];
  return withDerivedSessions(facts, fastest('the fastest way', ways));
}

/** Sessions and connections made from a token at the last moment live on. */
export function withDerivedSessions(facts: VerifierFacts, tree: BoundTree): BoundTree {
  const { derivedSessionLifetime } = facts.verifier;
  return derivedSessionLifetime.value === 0
    ? tree
    : series('with derived sessions', [tree, leaf('S', 'sessions made from tokens', derivedSessionLifetime)]);
}

export function act(facts: VerifierFacts): BoundTree {
  return leaf('D_act', 'time to act at the issuer', facts.issuer.timeToAct);
}

function removal(facts: VerifierFacts, arm: Arm): BoundTree {
  if (facts.product.cacheClass === 'f')
    return series('key removed by deployment', [
      leaf('D_cfg', 'the configuration is deployed', facts.deployTime),
      ...verdicts(facts),
    ]);
  return series('key removed from the key set', [
    act(facts),
    leaf('D_remove', 'the key leaves the key set', facts.issuer.removalDelay),
    leaf('rho', 'issuer replicas agree', facts.issuer.replicaConvergence),
    leaf('F', 'shared caches are fresh', facts.edge.maxAge),
    leaf('W_s', 'shared caches serve stale while they revalidate', facts.edge.staleWhileRevalidate),
    ...keyCache(facts, arm),
    leaf('l', 'longest fetch of the key set', facts.fetchTimeout),
    ...verdicts(facts),
  ]);
}

function keyCache(facts: VerifierFacts, arm: Arm): readonly BoundTree[] {
  const { product, keyCacheTtl, cooldown, verifier } = facts;
  switch (product.cacheClass) {
    case 'i':
      return [];
    case 'h':
      return [
        leaf(
          'C',
          'a removed key is served from the old copy and renewed',
          derived<Bound>('unbounded', product.keyCacheTtl.source, verifier.library?.at ?? verifier.at),
        ),
      ];
    case 'd':
    case 'a':
    case 'b': {
      if (arm === 'busy' && product.scope === 'set' && cooldown !== null) {
        // A token under the new key makes it fetch the whole set again, at the latest when the cooldown has passed.
        const ends = minBound([keyCacheTtl.value, cooldown.value]);
        return [
          ends === cooldown.value
            ? leaf('cooldown', 'until an unknown kid may fetch again', cooldown)
            : leaf('C', 'keys are cached', keyCacheTtl),
        ];
      }
      return [
        leaf('C', product.cacheClass === 'd' ? 'a known key is never looked at again' : 'keys are cached', keyCacheTtl),
      ];
    }
    case 'c':
    case 'e':
    case 'f':
    case 'g':
    case 'j':
      return [leaf('C', 'keys are cached', keyCacheTtl)];
  }
}

function verdicts(facts: VerifierFacts): readonly BoundTree[] {
  return facts.verdictCacheTtl.value === 0 ? [] : [leaf('V', 'decisions are cached', facts.verdictCacheTtl)];
}
