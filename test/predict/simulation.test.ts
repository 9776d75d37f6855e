import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/drill/random.ts';
import type { CacheClass } from '../../src/model/prediction.ts';
import type { BoundTree } from '../../src/model/prediction.ts';
import { CACHE_CLASSES } from '../../src/model/prediction.ts';
import { isFiniteBound } from '../../src/model/quantity.ts';
import { signingKeyBound } from '../../src/predict/signing-key.ts';
import { expectedOf } from '../../src/predict/tree.ts';
import type { Setup } from './cache-simulator.ts';
import { atTheEnds, factsOf, treeOf } from './simulated-facts.ts';
import { NOTHING, STEP, lastAccept } from './cache-simulator.ts';

const RUNS = 1500;

function longestOf(setup: Setup, horizon: number, runs: number): number {
  const random = atTheEnds(seededRandom(20_261_123).next);
  let longest = 0;
  for (let run = 0; run < runs; run += 1) longest = Math.max(longest, lastAccept(setup, horizon, random));
  return longest;
}

const setup = (cacheClass: CacheClass, changes: Partial<Setup> = {}): Setup => ({ ...NOTHING, cacheClass, ...changes });

interface Case {
  readonly name: string;
  readonly setup: Setup;
}

/** Sums of phases that one replica and a few tokens meet together, so that somebody really waits as long as the bound. */
const TIGHT: readonly Case[] = [
  { name: 'a set with a time-to-live', setup: setup('a', { keys: 40 }) },
  { name: 'its fetches', setup: setup('a', { keys: 20, fetch: 10 }) },
  { name: 'an edge before it', setup: setup('a', { edge: 30, keys: 40 }) },
  { name: 'an edge that serves stale before it', setup: setup('a', { edge: 20, stale: 20, keys: 30 }) },
  { name: 'issuer replicas that disagree before it', setup: setup('a', { replicas: 20, keys: 40 }) },
  { name: 'replicas, an edge and a set', setup: setup('a', { replicas: 20, edge: 20, keys: 30 }) },
  { name: 'a second cache in series', setup: setup('a', { upstream: 30, keys: 40 }) },
  { name: 'an edge, a second cache and a set', setup: setup('a', { edge: 20, upstream: 20, keys: 30 }) },
  { name: 'a key that is tried for a while after it vanished', setup: setup('a', { keys: 30, lastKnownGood: 20 }) },
  { name: 'a set fetched in the background', setup: setup('b', { edge: 20, keys: 40, fetch: 2 }) },
  { name: 'a slow fetch in the background', setup: setup('b', { keys: 30, fetch: 10 }) },
  { name: 'a background fetch that is pushed to replicas', setup: setup('b', { keys: 40, propagation: 10 }) },
  { name: 'a random delay on top of an interval', setup: setup('b', { keys: 40, jitter: 0.2 }) },
  { name: 'a timer that notices late', setup: setup('b', { keys: 20, window: 30 }) },
  { name: 'a late request answered from the old set', setup: setup('c', { keys: 30, gap: 20, fetch: 2 }) },
  {
    name: 'a late request, a random delay and a key that is still tried',
    setup: setup('c', { keys: 40, jitter: 0.05, gap: 5, lastKnownGood: 10, fetch: 1 }),
  },
  { name: 'keys cached one by one', setup: setup('e', { edge: 20, keys: 40 }) },
  { name: 'decisions on keys cached one by one', setup: setup('e', { keys: 40, verdicts: 30 }) },
  { name: 'edge, keys and decisions in series', setup: setup('a', { edge: 30, keys: 40, verdicts: 20 }) },
  { name: 'a deployment', setup: setup('f', { deployment: 60 }) },
  { name: 'a deployment and decisions', setup: setup('f', { deployment: 40, verdicts: 20 }) },
  { name: 'a set that is kept while fetches fail, when they work', setup: setup('g', { keys: 40, staleOnError: 50 }) },
  { name: 'no cache behind an edge', setup: setup('i', { edge: 30, fetch: 2 }) },
  { name: 'decisions without a cache of keys', setup: setup('i', { verdicts: 30, fetch: 2 }) },
  { name: 'the freshness that the edge hands on', setup: setup('j', { edge: 40 }) },
  { name: 'that freshness and a shortest time', setup: setup('j', { edge: 40, keys: 20 }) },
  { name: 'a cooldown on a busy day', setup: setup('a', { keys: 200, cooldown: 20 }) },
  {
    name: 'fetches for new keys behind an edge',
    setup: setup('d', { edge: 30, keys: Infinity, fetch: 3, cooldown: 20 }),
  },
  { name: 'fetches for new keys in the background', setup: setup('b', { keys: 300, fetch: 3, cooldown: 30 }) },
  { name: 'a session that outlives its token', setup: setup('a', { keys: 30, session: 40 }) },
  { name: 'a session behind cached decisions', setup: setup('e', { keys: 30, verdicts: 20, session: 20 }) },
  { name: 'a set while nothing can be fetched', setup: setup('a', { keys: 40, outage: true }) },
  {
    name: 'an edge that hides the outage',
    setup: setup('a', { edge: 20, staleIfError: 30, keys: 20, outage: true }),
  },
  {
    name: 'an edge whose two windows overlap',
    setup: setup('a', { edge: 20, stale: 15, staleIfError: 30, keys: 20, outage: true }),
  },
  { name: 'a set that is kept in the outage', setup: setup('g', { keys: 20, staleOnError: 40, outage: true }) },
  {
    name: 'a background set that is kept in the outage',
    setup: setup('b', { keys: 20, staleOnError: 40, outage: true }),
  },
  {
    name: 'edge, kept set and decisions in the outage',
    setup: setup('a', { edge: 20, staleIfError: 20, keys: 20, staleOnError: 20, verdicts: 10, outage: true }),
  },
  { name: 'no cache of keys in the outage', setup: setup('i', { edge: 30, staleIfError: 20, outage: true }) },
];

