import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const JWK = 'krakend-jose 2.9: jwk.go';
const CACHER = 'krakend-jose 2.9: key_cacher.go';

/** auth/validator of KrakenD with jwk_url. */
export const krakend: Product = {
  id: 'krakend',
  title: 'KrakenD, auth/validator with jwk_url',
  checked: { package: 'KrakenD', versions: ['2.9.0'], from: '2.0.0', below: '3.0.0', alongside: null },
  confirmed: 'read in source',
  cacheClass: 'e',
  scope: 'kid',
  keyCacheTtl: { value: ZERO, source: `${JWK}, cache is off by default: the key set is fetched for every request` },
  cooldown: {
    value: ZERO,
    source: `${JWK}, a kid that is not cached is fetched at once; failed_jwk_key_cooldown is off`,
  },
  fetchTimeout: { value: 'unbounded', source: `${JWK}, an http.Client without Timeout: an answer may take for ever` },
  fetchAttempts: 1,
  staleOnError: { value: ZERO, source: `${JWK}, an error of the fetch refuses the token` },
  upstreamCacheTtl: { value: ZERO, source: `${CACHER}, the cache that endpoints share is off by default` },
  verdictCacheTtl: { value: ZERO, source: 'krakend-jose 2.9: jose.go caches no verdicts' },
  verdictCache: null,
  leeway: { value: millis(1000), source: 'krakend-jose 2.9: jwk.go, leeway: 1s, which is also the least' },
  requiresExp: { value: false, source: 'go-auth0: validator.go, exp is checked when present' },
  settings: {
    keyCacheTtl: 'cache_duration, in seconds, where cache is true',
    cooldown: 'failed_jwk_key_cooldown',
    upstreamCacheTtl: 'shared_cache_duration, in seconds',
    fetchTimeout: 'measured by you',
    leeway: 'leeway',
  },
  wouldBeBoundedBy: null,
  behaviour:
    'Fetches the key set for every request; with cache each key is kept on its own for cache_duration, 900 s unless set, and with a shared cache in series with that one.',
  whenFetchFails: 'Refuses tokens whose key is not cached.',
};
