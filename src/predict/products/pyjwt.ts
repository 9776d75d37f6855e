import type { Bound } from '../../model/quantity.ts';
import { ZERO, millis } from '../../model/quantity.ts';
import type { Product, Sourced } from '../product.ts';

const CLIENT = 'PyJWT 2: jwt/jwks_client.py';

function pyjwtWith(checked: Product['checked'], confirmed: Product['confirmed'], timeout: Sourced<Bound>): Product {
  return {
    id: 'pyjwt',
    title: 'PyJWT, PyJWKClient',
    checked,
    confirmed,
    cacheClass: 'a',
    scope: 'set',
    keyCacheTtl: { value: millis(300_000), source: `${CLIENT}, lifespan` },
    cooldown: { value: ZERO, source: `${CLIENT}, get_signing_key refreshes at once for an unknown kid` },
    fetchTimeout: timeout,
    fetchAttempts: 1,
    staleOnError: { value: ZERO, source: `${CLIENT}, fetch_data clears the cached set and raises` },
    verdictCacheTtl: { value: ZERO, source: 'PyJWT 2: jwt/api_jwt.py caches no verdicts' },
    verdictCache: null,
    leeway: { value: ZERO, source: 'PyJWT 2: jwt/api_jwt.py, leeway' },
    requiresExp: { value: false, source: 'PyJWT 2: jwt/api_jwt.py, exp is checked when present, unless required' },
    settings: {
      keyCacheTtl: 'lifespan',
      leeway: 'leeway',
      requiresExp: 'options.require',
      ...(timeout.value === 'unbounded' ? {} : { fetchTimeout: 'timeout' }),
    },
    wouldBeBoundedBy: null,
    behaviour:
      'Keeps the whole key set for its lifespan and fetches again for an unknown kid. With cache_keys=True a second cache without expiry stands above it; that is not this product.',
    whenFetchFails: 'Refuses tokens once the lifespan has passed.',
  };
}

/** Before the client had a time-out. */
export const pyjwtWithoutTimeout: Product = pyjwtWith(
  { package: 'PyJWT', versions: ['2.6.0'], from: '2.4.0', below: '2.8.0', alongside: null },
  'measured',
  { value: 'unbounded', source: 'PyJWT 2.6.0: jwt/jwks_client.py, urlopen without a time-out' },
);

export const pyjwt: Product = pyjwtWith(
  { package: 'PyJWT', versions: ['2.8.0', '2.12.0'], from: '2.8.0', below: '3.0.0', alongside: null },
  'read in source',
  { value: millis(30_000), source: 'PyJWT 2.8.0: jwt/jwks_client.py, timeout, of an idle connection' },
);

/** PyJWKClient(cache_keys=True): a second cache above the first one, for each key, without expiry. */
export const pyjwtCacheKeys: Product = {
  ...pyjwt,
  id: 'pyjwt+cache_keys',
  title: 'PyJWT, PyJWKClient with cache_keys',
  checked: { package: 'PyJWT', versions: ['2.6.0', '2.12.0'], from: '2.4.0', below: '3.0.0', alongside: null },
  confirmed: 'measured and read in source',
  cacheClass: 'd',
  scope: 'kid',
  keyCacheTtl: { value: 'unbounded', source: `${CLIENT}, cache_keys: lru_cache of get_signing_key, without expiry` },
  staleOnError: { value: 'unbounded', source: `${CLIENT}, cache_keys: a known kid is not looked up again` },
  settings: { leeway: 'leeway', requiresExp: 'options.require', fetchTimeout: 'timeout' },
  wouldBeBoundedBy:
    'a restart after the key is gone, a kid on the denylist, or cache_keys=False; tokens under sixteen other kids also push it out',
  behaviour: 'Keeps each key for ever once it was used. Tokens under other keys fetch their own and do not end it.',
  whenFetchFails: 'Goes on with the keys it knows.',
};
