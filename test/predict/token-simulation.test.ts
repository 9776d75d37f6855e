import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/drill/random.ts';
import { explicit } from '../../src/model/fact.ts';
import { startOf } from '../../src/model/location.ts';
import type { Scenario } from '../../src/model/policy.ts';
import { isFiniteBound } from '../../src/model/quantity.ts';
import { whileNothingCanBeFetched } from '../../src/predict/degraded.ts';
import type { VerifierFacts } from '../../src/predict/facts.ts';
import { verifierFacts } from '../../src/predict/facts.ts';
import { SCENARIO_MODELS } from '../../src/predict/scenarios.ts';
import { denylist, inventoryOf, issuerOf, settingsOf, useOf, verifierOf, written } from './inventory-builder.ts';
import { atTheEnds } from './simulated-facts.ts';
import type { TokenSetup } from './token-simulator.ts';
import { TOKEN, lastTokenAccept } from './token-simulator.ts';

const AT = startOf('inventory.yaml');

function factsOf(setup: TokenSetup): VerifierFacts {
  const { list, introspection } = setup;
  const issuer = issuerOf({
    timeToAct: written(0),
    replicaConvergence: written(setup.replicas),
    accessTokenLifetime: written(setup.lifetime),
    refreshToken: {
      ...issuerOf().refreshToken,
      reuseGrace: written(setup.reuseGrace),
      revokesAccessTokens: explicit(introspection !== null, AT),
    },
  });
  const uses = [
    ...(list === null
      ? []
      : [
          useOf({
            interval: written(list.interval),
            negativeCache: written(list.notRevoked),
            fetchTimeout: written(list.fetch),
          }),
        ]),
    ...(introspection === null
      ? []
      : [
          useOf({
            channel: 'issuer',
            positiveCache: written(introspection.cached),
            fetchTimeout: written(introspection.fetch),
          }),
        ]),
  ];
  const verifier = verifierOf('jose', '6.2.18', {
    ...settingsOf({ leeway: written(setup.leeway), verdictCacheTtl: written(setup.verdicts) }),
    channels: uses,
    derivedSessionLifetime: written(setup.session),
  });
  const channels = [
    denylist(['sid', 'sub', 'client_id', 'jti'], {
      storeLag: written(list?.storeLag ?? 0),
      delivery: list?.pushed === true ? 'push' : 'poll',
    }),
    denylist([], { name: 'issuer', type: 'introspection' }),
  ];
  const reading = verifierFacts(verifier, inventoryOf([], { issuers: [issuer], channels }));
  if (reading.kind === 'unknown') throw new Error(reading.why);
  return reading.facts;
}

function boundOf(setup: TokenSetup, scenario: Scenario, facts: VerifierFacts = factsOf(setup)): number {
  const model = SCENARIO_MODELS.find((one) => one.scenario === scenario);
  const value = model?.bound(facts, 'quiet').value ?? 'unknown';
  return isFiniteBound(value) ? value / 1000 : Number.NaN;
}

function longestOf(setup: TokenSetup, horizon: number, runs: number): number {
  const random = atTheEnds(seededRandom(20_261_123).next);
  let longest = 0;
  for (let run = 0; run < runs; run += 1) longest = Math.max(longest, lastTokenAccept(setup, horizon, random));
  return longest;
}

const RUNS = 2000;
const LIST = { interval: 0, storeLag: 0, fetch: 0, notRevoked: 0, pushed: false };
/** A life so long that something else ends the token. */
const LONG = 10_000;

interface Case {
  readonly name: string;
  readonly scenario: Scenario;
  readonly setup: TokenSetup;
}

const of = (scenario: Scenario, name: string, changes: Partial<TokenSetup>): Case => ({
  name,
  scenario,
  setup: { ...TOKEN, mints: scenario !== 'access_token', ...changes },
});

