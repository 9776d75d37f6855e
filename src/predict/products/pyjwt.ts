import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

/** PyJWKClient keeps the whole set for its lifespan and refreshes for an unknown kid. */
export const pyjwt: Product = {
  id: 'pyjwt',
  checked: { major: 2, versions: '2.6.0' },
  cacheClass: 'a',
  scope: 'set',
  keyCacheTtl: { value: millis(300_000), source: 'PyJWT 2.6.0: jwt/jwks_client.py, lifespan' },
  cooldown: { value: ZERO, source: 'PyJWT 2.6.0: jwt/jwks_client.py, an unknown kid refreshes at once' },
  fetchTimeout: { value: millis(30_000), source: 'PyJWT 2.6.0: jwt/jwks_client.py, timeout' },
  verdictCacheTtl: { value: ZERO, source: 'PyJWT 2.6.0 caches no verdicts' },
  leeway: { value: ZERO, source: 'PyJWT 2.6.0: jwt/api_jwt.py, leeway' },
  requiresExp: { value: false, source: 'PyJWT 2.6.0: jwt/api_jwt.py, exp is checked only when present' },
  settings: ['keyCacheTtl', 'fetchTimeout', 'leeway'],
  wouldBeBoundedBy: null,
  confirmed: 'measured',
  behaviour:
    'PyJWKClient keeps the whole set for its lifespan and refreshes for an unknown kid. With cache_keys=True a second cache without expiry sits above it; that is not this product.',
};
