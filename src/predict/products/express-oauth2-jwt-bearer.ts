import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

/** Carries jose 4: keeps the whole key set for its time-to-live and fetches again for an unknown kid, at most once per cooldown. */
export const expressOauth2JwtBearer: Product = {
  id: 'express-oauth2-jwt-bearer',
  checked: { major: 1, versions: '1.10.0' },
  cacheClass: 'a',
  scope: 'set',
  keyCacheTtl: { value: millis(600_000), source: 'express-oauth2-jwt-bearer 1.10.0: dist/index.js, cacheMaxAge' },
  cooldown: { value: millis(30_000), source: 'express-oauth2-jwt-bearer 1.10.0: dist/index.js, cooldownDuration' },
  fetchTimeout: { value: millis(5_000), source: 'express-oauth2-jwt-bearer 1.10.0: dist/index.js, timeoutDuration' },
  verdictCacheTtl: { value: ZERO, source: 'express-oauth2-jwt-bearer 1.10.0 caches no verdicts' },
  leeway: { value: millis(5_000), source: 'express-oauth2-jwt-bearer 1.10.0: dist/index.js, clockTolerance' },
  requiresExp: { value: true, source: 'express-oauth2-jwt-bearer 1.10.0: dist/index.js, the exp validator' },
  settings: ['keyCacheTtl', 'cooldown', 'fetchTimeout', 'leeway'],
  wouldBeBoundedBy: null,
  confirmed: 'measured',
  behaviour:
    'Carries jose 4: keeps the whole key set for its time-to-live and fetches again for an unknown kid, at most once per cooldown.',
};
