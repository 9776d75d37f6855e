import type { Fact } from '../model/fact.ts';
import { derived, platformFixed } from '../model/fact.ts';
import type { Arm, BoundTree } from '../model/prediction.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound, maxBound, millis } from '../model/quantity.ts';
import type { VerifierFacts } from './facts.ts';
import { fastest, leaf, series } from './tree.ts';

/**
 * C and what belongs to it: how long a verifier goes on using a key after it could have learned that the key is gone.
 *
 * @returns no term where nothing is cached
 * @see docs/concepts.md#key-caches
 */
export function keyCache(facts: VerifierFacts, arm: Arm): readonly BoundTree[] {
  return [...upstream(facts), ...ownCache(facts, arm), ...afterTheFetch(facts)];
}

function ownCache(facts: VerifierFacts, arm: Arm): readonly BoundTree[] {
  const quiet = quietly(facts);
  if (quiet === null) return staleWhileFailing(facts);
  const { product, cooldown, outage } = facts;
  // A cache per key fetches the one key that a token names, and keeps the others. No fetch helps while all fail.
  if (arm === 'quiet' || outage || product.scope !== 'set' || cooldown === null) {
    return [quiet, ...staleWhileFailing(facts)];
  }
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
  const ttl = timeToLive(facts);
  switch (product.cacheClass) {
    case 'a':
    case 'e':
    case 'g':
      return untilKnown(facts, withJitter(facts, leaf('C', 'keys are cached', ttl)));
    case 'b':
      return series('until the next fetch is answered', [
        withJitter(facts, leaf('C', 'between two fetches in the background', ttl)),
        beside(facts),
      ]);
    case 'c':
      return untilAsked(facts, ttl);
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

/** The product's time-to-live, or what Cache-Control of the key set makes of it. The age of a copy is not counted there. */
function timeToLive({ product, keyCacheTtl, issuer, verifier }: VerifierFacts): Fact<Bound> {
  const { maxAge } = issuer.edge;
  if (product.maxAge === undefined || maxAge.value === 0) return keyCacheTtl;
  const replaces = product.maxAge === 'replaces';
  const value = replaces ? maxAge.value : maxBound([keyCacheTtl.value, maxAge.value]);
  if (value === keyCacheTtl.value) return keyCacheTtl;
  const words = `${product.id} takes Cache-Control max-age of the key set ${replaces ? 'instead of' : 'where it is longer than'} its own time-to-live`;
  return derived(value, words, maxAge.at ?? verifier.at);
}

/** The first request after the time-to-live is answered from the old set, and when it comes nobody knows. */
function untilAsked(facts: VerifierFacts, ttl: Fact<Bound>): BoundTree {
  const { settings, isPartial, at } = facts.verifier;
  // A bound that is a part anyway goes on without what only an Inventory can tell.
  const requestGap =
    settings.requestGap ??
    (isPartial === true ? derived<Bound>(millis(0), 'not counted: no Inventory declares request_gap', at) : null);
  if (requestGap === null) {
    return unending('the first request after the time-to-live is answered from the old set', facts);
  }
  return series('the old set answers once more', [
    withJitter(facts, leaf('C', 'keys are cached', ttl)),
    leaf('gap', 'until the next request at that replica', requestGap),
    beside(facts),
  ]);
}

/** Where the key is used on after it was seen to be gone, requests are also answered from it while that is being found out. */
function untilKnown(facts: VerifierFacts, cached: BoundTree): BoundTree {
  return afterTheFetch(facts).length === 0
    ? cached
    : series('until the key is seen to be gone', [cached, beside(facts)]);
}

/** Requests do not wait for a fetch in the background: while it runs they are answered from the old set. */
function beside({ fetchTimeout }: VerifierFacts): BoundTree {
  return leaf('l', 'the next fetch runs beside the requests', fetchTimeout);
}

function withJitter({ product, verifier }: VerifierFacts, cached: BoundTree): BoundTree {
  const { jitter, window } = product;
  if (window !== undefined) {
    const noticed = platformFixed<Bound>(window.value, window.source, verifier.library?.at ?? verifier.at);
    return series('keys are cached, until a timer notices', [cached, leaf('jitter', 'the timer looks again', noticed)]);
  }
  if (jitter === undefined || !isFiniteBound(cached.value)) return cached;
  const delay = derived<Bound>(millis(cached.value * jitter.value), jitter.source, verifier.library?.at ?? verifier.at);
  return series('keys are cached, give or take', [cached, leaf('jitter', 'a random delay on top', delay)]);
}

function upstream({ upstreamCacheTtl }: VerifierFacts): readonly BoundTree[] {
  return upstreamCacheTtl === null || upstreamCacheTtl.value === 0
    ? []
    : [leaf('E_v', 'a second cache in series', upstreamCacheTtl)];
}

function afterTheFetch({ lastKnownGood, propagation }: VerifierFacts): readonly BoundTree[] {
  return [
    ...(lastKnownGood === null || lastKnownGood.value === 0
      ? []
      : [leaf('LKG', 'a key that vanished is still tried', lastKnownGood)]),
    ...(propagation === null || propagation.value === 0
      ? []
      : [leaf('p', 'the new set reaches every replica', propagation)]),
  ];
}

function staleWhileFailing({ outage, staleOnError, fetchTimeout }: VerifierFacts): readonly BoundTree[] {
  return outage && staleOnError.value !== 0
    ? [
        leaf('O', 'the old set is used while it cannot be fetched', staleOnError),
        leaf('l', 'a request waits for the fetch that fails', fetchTimeout),
      ]
    : [];
}

function unending(label: string, { product, verifier }: VerifierFacts): BoundTree {
  return leaf('C', label, derived('unbounded', product.keyCacheTtl.source, verifier.library?.at ?? verifier.at));
}
