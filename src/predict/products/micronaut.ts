import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const JWKS = 'Micronaut Security 4: JwksSignatureConfigurationProperties';

/** micronaut.security.token.jwt.signatures.jwks. */
export const micronaut: Product = {
  id: 'micronaut',
  title: 'Micronaut Security, signatures.jwks',
  checked: { package: 'Micronaut Security', versions: ['4.11.0'], from: '4.8.0', below: '5.0.0', alongside: null },
  confirmed: 'read in source',
  cacheClass: 'a',
  scope: 'set',
  keyCacheTtl: { value: millis(60_000), source: `${JWKS}, cache-expiration: 60` },
  cooldown: null,
  fetchTimeout: { value: 'unknown', source: 'Micronaut Security 4: the HTTP client decides: declare fetch_timeout' },
  fetchAttempts: 1,
  staleOnError: {
    value: ZERO,
    source: 'Micronaut Security 4: ReactorCacheJwkSetFetcher.java, an expired entry is loaded again or there is none',
  },
  verdictCacheTtl: { value: ZERO, source: 'Micronaut Security 4: JwtValidator caches no verdicts' },
  verdictCache: null,
  leeway: { value: ZERO, source: 'Micronaut Security 4: ExpirationJwtClaimsValidator.java, exp without leeway' },
  requiresExp: {
    value: false,
    source: 'Micronaut Security 4: ExpirationJwtClaimsValidator, exp is checked when present',
  },
  settings: {
    keyCacheTtl: 'signatures.jwks.*.cache-expiration',
    fetchTimeout: 'the HTTP client of the service',
  },
  wouldBeBoundedBy: null,
  behaviour:
    'Keeps the whole key set for cache-expiration. A token under an unknown kid is refused and does not make it fetch.',
  whenFetchFails: 'Refuses tokens once the time-to-live has passed.',
};