/** Bounds that nobody reaches, each with the reason. */
const LOOSE: readonly (Case & { readonly because: string })[] = [
  {
    name: 'a time-out as long as the cache',
    because: 'a fetch counts once when it is under way and once when it is awaited, and one replica seldom meets both',
    setup: setup('c', { keys: 20, gap: 2, fetch: 20 }),
  },
  {
    name: 'the freshness that an edge hands on while it serves stale',
    because: 'a copy that is stale already is not kept, so W_s and the shortest time overlap',
    setup: setup('j', { edge: 20, stale: 20, keys: 15 }),
  },
  {
    name: 'five waits in a row',
    because: 'no single token finds all of them at their worst',
    setup: setup('a', { replicas: 15, edge: 15, stale: 15, upstream: 15, keys: 15, verdicts: 15, fetch: 2 }),
  },
];

/** A bound in seconds. */
function secondsOf({ value }: BoundTree): number {
  return isFiniteBound(value) ? value / 1000 : Number.POSITIVE_INFINITY;
}

describe('the predicted bound', () => {
  it.for(TIGHT)('holds for $name, and is at most 15 % above what happens', ({ setup: caches }) => {
    const bound = secondsOf(treeOf(caches));
    const longest = longestOf(caches, bound + 10, RUNS);
    expect(longest).toBeLessThanOrEqual(bound);
    expect(bound).toBeLessThanOrEqual(longest * 1.15);
  });

  it.for(LOOSE)('holds for $name, which nobody reaches because $because', ({ setup: caches }) => {
    const bound = secondsOf(treeOf(caches));
    const longest = longestOf(caches, bound + 10, RUNS);
    expect(longest).toBeLessThanOrEqual(bound);
    expect(longest).toBeGreaterThan(bound / 2);
  });

  it.for<Case>([
    { name: 'a known key that is never looked at again', setup: setup('d', { keys: Infinity }) },
    { name: 'an old copy that is served and renewed', setup: setup('h', { keys: 10 }) },
    {
      name: 'a set that is kept in an outage without end',
      setup: setup('b', { keys: 10, staleOnError: Infinity, outage: true }),
    },
    {
      name: 'a fetch on demand that fails without end',
      setup: setup('a', { keys: 10, staleOnError: Infinity, outage: true }),
    },
  ])('is none for $name, which is accepted at any horizon', ({ setup: caches }) => {
    for (const horizon of [50, 300]) {
      expect(treeOf(caches).value).toBe('unbounded');
      expect(longestOf(caches, horizon, 50)).toBeGreaterThan(horizon - 1);
    }
  });

  it('is none for a late request whose time nobody knows', () => {
    const caches = setup('c', { keys: 10, gap: 20 });
    const facts = factsOf(caches);
    const { requestGap, ...settings } = facts.verifier.settings;
    expect(requestGap).toBeDefined();
    expect(signingKeyBound({ ...facts, verifier: { ...facts.verifier, settings } }, 'quiet').value).toBe('unbounded');
    // The longer nobody asks, the later the old set is used once more.
    expect(longestOf({ ...caches, gap: 500 }, 600, 50)).toBeGreaterThan(300);
  });

  const seconds = (most: number): fc.Arbitrary<number> => fc.oneof(fc.constant(0), fc.integer({ min: 1, max: most }));
  const combinations = fc.record({
    cacheClass: fc.constantFrom(...(Object.keys(CACHE_CLASSES) as readonly CacheClass[])),
    replicas: seconds(20),
    edge: seconds(30),
    stale: seconds(20),
    staleIfError: seconds(20),
    upstream: seconds(20),
    keys: fc.integer({ min: 1, max: 40 }),
    jitter: fc.constantFrom(0, 0.05, 0.2),
    window: fc.constantFrom(0, 0, 15),
    gap: seconds(10),
    fetch: seconds(8),
    lastKnownGood: seconds(15),
    propagation: seconds(10),
    verdicts: seconds(20),
    cooldown: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 30 })),
    outage: fc.boolean(),
    staleOnError: seconds(20),
    deployment: seconds(30),
    session: seconds(20),
  });

  it('holds for every class in any combination of caches, delays and failures', () => {
    fc.assert(
      fc.property(combinations, (drawn) => {
        const caches = possible(drawn);
        const bound = secondsOf(treeOf(caches));
        if (!Number.isFinite(bound)) return;
        expect(longestOf(caches, bound + 10, 12), JSON.stringify(caches)).toBeLessThanOrEqual(bound);
      }),
      { numRuns: 500, seed: 20_261_123 },
    );
  });
});

