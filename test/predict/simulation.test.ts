import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/drill/random.ts';
import { isFiniteBound } from '../../src/model/quantity.ts';
import { predict } from '../../src/predict/predict.ts';
import { inventoryOf, issuerOf, settingsOf, verifierOf, written } from './inventory-builder.ts';

/**
 * Simulates caches in series and asks when a removed key is used last. Time is simulated; the phases of the caches are
 * random, from a fixed seed. Requests arrive often, as in the worst case.
 */
interface Chain {
  readonly edge: number;
  readonly keys: number;
  readonly verdicts: number;
}

/** Tokens in use at the same time: a cache of decisions holds each on its own, so one token alone misses the worst case. */
const TOKENS = 12;

/** Seconds from removal to the last accepted request in one simulated run. */
function simulate({ edge, keys, verdicts }: Chain, random: () => number): number {
  const step = 0.5;
  let edgeFetched = -random() * edge;
  let edgeHolds = true;
  let keysFetched = -random() * keys;
  let keysHold = true;
  const decisions = Array.from({ length: TOKENS }, () => ({ made: -random() * verdicts, good: true }));
  let last = 0;
  const fetchFromEdge = (now: number): boolean => {
    // The edge answers from its copy while that is fresh; the origin dropped the key at zero.
    if (edge === 0) return false;
    if (now - edgeFetched >= edge) {
      edgeFetched = now;
      edgeHolds = false;
    }
    return edgeHolds;
  };
  for (let now = 0; now <= edge + keys + verdicts + 5; now += step) {
    for (const decision of decisions) {
      if (verdicts === 0 || now - decision.made >= verdicts) {
        if (keys === 0 || now - keysFetched >= keys) {
          keysFetched = now;
          keysHold = fetchFromEdge(now);
        }
        decision.made = now;
        decision.good = keysHold;
      }
      if (decision.good) last = now;
    }
  }
  return last;
}

describe('the predicted bound', () => {
  it.for([
    { name: 'a key cache', chain: { edge: 0, keys: 60, verdicts: 0 } },
    { name: 'an edge before a key cache', chain: { edge: 60, keys: 60, verdicts: 0 } },
    { name: 'decisions on a key cache', chain: { edge: 0, keys: 40, verdicts: 30 } },
    { name: 'all three in series', chain: { edge: 30, keys: 60, verdicts: 20 } },
    { name: 'an edge before a library that fetches always', chain: { edge: 45, keys: 0, verdicts: 0 } },
  ])('holds for $name, and is no more than a sixth above what happens', ({ chain }) => {
    const { next } = seededRandom(20261123);
    let longest = 0;
    for (let run = 0; run < 4000; run += 1) longest = Math.max(longest, simulate(chain, next));
    const library =
      chain.keys === 0
        ? verifierOf(
            'hono/jwk',
            '4.13.19',
            settingsOf({ fetchTimeout: written(0), verdictCacheTtl: written(chain.verdicts) }),
          )
        : verifierOf(
            'jwks-rsa+jsonwebtoken',
            '4.1.0',
            settingsOf({
              keyCacheTtl: written(chain.keys),
              fetchTimeout: written(0),
              verdictCacheTtl: written(chain.verdicts),
            }),
          );
    const issuer = issuerOf({
      timeToAct: written(0),
      replicaConvergence: written(0),
      edge: { maxAge: written(chain.edge), staleWhileRevalidate: written(0), staleIfError: written(0) },
    });
    const bound =
      predict([inventoryOf([library], { issuers: [issuer] })], []).find(
        ({ scenario, arm }) => scenario === 'signing_key' && arm === 'quiet',
      )?.bound ?? 'unknown';
    expect(isFiniteBound(bound)).toBe(true);
    const predicted = Number(bound) / 1000;
    expect(predicted).toBeGreaterThanOrEqual(longest);
    expect(predicted).toBeLessThanOrEqual(longest * 1.17 + 0.5);
  });
});
