import { describe, expect, it } from 'vitest';
import { defaulted } from '../../src/model/fact.ts';
import type { VerifierDeclaration } from '../../src/model/inventory.ts';
import type { Arm, CacheClass, Prediction } from '../../src/model/prediction.ts';
import type { Bound } from '../../src/model/quantity.ts';
import { ZERO, isFiniteBound } from '../../src/model/quantity.ts';
import { PRODUCTS } from '../../src/predict/products.ts';
import { inventoryOf, issuerOf, predictionOf, settingsOf, verifierOf, written } from './inventory-builder.ts';

/**
 * What real verifiers did. A key set held key A alone; each verifier accepted a token of A, which made it fetch, and 1.1 s to
 * 1.7 s later the set held B alone. From then on the token of A was sent every 100 ms to 1 s, until it was refused or the run
 * ended. `quiet`: nothing else was sent. `busy`: a token of B after each one of A, or a single one at the end of the run.
 */
interface Measured {
  readonly library: string;
  readonly version: string;
  readonly cacheClass: CacheClass;
  /** Settings of the run in seconds; the defaults of the product where there are none. */
  readonly set?: Readonly<Partial<Record<keyof VerifierDeclaration['settings'], number>>>;
  /** Last acceptance in seconds after the change, or that it went on to the end of the run. */
  readonly quiet: number | { readonly stillAt: number };
  readonly busy?: number | { readonly stillAt: number };
  /** Where the cache is one that a single token finds at its worst, the prediction must come close. */
  readonly tight: boolean;
}

