import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const LIB = '@okta/jwt-verifier 4: lib.js';
const CLIENT = 'jwks-rsa: src/JwksClient.js';

/** @okta/jwt-verifier, which carries jwks-rsa. */
export const oktaJwtVerifier: Product = {
  id: 'okta-jwt-verifier',
  title: '@okta/jwt-verifier',
  checked: {
    package: '@okta/jwt-verifier',
    versions: ['4.1.0'],
    from: '3.0.0',
    below: '5.0.0',
    alongside: 'jwks-rsa, which it brings along',
  },
  confirmed: 'measured and read in source',
  cacheClass: 'e',
  scope: 'kid',
  keyCacheTtl: { value: millis(3_600_000), source: `${LIB}, cacheMaxAge: an hour, for 3 keys` },
  // Ten look-ups a minute, known and unknown kids alike: a flood of unknown ones keeps new keys out.
  cooldown: { value: millis(6000), source: `${LIB}, jwksRequestsPerMinute: 10` },
  fetchTimeout: { value: millis(30_000), source: `${CLIENT}, timeout, of an idle connection` },
  fetchAttempts: 1,
  staleOnError: { value: ZERO, source: `${CLIENT}, cacheMaxAgeFallback is not set` },
  verdictCacheTtl: { value: ZERO, source: `${LIB} caches no verdicts` },
  verdictCache: null,
  leeway: { value: ZERO, source: '@okta/jwt-verifier 4, measured: refused 3s after exp' },
  requiresExp: { value: false, source: '@okta/jwt-verifier 4, measured: a token without exp is accepted' },
  settings: { keyCacheTtl: 'cacheMaxAge', cooldown: 'jwksRequestsPerMinute' },
  wouldBeBoundedBy: null,
  behaviour:
    'Keeps each key on its own for its time-to-live. Tokens under other keys fetch their own key and do not end it; ten such fetches a minute are allowed, so a flood of unknown kids keeps new keys out.',
  whenFetchFails: 'Refuses tokens once the time-to-live has passed.',
};