/** What was drawn without what its class does not have. */
function possible(drawn: Setup): Setup {
  const { cacheClass } = drawn;
  const isTimed =
    cacheClass === 'a' || cacheClass === 'b' || cacheClass === 'c' || cacheClass === 'e' || cacheClass === 'g';
  const refetches = 'abcdgj'.includes(cacheClass) && !drawn.outage;
  return {
    ...drawn,
    keys: cacheClass === 'd' ? Infinity : drawn.keys,
    jitter: isTimed && drawn.window === 0 ? drawn.jitter : 0,
    window: isTimed ? drawn.window : 0,
    gap: cacheClass === 'c' ? drawn.gap : 0,
    // Ages are handed on by shared caches only.
    upstream: cacheClass === 'j' || cacheClass === 'f' ? 0 : drawn.upstream,
    lastKnownGood: isTimed || cacheClass === 'd' ? drawn.lastKnownGood : 0,
    propagation: isTimed || cacheClass === 'd' ? drawn.propagation : 0,
    cooldown: refetches ? drawn.cooldown : null,
    staleOnError: cacheClass === 'i' ? 0 : drawn.staleOnError,
    outage: cacheClass === 'f' || cacheClass === 'h' ? false : drawn.outage,
  };
}

describe('the mean', () => {
  it.for<Case>([
    { name: 'one cache', setup: setup('a', { keys: 40 }) },
    { name: 'an edge and a cache', setup: setup('a', { edge: 30, keys: 40 }) },
    { name: 'two caches in series', setup: setup('a', { upstream: 30, keys: 40 }) },
  ])('is what happens on average with $name', ({ setup: caches }) => {
    const { next } = seededRandom(20_261_123);
    const runs = 2000;
    let total = 0;
    for (let run = 0; run < runs; run += 1) total += lastAccept(caches, 130, next);
    const expected = Number(expectedOf(treeOf(caches))) / 1000;
    // Requests come every half second, so the last accepted one is up to that much earlier.
    expect(Math.abs(expected - total / runs)).toBeLessThan(expected / 20 + STEP);
  });
});