const ROWS: readonly Measured[] = [
  { library: 'jose', version: '6.2.18', cacheClass: 'a', quiet: 598.3, busy: 28.8, tight: true },
  { library: 'jose', version: '6.2.18', cacheClass: 'a', set: { keyCacheTtl: 5 }, quiet: 3.6, tight: true },
  { library: 'express-oauth2-jwt-bearer', version: '1.10.0', cacheClass: 'a', quiet: 598.2, busy: 28.9, tight: true },
  {
    library: 'express-oauth2-jwt-bearer',
    version: '1.10.0',
    cacheClass: 'a',
    set: { keyCacheTtl: 5 },
    quiet: 3.7,
    tight: true,
  },
  ...['jsonwebtoken', 'express-jwt', 'passport-jwt'].flatMap((verifier): readonly Measured[] => [
    { library: `jwks-rsa+${verifier}`, version: '4.1.0', cacheClass: 'e', quiet: 598.3, busy: 598.3, tight: true },
    {
      library: `jwks-rsa+${verifier}`,
      version: '4.1.0',
      cacheClass: 'e',
      set: { keyCacheTtl: 5 },
      quiet: 3.6,
      tight: true,
    },
  ]),
  ...['get-jwks+fast-jwt', 'get-jwks+fastify-jwt'].flatMap((library): readonly Measured[] => [
    { library, version: '11.0.3', cacheClass: 'h', quiet: { stillAt: 719 }, busy: { stillAt: 719 }, tight: false },
    { library, version: '11.0.3', cacheClass: 'h', set: { keyCacheTtl: 5 }, quiet: { stillAt: 45 }, tight: false },
  ]),
  { library: 'fast-jwt', version: '6.3.6', cacheClass: 'i', quiet: 598.2, busy: 598.3, tight: true },
  { library: 'fast-jwt', version: '6.3.6', cacheClass: 'i', set: { verdictCacheTtl: 5 }, quiet: 3.7, tight: true },
  {
    library: 'get-jwks+fast-jwt-cache',
    version: '11.0.3',
    cacheClass: 'h',
    quiet: { stillAt: 719 },
    busy: { stillAt: 719 },
    tight: false,
  },
  // One token alone asks for its key so seldom that the old copy is not renewed; several tokens renew it.
  {
    library: 'get-jwks+fast-jwt-cache',
    version: '11.0.3',
    cacheClass: 'h',
    set: { keyCacheTtl: 5, verdictCacheTtl: 5 },
    quiet: 8.7,
    tight: false,
  },
  { library: 'aws-jwt-verify', version: '5.2.1', cacheClass: 'd', quiet: { stillAt: 719 }, busy: 0, tight: false },
  {
    library: 'okta-jwt-verifier',
    version: '4.1.0',
    cacheClass: 'e',
    quiet: { stillAt: 719 },
    busy: { stillAt: 719 },
    tight: false,
  },
  { library: 'okta-jwt-verifier', version: '4.1.0', cacheClass: 'e', set: { keyCacheTtl: 5 }, quiet: 3.7, tight: true },
  { library: 'hono/jwk', version: '4.13.19', cacheClass: 'i', quiet: 0, busy: 0, tight: true },
  { library: 'pyjwt', version: '2.6.0', cacheClass: 'a', quiet: 298.9, busy: 0, tight: true },
  {
    library: 'pyjwt+cache_keys',
    version: '2.6.0',
    cacheClass: 'd',
    quiet: { stillAt: 370 },
    busy: { stillAt: 390 },
    tight: false,
  },
  { library: 'go-oidc', version: '2.1.0', cacheClass: 'd', quiet: { stillAt: 370 }, busy: 0, tight: false },
  { library: 'go-oidc', version: '3.4.0', cacheClass: 'd', quiet: { stillAt: 370 }, busy: 0, tight: false },
  { library: 'mod_auth_openidc', version: '2.4.12', cacheClass: 'a', quiet: { stillAt: 370 }, busy: 0, tight: false },
  {
    library: 'mod_auth_openidc',
    version: '2.4.12',
    cacheClass: 'a',
    set: { keyCacheTtl: 300 },
    quiet: 298.9,
    tight: true,
  },
  // The token that was probed stood in the cache of verified tokens, so a new key set did not touch it for 20 s.
  {
    library: 'mod_oauth2',
    version: '3.3.1',
    cacheClass: 'a',
    quiet: { stillAt: 370 },
    busy: { stillAt: 20 },
    tight: false,
  },
  // Two caches in series; one token alone does not find the worst case of both.
  {
    library: 'mod_oauth2',
    version: '3.3.1',
    cacheClass: 'a',
    set: { keyCacheTtl: 5, verdictCacheTtl: 2 },
    quiet: 3.9,
    tight: false,
  },
  {
    library: 'lua-resty-openidc',
    version: '1.8.0',
    cacheClass: 'e',
    quiet: { stillAt: 370 },
    busy: { stillAt: 390 },
    tight: false,
  },
  {
    library: 'lua-resty-openidc',
    version: '1.8.0',
    cacheClass: 'e',
    set: { keyCacheTtl: 5, upstreamCacheTtl: 5, verdictCacheTtl: 0 },
    quiet: 3.9,
    tight: false,
  },
  // jose behind nginx with auth_request and a proxy_cache of 30 s.
  {
    library: 'jose',
    version: '6.2.18',
    cacheClass: 'a',
    set: { keyCacheTtl: 5, verdictCacheTtl: 30 },
    quiet: 29.4,
    tight: false,
  },
  // A new file on disk changed nothing; a reload took up to 52 ms, and clients that were connected up to 64 ms.
  { library: 'haproxy', version: '2.6.12', cacheClass: 'f', quiet: { stillAt: 370 }, tight: false },
  { library: 'haproxy', version: '2.6.12', cacheClass: 'f', set: { deployTime: 0.064 }, quiet: 0.064, tight: true },
  { library: 'rabbitmq-oauth2', version: '3.10.8', cacheClass: 'd', quiet: { stillAt: 10 }, tight: false },
  // A push of new account claims: the connection closed after 7 ms, new ones were refused after 26 ms.
  { library: 'nats-server', version: '2.9.10', cacheClass: 'f', set: { deployTime: 0.026 }, quiet: 0.026, tight: true },
];

const NO_SESSIONS_DECLARED = defaulted<Bound>(ZERO, 'none are declared');

