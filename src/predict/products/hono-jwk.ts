import { ZERO } from '../../model/quantity.ts';
import type { Product } from '../product.ts';
import { nodeFetchTimeout } from '../node-fetch.ts';

const SOURCE = 'hono 4.13.19: dist/utils/jwt/jwt.js';

/** The jwk middleware of hono with jwks_uri. */
export const honoJwk: Product = {
  id: 'hono/jwk',
  title: 'hono, jwk middleware',
  checked: { package: 'hono', versions: ['4.13.19'], from: '4.7.0', below: '5.0.0', alongside: null },
  confirmed: 'measured and read in source',
  cacheClass: 'i',
  scope: 'none',
  keyCacheTtl: { value: ZERO, source: `${SOURCE}, verifyWithJwks fetches for every call` },
  cooldown: { value: ZERO, source: `${SOURCE}, verifyWithJwks fetches for every call` },
  fetchTimeout: nodeFetchTimeout(`${SOURCE}, the fetch has no signal unless init brings one`),
  fetchAttempts: 1,
  staleOnError: { value: ZERO, source: `${SOURCE}, verifyWithJwks throws` },
  verdictCacheTtl: { value: ZERO, source: `${SOURCE} caches no verdicts` },
  verdictCache: null,
  leeway: { value: ZERO, source: `${SOURCE}, exp without leeway` },
  requiresExp: { value: false, source: `${SOURCE}, exp is checked when present` },
  settings: { fetchTimeout: 'init.signal' },
  wouldBeBoundedBy: null,
  behaviour: 'Fetches the key set for every request: a removed key is gone with the next request.',
  whenFetchFails: 'Refuses every token.',
};
