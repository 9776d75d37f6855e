import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';
import { nodeFetchTimeout } from '../node-fetch.ts';

const SOURCE = 'get-jwks 11.0.3: src/get-jwks.js';

/** get-jwks as key function of fast-jwt (or @fastify/jwt) without fast-jwt's own cache. */
export const getJwksFastJwt: Product = {
  id: 'get-jwks+fast-jwt',
  title: 'get-jwks with fast-jwt',
  checked: { package: 'get-jwks', versions: ['11.0.3'], from: '11.0.0', below: '12.0.0', alongside: 'fast-jwt 6.3.6' },
  confirmed: 'measured and read in source',
  cacheClass: 'h',
  scope: 'kid',
  keyCacheTtl: { value: millis(60_000), source: `${SOURCE}, ttl; a failed look-up puts the old key back` },
  cooldown: { value: ZERO, source: `${SOURCE}, an unknown kid is fetched at once` },
  fetchTimeout: nodeFetchTimeout(`${SOURCE}, its timeout is not an option of fetch`),
  fetchAttempts: 1,
  staleOnError: { value: 'unbounded', source: `${SOURCE}, the stale copy is returned when a fetch fails` },
  verdictCacheTtl: { value: ZERO, source: 'fast-jwt 6.3.6: src/verifier.js, cache is off by default' },
  verdictCache: null,
  leeway: { value: ZERO, source: 'fast-jwt 6.3.6: src/verifier.js, clockTolerance' },
  requiresExp: { value: false, source: 'fast-jwt 6.3.6: src/verifier.js, requiredClaims is empty by default' },
  settings: { keyCacheTtl: 'ttl', leeway: 'clockTolerance', requiresExp: 'requiredClaims' },
  wouldBeBoundedBy:
    'requests stopping for longer than its time-to-live, a restart after the key is gone, or a kid on the denylist',
  behaviour:
    'Takes a key that left the key set for a failed fetch: it goes on with its old copy and renews it, for as long as requests keep coming.',
  whenFetchFails: 'Goes on with its old copy, without end while requests keep coming.',
};

/** get-jwks as key function of @fastify/jwt: fast-jwt beneath, its cache off. */
export const getJwksFastifyJwt: Product = {
  ...getJwksFastJwt,
  id: 'get-jwks+fastify-jwt',
  title: 'get-jwks with @fastify/jwt',
  checked: {
    package: 'get-jwks',
    versions: ['11.0.3'],
    from: '11.0.0',
    below: '12.0.0',
    alongside: '@fastify/jwt 10.2.8',
  },
};

/** get-jwks as key function of fast-jwt with `cache: true`: a cache of verified tokens above the keys. */
export const getJwksFastJwtCache: Product = {
  ...getJwksFastJwt,
  id: 'get-jwks+fast-jwt-cache',
  title: 'get-jwks with fast-jwt and cache: true',
  verdictCacheTtl: { value: millis(600_000), source: 'fast-jwt 6.3.6: src/verifier.js, cacheTTL' },
  verdictCache: { addsLeeway: true },
  settings: { ...getJwksFastJwt.settings, verdictCacheTtl: 'cacheTTL' },
  behaviour: `${getJwksFastJwt.behaviour} A token that was verified is not looked at again for cacheTTL.`,
};
