import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const BUILDER = 'Nimbus JOSE + JWT 10: JWKSourceBuilder.java';

/** Nimbus JOSE + JWT with JWKSourceBuilder and its defaults. Spring Security sets others and is a product of its own. */
export const nimbusJoseJwt: Product = {
  id: 'nimbus-jose-jwt',
  title: 'Nimbus JOSE + JWT, JWKSourceBuilder',
  checked: { package: 'nimbus-jose-jwt', versions: ['10.5'], from: '9.26', below: '11.0', alongside: null },
  confirmed: 'read in source',
  // It also fetches ahead of time, which can only make it shorter.
  cacheClass: 'a',
  scope: 'set',
  keyCacheTtl: { value: millis(300_000), source: `${BUILDER}, DEFAULT_CACHE_TIME_TO_LIVE: 5 minutes` },
  cooldown: { value: millis(30_000), source: `${BUILDER}, DEFAULT_RATE_LIMIT_MIN_INTERVAL: 30s` },
  fetchTimeout: { value: millis(1000), source: `${BUILDER}, DEFAULT_HTTP_CONNECT_TIMEOUT and _READ_TIMEOUT: 500ms` },
  fetchAttempts: 1,
  staleOnError: { value: ZERO, source: `${BUILDER}, outageTolerant is off` },
  verdictCacheTtl: { value: ZERO, source: 'Nimbus JOSE + JWT 10: DefaultJWTProcessor.java caches no verdicts' },
  verdictCache: null,
  leeway: { value: millis(60_000), source: 'Nimbus JOSE + JWT 10: DefaultJWTClaimsVerifier.java, maxClockSkew: 60' },
  requiresExp: {
    value: false,
    source: 'Nimbus JOSE + JWT 10: DefaultJWTClaimsVerifier.java, exp is checked when present',
  },
  settings: {
    keyCacheTtl: 'cache(timeToLive, ...)',
    cooldown: 'rateLimited(minTimeInterval)',
    fetchTimeout: 'the ResourceRetriever given to the builder',
    staleOnError: 'outageTolerant(timeToLive)',
    leeway: 'setMaxClockSkew',
    requiresExp: 'requiredClaims',
  },
  wouldBeBoundedBy: null,
  behaviour: 'Keeps the whole key set for five minutes and fetches again for an unknown kid, at most every 30 seconds.',
  whenFetchFails: 'Refuses tokens once the time-to-live has passed; with outageTolerant it goes on with the old set.',
};
