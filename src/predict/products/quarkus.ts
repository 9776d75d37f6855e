import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const OIDC = 'Quarkus 3: OidcTenantConfig';
const PROVIDER = 'Quarkus 3: OidcProvider.java';
const SMALLRYE = 'smallrye-jwt 4: JWTAuthContextInfoProvider.java';

/** quarkus-oidc, application type service, jwks.resolve-early. */
export const quarkusOidc: Product = {
  id: 'quarkus-oidc',
  title: 'Quarkus OIDC',
  checked: { package: 'Quarkus', versions: ['3.27.0'], from: '3.0.0', below: '4.0.0', alongside: null },
  confirmed: 'read in source',
  cacheClass: 'd',
  scope: 'set',
  keyCacheTtl: {
    value: 'unbounded',
    source: `${OIDC}, jwks.resolve-early: keys are loaded at the start and do not expire`,
  },
  cooldown: { value: millis(600_000), source: `${OIDC}, token.forced-jwk-refresh-interval: 10M` },
  fetchTimeout: { value: 'unknown', source: `${PROVIDER}, the web client decides: declare fetch_timeout` },
  fetchAttempts: 1,
  staleOnError: { value: 'unbounded', source: `${PROVIDER}, the keys are replaced only when a fetch succeeds` },
  verdictCacheTtl: { value: ZERO, source: `${OIDC}, token-cache holds answers of introspection only` },
  verdictCache: null,
  leeway: { value: ZERO, source: `${OIDC}, token.lifespan-grace` },
  requiresExp: { value: true, source: `${PROVIDER}, setRequireExpirationTime` },
  settings: {
    cooldown: 'quarkus.oidc.token.forced-jwk-refresh-interval',
    fetchTimeout: 'measured by you',
    leeway: 'quarkus.oidc.token.lifespan-grace',
  },
  wouldBeBoundedBy:
    'a token under a new key arriving (it then fetches the whole set), a restart after the key is gone, or quarkus.oidc.token.require-jwt-introspection-only',
  behaviour:
    'Loads the key set at the start and never looks again at a key it knows. A token under an unknown kid makes it fetch the whole set, at most every ten minutes.',
  whenFetchFails: 'Goes on with the keys it knows.',
};

const DYNAMIC = 'Quarkus 3: DynamicVerificationKeyResolver.java';
const MEMORY = 'Quarkus 3: MemoryCache.java';

/** quarkus-oidc with jwks.resolve-early=false: keys are fetched one by one, into a cache that only a timer empties. */
export const quarkusOidcResolveLate: Product = {
  ...quarkusOidc,
  id: 'quarkus-oidc-resolve-late',
  title: 'Quarkus OIDC, jwks.resolve-early=false',
  cacheClass: 'd',
  scope: 'kid',
  keyCacheTtl: {
    value: 'unbounded',
    source: `${MEMORY}, get does not look at the age; without jwks.clean-up-timer-interval no key leaves`,
  },
  cooldown: { value: ZERO, source: `${DYNAMIC}, every key it does not hold is fetched at once` },
  staleOnError: { value: 'unbounded', source: `${DYNAMIC}, a key that it holds is not fetched again` },
  settings: { fetchTimeout: 'measured by you', leeway: 'quarkus.oidc.token.lifespan-grace' },
  wouldBeBoundedBy:
    'quarkus.oidc.jwks.clean-up-timer-interval, a restart after the key is gone, or quarkus.oidc.token.require-jwt-introspection-only',
  behaviour:
    'Fetches each key when a token first names it and never looks at it again: its time-to-live counts only where a clean-up timer is set.',
  whenFetchFails: 'Goes on with the keys it knows, and refuses tokens under others.',
};

/** The same with jwks.clean-up-timer-interval, which ends what is older than the time-to-live. */
export const quarkusOidcCleanUpTimer: Product = {
  ...quarkusOidcResolveLate,
  id: 'quarkus-oidc-clean-up-timer',
  title: 'Quarkus OIDC, jwks.resolve-early=false with a clean-up timer',
  cacheClass: 'e',
  keyCacheTtl: {
    value: 'unknown',
    source: `${MEMORY}, the time-to-live and the interval of the timer together: declare key_cache_ttl`,
  },
  staleOnError: { value: ZERO, source: `${DYNAMIC}, a fetch that fails is an error` },
  settings: {
    ...quarkusOidcResolveLate.settings,
    keyCacheTtl: 'quarkus.oidc.jwks.cache-time-to-live and clean-up-timer-interval together',
  },
  wouldBeBoundedBy: null,
  behaviour:
    'Fetches each key when a token first names it. The clean-up timer removes keys that are older than their time-to-live.',
  whenFetchFails: 'Refuses tokens under a key that the timer removed.',
};

/** mp.jwt.verify.publickey.location with a key set, as in Quarkus, WildFly and Open Liberty's SmallRye users. */
export const smallryeJwt: Product = {
  id: 'smallrye-jwt',
  title: 'SmallRye JWT',
  checked: { package: 'smallrye-jwt', versions: ['4.6.0'], from: '4.0.0', below: '5.0.0', alongside: 'jose4j' },
  confirmed: 'read in source',
  cacheClass: 'a',
  scope: 'set',
  keyCacheTtl: { value: millis(3_600_000), source: `${SMALLRYE}, smallrye.jwt.jwks.refresh-interval: 60 minutes` },
  maxAge: 'replaces',
  cooldown: { value: millis(1_800_000), source: `${SMALLRYE}, smallrye.jwt.jwks.forced-refresh-interval: 30 minutes` },
  // The longest wait before the next of them is 720 ms.
  fetchTimeout: { value: millis(40_720), source: 'jose4j: Get.java, connectTimeout and readTimeout: 20s each' },
  // retries: 3
  fetchAttempts: 4,
  staleOnError: { value: ZERO, source: `${SMALLRYE}, smallrye.jwt.jwks.retain-cache-on-error-duration: 0` },
  verdictCacheTtl: { value: ZERO, source: 'smallrye-jwt 4: DefaultJWTTokenParser.java caches no verdicts' },
  verdictCache: null,
  leeway: { value: millis(60_000), source: `${SMALLRYE}, mp.jwt.verify.clock.skew: 60` },
  requiresExp: { value: true, source: 'smallrye-jwt 4: DefaultJWTTokenParser.java, setRequireExpirationTime' },
  settings: {
    keyCacheTtl: 'smallrye.jwt.jwks.refresh-interval',
    cooldown: 'smallrye.jwt.jwks.forced-refresh-interval',
    staleOnError: 'smallrye.jwt.jwks.retain-cache-on-error-duration',
    leeway: 'mp.jwt.verify.clock.skew',
  },
  wouldBeBoundedBy: null,
  behaviour:
    'Keeps the whole key set for as long as Cache-Control max-age says, or for the refresh interval where it is not sent. A token under an unknown kid makes it fetch again, not sooner than the forced refresh interval after the last time.',
  whenFetchFails: 'Refuses tokens once the time-to-live has passed, unless retain-cache-on-error-duration is set.',
};
