import { ZERO } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

/** Fetches the key set for every request. */
export const honoJwk: Product = {
  id: 'hono/jwk',
  checked: { major: 4, versions: '4.13.19' },
  cacheClass: 'i',
  scope: 'none',
  keyCacheTtl: { value: ZERO, source: 'hono 4.13.19: dist/utils/jwt/jwt.js, verifyWithJwks fetches for every call' },
  cooldown: { value: ZERO, source: 'hono 4.13.19: fetches for every request' },
  fetchTimeout: { value: 'unbounded', source: 'hono 4.13.19: the fetch has no timeout unless init gives one' },
  verdictCacheTtl: { value: ZERO, source: 'hono 4.13.19 caches no verdicts' },
  leeway: { value: ZERO, source: 'hono 4.13.19: dist/utils/jwt/jwt.js, no leeway' },
  requiresExp: { value: false, source: 'hono 4.13.19: exp is checked only when present' },
  settings: ['fetchTimeout'],
  wouldBeBoundedBy: 'a timeout on the fetch',
  confirmed: 'measured',
  behaviour: 'Fetches the key set for every request.',
};
