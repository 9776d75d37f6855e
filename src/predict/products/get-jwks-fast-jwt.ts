import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

/** Treats a key that left the key set like a failed fetch: it serves its old copy and renews it, for as long as requests keep coming. */
export const getJwksFastJwt: Product = {
  id: 'get-jwks+fast-jwt',
  checked: { major: 11, versions: 'get-jwks 11.0.3 with fast-jwt 6.3.6' },
  cacheClass: 'h',
  scope: 'kid',
  keyCacheTtl: { value: millis(60_000), source: 'get-jwks 11.0.3: src/get-jwks.js, ttl' },
  cooldown: { value: ZERO, source: 'get-jwks 11.0.3: src/get-jwks.js, an unknown kid is fetched at once' },
  fetchTimeout: {
    value: 'unbounded',
    source: 'get-jwks 11.0.3: src/get-jwks.js, its timeout is not an option of the fetch of Node',
  },
  verdictCacheTtl: { value: ZERO, source: 'fast-jwt 6.3.6: src/verifier.js, cache is off by default' },
  leeway: { value: ZERO, source: 'fast-jwt 6.3.6: src/verifier.js, clockTolerance' },
  requiresExp: { value: false, source: 'fast-jwt 6.3.6: src/verifier.js, requiredClaims is empty by default' },
  settings: ['keyCacheTtl', 'leeway'],
  wouldBeBoundedBy:
    'requests stopping for longer than its time-to-live, a restart after the key is gone, or a kid on the denylist',
  confirmed: 'measured',
  behaviour:
    'Treats a key that left the key set like a failed fetch: it serves its old copy and renews it, for as long as requests keep coming.',
};
