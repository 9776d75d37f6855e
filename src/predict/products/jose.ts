import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const REMOTE = 'jose 6.2.18: dist/webapi/jwks/remote.js';
const CLAIMS = 'jose 6.2.18: dist/webapi/lib/jwt_claims_set.js';

/** jose with createRemoteJWKSet. */
export const jose: Product = {
  id: 'jose',
  title: 'jose, createRemoteJWKSet',
  checked: { package: 'jose', versions: ['6.2.18'], from: '6.0.0', below: '7.0.0', alongside: null },
  confirmed: 'measured and read in source',
  cacheClass: 'a',
  scope: 'set',
  keyCacheTtl: { value: millis(600_000), source: `${REMOTE}, cacheMaxAge` },
  // Counted from the end of the last successful fetch, whatever caused that fetch.
  cooldown: { value: millis(30_000), source: `${REMOTE}, cooldownDuration` },
  fetchTimeout: { value: millis(5000), source: `${REMOTE}, timeoutDuration, over the whole response` },
  fetchAttempts: 1,
  staleOnError: { value: ZERO, source: `${REMOTE}, reload throws` },
  verdictCacheTtl: { value: ZERO, source: 'jose 6.2.18: dist/webapi/jwt/verify.js caches no verdicts' },
  verdictCache: null,
  leeway: { value: ZERO, source: `${CLAIMS}, clockTolerance` },
  requiresExp: { value: false, source: `${CLAIMS}, exp is checked when present, unless requiredClaims names it` },
  settings: {
    keyCacheTtl: 'cacheMaxAge',
    cooldown: 'cooldownDuration',
    fetchTimeout: 'timeoutDuration',
    leeway: 'clockTolerance',
    requiresExp: 'requiredClaims',
  },
  wouldBeBoundedBy: null,
  behaviour:
    'Keeps the whole key set for its time-to-live. A token under an unknown kid makes it fetch again, but not sooner than one cooldown after its last fetch.',
  whenFetchFails: 'Refuses tokens once the time-to-live has passed.',
};

const BEFORE_6 = 'jose 5.10.0: dist/node/esm/jwks/remote.js';

/** The two major versions before, which differ in nothing that matters here. */
export const joseBefore6: Product = {
  ...jose,
  checked: { package: 'jose', versions: ['4.15.9', '5.10.0'], from: '4.15.0', below: '6.0.0', alongside: null },
  confirmed: 'read in source',
  keyCacheTtl: { value: millis(600_000), source: `${BEFORE_6}, cacheMaxAge` },
  cooldown: { value: millis(30_000), source: `${BEFORE_6}, cooldownDuration` },
  fetchTimeout: { value: millis(5000), source: `${BEFORE_6}, timeoutDuration, of an idle connection` },
};
