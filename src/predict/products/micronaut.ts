import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const JWKS = 'Micronaut Security 4: JwksSignatureConfigurationProperties';

/** micronaut.security.token.jwt.signatures.jwks. */
export const micronaut: Product = {
  id: 'micronaut',
  title: 'Micronaut Security, signatures.jwks',
  checked: { package: 'Micronaut Security', versions: ['4.14.0'], from: '4.0.0', below: '5.0.0', alongside: null },
  confirmed: 'read in source',
  cacheClass: 'a',
  scope: 'set',
  keyCacheTtl: { value: millis(60_000), source: `${JWKS}, cache-expiration: 60` },
  cooldown: { value: 'unknown', source: 'Micronaut Security 4: what an unknown kid does was not checked' },
  fetchTimeout: { value: 'unknown', source: 'Micronaut Security 4: the HTTP client decides: declare fetch_timeout' },
  fetchAttempts: 1,
  staleOnError: { value: 'unknown', source: 'Micronaut Security 4: what a failed fetch does was not checked' },
  verdictCacheTtl: { value: ZERO, source: 'Micronaut Security 4: JwtValidator caches no verdicts' },
  verdictCache: null,
  leeway: { value: 'unknown', source: 'Micronaut Security 4: the leeway was not checked: declare leeway' },
  requiresExp: {
    value: false,
    source: 'Micronaut Security 4: ExpirationJwtClaimsValidator, exp is checked when present',
  },
  settings: {
    keyCacheTtl: 'signatures.jwks.*.cache-expiration',
    fetchTimeout: 'the HTTP client of the service',
    staleOnError: 'measured by you',
    leeway: 'measured by you',
  },
  wouldBeBoundedBy: null,
  behaviour: 'Keeps the whole key set for cache-expiration.',
  whenFetchFails: 'Not checked.',
};
