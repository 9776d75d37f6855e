import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

/** Keeps each key on its own for its time-to-live; tokens under other keys do not end it. */
export const jwksRsaJsonwebtoken: Product = {
  id: 'jwks-rsa+jsonwebtoken',
  checked: { major: 4, versions: 'jwks-rsa 4.1.0' },
  cacheClass: 'e',
  scope: 'kid',
  keyCacheTtl: { value: millis(600_000), source: 'jwks-rsa 4.1.0: src/wrappers/cache.js, cacheMaxAge' },
  cooldown: {
    value: ZERO,
    source: 'jwks-rsa 4.1.0: src/JwksClient.js, an unknown kid is fetched at once (rateLimit is off)',
  },
  fetchTimeout: { value: millis(30_000), source: 'jwks-rsa 4.1.0: src/JwksClient.js, timeout' },
  verdictCacheTtl: { value: ZERO, source: 'jsonwebtoken 9.0.3 caches no verdicts' },
  leeway: { value: ZERO, source: 'jsonwebtoken 9.0.3: verify.js, clockTolerance' },
  requiresExp: { value: false, source: 'jsonwebtoken 9.0.3: verify.js, exp is checked only when present' },
  settings: ['keyCacheTtl', 'fetchTimeout', 'leeway'],
  wouldBeBoundedBy: null,
  confirmed: 'measured',
  behaviour: 'Keeps each key on its own for its time-to-live; tokens under other keys do not end it.',
};
