import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

/** Keeps the whole key set for its time-to-live and fetches again for an unknown kid, at most once per cooldown. */
export const jose: Product = {
  id: 'jose',
  checked: { major: 6, versions: '6.2.18' },
  cacheClass: 'a',
  scope: 'set',
  keyCacheTtl: { value: millis(600_000), source: 'jose 6.2.18: dist/webapi/jwks/remote.js, cacheMaxAge' },
  cooldown: { value: millis(30_000), source: 'jose 6.2.18: dist/webapi/jwks/remote.js, cooldownDuration' },
  fetchTimeout: { value: millis(5_000), source: 'jose 6.2.18: dist/webapi/jwks/remote.js, timeoutDuration' },
  verdictCacheTtl: { value: ZERO, source: 'jose 6.2.18: jwtVerify caches no verdicts' },
  leeway: { value: ZERO, source: 'jose 6.2.18: clockTolerance' },
  requiresExp: {
    value: false,
    source: 'jose 6.2.18: exp is checked only when present, unless requiredClaims names it',
  },
  settings: ['keyCacheTtl', 'cooldown', 'fetchTimeout', 'leeway'],
  wouldBeBoundedBy: null,
  confirmed: 'measured',
  behaviour:
    'Keeps the whole key set for its time-to-live and fetches again for an unknown kid, at most once per cooldown.',
};
