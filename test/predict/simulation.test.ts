import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/drill/random.ts';
import type { Prediction } from '../../src/model/prediction.ts';
import { isFiniteBound } from '../../src/model/quantity.ts';
import type { VerifierFacts } from '../../src/predict/facts.ts';
import { verifierFacts } from '../../src/predict/facts.ts';
import { signingKeyBound } from '../../src/predict/signing-key.ts';
import { expectedOf } from '../../src/predict/tree.ts';
import type { Setup } from './cache-simulator.ts';
import { lastAccept } from './cache-simulator.ts';
import { inventoryOf, issuerOf, settingsOf, verifierOf, written } from './inventory-builder.ts';

const RUNS = 2000;

/** The facts of a verifier with these caches; acting and replicas take no time. */
function factsOf({ cacheClass, edge, stale, keys, fetch, verdicts, cooldown }: Setup): VerifierFacts {
  const issuer = issuerOf({
    timeToAct: written(0),
    replicaConvergence: written(0),
    edge: { maxAge: written(edge), staleWhileRevalidate: written(stale), staleIfError: written(0) },
  });
  const settings = settingsOf({
    keyCacheTtl: written(Number.isFinite(keys) ? keys : 'unbounded'),
    cooldown: written(cooldown ?? 0),
    fetchTimeout: written(fetch),
    verdictCacheTtl: written(verdicts),
  });
  const reading = verifierFacts(verifierOf('jose', '6.2.18', settings), inventoryOf([], { issuers: [issuer] }));
  if (reading.kind === 'unknown') throw new Error(reading.why);
  const scope = cacheClass === 'e' || cacheClass === 'h' ? 'kid' : 'set';
  return { ...reading.facts, product: { ...reading.facts.product, cacheClass, scope } };
}

interface Simulated {
  readonly bound: Prediction['bound'];
  readonly expected: Prediction['expected'];
  readonly longest: number;
  readonly mean: number;
}

function simulate(setup: Setup, horizon: number): Simulated {
  const { next } = seededRandom(20_261_123);
  let longest = 0;
  let total = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const last = lastAccept(setup, horizon, next);
    longest = Math.max(longest, last);
    total += last;
  }
  const tree = signingKeyBound(factsOf(setup), setup.cooldown === null ? 'quiet' : 'busy');
  return { bound: tree.value, expected: expectedOf(tree), longest, mean: total / RUNS };
}

const NONE: Omit<Setup, 'cacheClass'> = { edge: 0, stale: 0, keys: 0, fetch: 0, verdicts: 0, cooldown: null };

describe('the predicted bound', () => {
  it.for<{ readonly name: string; readonly setup: Setup }>([
    { name: 'a set with a time-to-live', setup: { ...NONE, cacheClass: 'a', keys: 40 } },
    { name: 'its fetches', setup: { ...NONE, cacheClass: 'a', keys: 20, fetch: 10 } },
    { name: 'an edge before it', setup: { ...NONE, cacheClass: 'a', edge: 30, keys: 40 } },
    { name: 'an edge that serves stale before it', setup: { ...NONE, cacheClass: 'a', edge: 20, stale: 20, keys: 30 } },
    { name: 'a set fetched in the background', setup: { ...NONE, cacheClass: 'b', edge: 20, keys: 40, fetch: 2 } },
    { name: 'keys cached one by one', setup: { ...NONE, cacheClass: 'e', edge: 20, keys: 40 } },
    { name: 'decisions on keys cached one by one', setup: { ...NONE, cacheClass: 'e', keys: 40, verdicts: 30 } },
    {
      name: 'edge, keys and decisions in series',
      setup: { ...NONE, cacheClass: 'a', edge: 30, keys: 40, verdicts: 20 },
    },
    { name: 'no cache behind an edge', setup: { ...NONE, cacheClass: 'i', edge: 30, fetch: 2 } },
    { name: 'decisions without a cache of keys', setup: { ...NONE, cacheClass: 'i', verdicts: 30, fetch: 2 } },
    { name: 'the freshness that the edge hands on', setup: { ...NONE, cacheClass: 'j', edge: 40 } },
    { name: 'that freshness and a shortest time', setup: { ...NONE, cacheClass: 'j', edge: 40, keys: 20 } },
    { name: 'a cooldown on a busy day', setup: { ...NONE, cacheClass: 'a', keys: 200, cooldown: 20 } },
    {
      name: 'fetches for new keys behind an edge',
      setup: { ...NONE, cacheClass: 'd', edge: 30, keys: Infinity, fetch: 3, cooldown: 20 },
    },
  ])('holds for $name, and is at most 15 % above what happens', ({ setup }) => {
    const { bound, longest } = simulate(setup, 130);
    expect(isFiniteBound(bound)).toBe(true);
    expect(Number(bound) / 1000).toBeGreaterThanOrEqual(longest);
    expect(Number(bound) / 1000).toBeLessThanOrEqual(longest * 1.15);
  });

  it.for<{ readonly name: string; readonly setup: Setup }>([
    { name: 'a known key that is never looked at again', setup: { ...NONE, cacheClass: 'd', keys: Infinity } },
    { name: 'an old copy that is served and renewed', setup: { ...NONE, cacheClass: 'h', keys: 10 } },
  ])('is none for $name, which is accepted at any horizon', ({ setup }) => {
    for (const horizon of [50, 300]) {
      const { bound, longest } = simulate(setup, horizon);
      expect(bound).toBe('unbounded');
      expect(longest).toBeGreaterThan(horizon - 1);
    }
  });
});

describe('the mean', () => {
  it.for<{ readonly name: string; readonly setup: Setup }>([
    { name: 'one cache', setup: { ...NONE, cacheClass: 'a', keys: 40 } },
    { name: 'an edge and a cache', setup: { ...NONE, cacheClass: 'a', edge: 30, keys: 40 } },
  ])('is what happens on average with $name', ({ setup }) => {
    const { expected, mean } = simulate(setup, 130);
    // Requests come every half second, so the last accepted one is up to that much earlier.
    expect(Math.abs(Number(expected) / 1000 - mean)).toBeLessThan(Number(expected) / 1000 / 20 + 0.5);
  });
});