/** The estate of the runs: one process, no cache in between, nobody who has to act. */
function predicted({ library, version, set = {} }: Measured, arm: Arm): Prediction {
  const settings = Object.fromEntries(Object.entries(set).map(([name, seconds]) => [name, written(seconds)]));
  const issuer = issuerOf({
    timeToAct: written(0),
    replicaConvergence: written(0),
    edge: { maxAge: written(0), staleWhileRevalidate: written(0), staleIfError: written(0) },
  });
  const verifier = verifierOf(library, version, {
    ...settingsOf({ fetchTimeout: written(1), ...settings }),
    derivedSessionLifetime: NO_SESSIONS_DECLARED,
  });
  return predictionOf(inventoryOf([verifier], { issuers: [issuer] }), 'signing_key', arm);
}

/** Seconds of a bound without its fetches, which took milliseconds in the runs. */
function withoutFetches({ addends }: Prediction): number {
  const waits = addends.filter(({ symbol }) => symbol !== 'l').map(({ value }) => value);
  return waits.reduce<number>((sum, value) => sum + (isFiniteBound(value) ? value / 1000 : Infinity), 0);
}

const named = ROWS.map((row) => ({
  row,
  name: `${row.library} ${row.version}${row.set === undefined ? '' : ` with ${JSON.stringify(row.set)}`}`,
}));

describe('what was measured', () => {
  it('covers every product that is said to be measured', () => {
    const measured = PRODUCTS.filter(({ confirmed }) => confirmed.startsWith('measured')).map(({ id }) => id);
    expect([...new Set(ROWS.map(({ library }) => library))].sort()).toEqual([...new Set(measured)].sort());
  });

  it.for(named)('is the class of key cache that $name is predicted to have', ({ row }) => {
    expect(predicted(row, 'quiet').cacheClass).toBe(row.cacheClass);
  });

  it.for(named)('is within the prediction for $name', ({ row }) => {
    const bounds = { quiet: predicted(row, 'quiet'), busy: predicted(row, 'busy') };
    for (const arm of ['quiet', 'busy'] as const) {
      const measured = row[arm];
      if (measured === undefined) continue;
      const last = typeof measured === 'number' ? measured : measured.stillAt;
      expect(withoutFetches(bounds[arm]), arm).toBeGreaterThanOrEqual(last);
    }
  });

  it.for(named.filter(({ row }) => row.tight))(
    'comes as close to the prediction as the age of the cache lets it with $name',
    ({ row }) => {
      // The cache was 1.1 s to 1.7 s old, and the last acceptance is up to one probe before the end.
      expect(withoutFetches(predicted(row, 'quiet')) - Number(row.quiet)).toBeLessThanOrEqual(2);
    },
  );

  it('is that no verifier takes the time-to-live from the header of the key set', () => {
    const measured = new Set(ROWS.map(({ library }) => library));
    const readers = PRODUCTS.filter(
      ({ id, maxAge, cacheClass }) => measured.has(id) && (maxAge !== undefined || cacheClass === 'j'),
    );
    expect(readers).toEqual([]);
  });

  it('is that a live connection of RabbitMQ works until its token expires, and no longer', () => {
    // A token of 8 s was refused after 8.1 s on a connection that stayed open.
    const issuer = issuerOf({ accessTokenLifetime: written(8) });
    const verifier = verifierOf('rabbitmq-oauth2', '3.10.8', { derivedSessionLifetime: NO_SESSIONS_DECLARED });
    const inventory = inventoryOf([verifier], { issuers: [issuer] });
    expect(predictionOf(inventory, 'access_token').bound).toBe(9000);
    expect(predictionOf(inventory, 'signing_key', 'busy').bound).toBe('unbounded');
  });

  it('is that a cooldown keeps the new key out about as long as it keeps the old one in', () => {
    // jose refused tokens of B for 28.8 s, 286 times.
    const jose = ROWS.filter(({ library }) => library === 'jose').slice(0, 1);
    const [addends = []] = jose.map((row) => predicted(row, 'busy').addends);
    expect(addends.find(({ symbol }) => symbol === 'cooldown')?.value).toBe(30_000);
  });
});
