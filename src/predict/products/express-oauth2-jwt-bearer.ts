import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const SOURCE = 'express-oauth2-jwt-bearer 1.10.0: dist/index.js';

/** express-oauth2-jwt-bearer, which carries its own copy of jose 4. */
export const expressOauth2JwtBearer: Product = {
  id: 'express-oauth2-jwt-bearer',
  title: 'express-oauth2-jwt-bearer',
  checked: {
    package: 'express-oauth2-jwt-bearer',
    versions: ['1.10.0'],
    from: '1.0.0',
    below: '2.0.0',
    alongside: 'jose 4.15.9, which it brings along',
  },
  confirmed: 'measured and read in source',
  cacheClass: 'a',
  scope: 'set',
  // The key set object itself is thrown away after the same time, which can only make it shorter.
  keyCacheTtl: { value: millis(600_000), source: `${SOURCE}, cacheMaxAge` },
  cooldown: { value: millis(30_000), source: `${SOURCE}, cooldownDuration` },
  fetchTimeout: { value: millis(5000), source: `${SOURCE}, timeoutDuration, of an idle connection` },
  fetchAttempts: 1,
  staleOnError: { value: ZERO, source: `${SOURCE}, an error of the fetch is thrown` },
  verdictCacheTtl: { value: ZERO, source: `${SOURCE} caches no verdicts` },
  verdictCache: null,
  leeway: { value: millis(5000), source: `${SOURCE}, clockTolerance` },
  requiresExp: { value: true, source: `${SOURCE}, the validator of exp` },
  settings: {
    keyCacheTtl: 'cacheMaxAge',
    cooldown: 'cooldownDuration',
    fetchTimeout: 'timeoutDuration',
    leeway: 'clockTolerance',
  },
  wouldBeBoundedBy: null,
  behaviour:
    'Carries jose 4: keeps the whole key set for its time-to-live, and fetches again for an unknown kid, not sooner than one cooldown after its last fetch.',
  whenFetchFails: 'Refuses tokens once the time-to-live has passed.',
};
