import { derived } from '../model/fact.ts';
import type { Arm, BoundTree } from '../model/prediction.ts';
import type { VerifierFacts } from './facts.ts';
import { fastest, leaf, series } from './tree.ts';

/**
 * C: how long a verifier goes on using a key after it could have learned that the key is gone.
 *
 * @returns no term where nothing is cached
 * @see docs/concepts.md#key-caches
 */
export function keyCache(facts: VerifierFacts, arm: Arm): readonly BoundTree[] {
  const quiet = quietly(facts);
  if (quiet === null) return [];
  const { product, cooldown } = facts;
  // A cache per key fetches the one key that a token names, and keeps the others.
  if (arm === 'quiet' || product.scope !== 'set' || cooldown === null) return [quiet];
  // While the edge still hands out the old set, tokens under the new key make it fetch that again and again. The last of
  // those fetches can be under way when the edge becomes fresh, and the cooldown counts from its end.
  const refetch = series('a token under the new key makes it fetch', [
    leaf('l', 'a fetch of the old set is under way', facts.fetchTimeout),
    leaf('cooldown', 'until an unknown kid may fetch again', cooldown),
  ]);
  return [fastest('the key cache ends', [quiet, refetch])];
}

function quietly(facts: VerifierFacts): BoundTree | null {
  const { product, keyCacheTtl } = facts;
  switch (product.cacheClass) {
    case 'a':
    case 'e':
    case 'g':
      return leaf('C', 'keys are cached', keyCacheTtl);
    case 'b':
      return leaf('C', 'between two fetches in the background', keyCacheTtl);
    case 'c':
      return unending('the first request after the time-to-live is answered from the old set', facts);
    case 'd':
      return leaf('C', 'a known key is never looked at again', keyCacheTtl);
    case 'h':
      return unending('a removed key is served from the old copy and renewed', facts);
    case 'j':
      // How long a copy is fresh counts from the issuer's answer, so it is the edge's own F and W_s, not a second wait.
      return keyCacheTtl.value === 0 ? null : leaf('C', 'shortest time between two fetches', keyCacheTtl);
    case 'f':
    case 'i':
      return null;
  }
}

function unending(label: string, { product, verifier }: VerifierFacts): BoundTree {
  return leaf('C', label, derived('unbounded', product.keyCacheTtl.source, verifier.library?.at ?? verifier.at));
}