const TIGHT: readonly Case[] = [
  of('access_token', 'its expiry', { leeway: 10 }),
  of('access_token', 'its expiry behind cached decisions', { leeway: 10, verdicts: 30 }),
  of('access_token', 'a session that outlives it', { session: 40 }),
  of('access_token', 'a list that is polled', { lifetime: LONG, list: { ...LIST, interval: 30, fetch: 5 } }),
  of('access_token', 'a list asked for every request', {
    lifetime: LONG,
    list: { ...LIST, storeLag: 20, notRevoked: 20 },
  }),
  of('access_token', 'a list with a slow store', { lifetime: LONG, list: { ...LIST, interval: 30, storeLag: 20 } }),
  of('access_token', 'a list behind cached decisions', {
    lifetime: LONG,
    verdicts: 30,
    list: { ...LIST, interval: 30, notRevoked: 10 },
  }),
  of('access_token', 'a message that may be lost', { lifetime: LONG, list: { ...LIST, interval: 60, pushed: true } }),
  of('access_token', 'a list, then a session', { lifetime: LONG, session: 30, list: { ...LIST, interval: 30 } }),
  of('access_token', 'an expiry that comes before the list', { lifetime: 20, list: { ...LIST, interval: 300 } }),
  of('access_token', 'introspection', { lifetime: LONG, introspection: { cached: 30, fetch: 5 } }),
  of('access_token', 'introspection of replicas that disagree', {
    lifetime: LONG,
    replicas: 20,
    introspection: { cached: 30, fetch: 0 },
  }),
  of('access_token', 'introspection behind cached decisions', {
    lifetime: LONG,
    verdicts: 20,
    introspection: { cached: 30, fetch: 0 },
  }),
  of('refresh_token', 'replicas, grace and the last access token', { replicas: 20, reuseGrace: 10 }),
  of('client', 'replicas and the last access token', { replicas: 20 }),
  of('user_session', 'replicas and the last access token', { replicas: 20 }),
  of('user_session', 'a session made from the last access token', { replicas: 10, session: 30 }),
];

const LOOSE: readonly (Case & { readonly because: string })[] = [
  {
    ...of('refresh_token', 'a list that names the family', {
      lifetime: LONG,
      replicas: 30,
      list: { ...LIST, interval: 40 },
    }),
    because: 'who acts can list the family at once, and the prediction waits until the refresh token is dead',
  },
  {
    ...of('client', 'introspection after the issuer refused the client', {
      lifetime: LONG,
      replicas: 30,
      introspection: { cached: 40, fetch: 0 },
    }),
    because: 'the issuer may answer for the tokens of a client before its last replica refuses the client',
  },
];

describe('the bound of tokens', () => {
  it.for(TIGHT)(
    'holds for $name after a leaked $scenario, and is at most 15 % above what happens',
    ({ scenario, setup }) => {
      const bound = boundOf(setup, scenario);
      const longest = longestOf(setup, bound + 10, RUNS);
      expect(longest).toBeLessThanOrEqual(bound);
      expect(bound).toBeLessThanOrEqual(longest * 1.15);
    },
  );

  it.for(LOOSE)(
    'holds for $name after a leaked $scenario; nobody waits that long because $because',
    ({ scenario, setup }) => {
      const bound = boundOf(setup, scenario);
      const longest = longestOf(setup, bound + 10, RUNS);
      expect(longest).toBeLessThanOrEqual(bound);
      expect(longest).toBeGreaterThan(bound / 2);
    },
  );

  it('is that of the expiry while a list that fails open cannot be asked', () => {
    const setup = { ...TOKEN, list: { ...LIST, interval: 10 } };
    const facts = factsOf(setup);
    const open = facts.channels.map((used) => ({
      ...used,
      use: { ...used.use, failMode: explicit('open' as const, AT) },
    }));
    const failing = whileNothingCanBeFetched({ ...facts, channels: open });
    expect(boundOf(setup, 'access_token', failing)).toBe(61);
    // Such a verifier hears nothing of the list, as if there were none.
    expect(longestOf({ ...setup, list: null }, 100, RUNS)).toBeLessThanOrEqual(61);
    // One that fails closed refuses everything meanwhile.
    expect(boundOf(setup, 'access_token', whileNothingCanBeFetched(facts))).toBe(boundOf(setup, 'access_token'));
  });

  const seconds = (most: number): fc.Arbitrary<number> => fc.oneof(fc.constant(0), fc.integer({ min: 1, max: most }));
  const combinations = fc.record({
    mints: fc.boolean(),
    replicas: seconds(20),
    reuseGrace: seconds(10),
    lifetime: fc.oneof(fc.integer({ min: 5, max: 80 }), fc.constant(LONG)),
    leeway: seconds(10),
    list: fc.option(
      fc.record({
        interval: seconds(30),
        storeLag: seconds(10),
        fetch: seconds(5),
        notRevoked: seconds(10),
        pushed: fc.boolean(),
      }),
    ),
    introspection: fc.option(fc.record({ cached: seconds(20), fetch: seconds(5) })),
    verdicts: seconds(20),
    session: seconds(20),
  });

  it('holds for every way that ends them, in any combination', () => {
    fc.assert(
      fc.property(
        combinations,
        fc.constantFrom<Scenario>('refresh_token', 'client', 'user_session'),
        (setup, minting) => {
          const scenario = setup.mints ? minting : 'access_token';
          // Only a refresh token that was rotated has a time of grace.
          const real = scenario === 'refresh_token' ? setup : { ...setup, reuseGrace: 0 };
          const bound = boundOf(real, scenario);
          if (bound > 1000) return;
          expect(longestOf(real, bound + 10, 12), JSON.stringify({ scenario, real })).toBeLessThanOrEqual(bound);
        },
      ),
      { numRuns: 500, seed: 20_261_123 },
    );
  });
});
