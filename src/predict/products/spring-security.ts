import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const DECODER = 'Spring Security 7.1.1: NimbusJwtDecoder';
const REACTIVE = 'Spring Security 7.1.1: ReactiveRemoteJWKSource';
const TIMES = 'Spring Security 7.1.1: JwtTimestampValidator';

const COMMON = {
  confirmed: 'read in source',
  fetchAttempts: 1,
  verdictCache: null,
  leeway: { value: millis(60_000), source: `${TIMES}, DEFAULT_MAX_CLOCK_SKEW` },
  requiresExp: { value: false, source: `${TIMES}, exp is checked when present` },
} as const;

/** The servlet stack: NimbusJwtDecoder with a jwk-set-uri or an issuer-uri. */
export const springSecurity: Product = {
  ...COMMON,
  id: 'spring-security',
  title: 'Spring Security, servlet',
  checked: {
    package: 'Spring Security',
    versions: ['7.1.1'],
    from: '7.0.0',
    below: '8.0.0',
    alongside: 'Nimbus JOSE + JWT',
  },
  cacheClass: 'a',
  scope: 'set',
  keyCacheTtl: { value: millis(300_000), source: `${DECODER}, the default of JWKSourceBuilder: 5 minutes` },
  cooldown: { value: ZERO, source: `${DECODER}, rateLimited(false): an unknown kid fetches at once` },
  fetchTimeout: {
    value: millis(1000),
    source: `${DECODER}, RestTemplateWithNimbusDefaultTimeouts: 500ms to connect, 500ms to read`,
  },
  staleOnError: { value: ZERO, source: `${DECODER}, outageTolerant is off: a fetch that fails is an error` },
  verdictCacheTtl: { value: ZERO, source: `${DECODER} caches no verdicts` },
  settings: {
    keyCacheTtl: 'the Cache given to the builder',
    fetchTimeout: 'the RestOperations given to the builder',
    leeway: 'JwtTimestampValidator(Duration)',
  },
  wouldBeBoundedBy: null,
  behaviour: 'Keeps the whole key set for five minutes and fetches again for an unknown kid.',
  whenFetchFails: 'Refuses tokens once the time-to-live has passed.',
};

const BEFORE_7 = 'Spring Security 6.5: NimbusJwtDecoder';
const BEFORE_65 = 'Nimbus JOSE + JWT 9: RemoteJWKSet';

/** With the RestTemplate of Spring as it is, which never gives up. */
export const springSecurity65: Product = {
  ...springSecurity,
  checked: {
    package: 'Spring Security',
    versions: ['6.5.11'],
    from: '6.5.0',
    below: '7.0.0',
    alongside: 'Nimbus JOSE + JWT',
  },
  keyCacheTtl: { value: millis(300_000), source: `${BEFORE_7}, the default of JWKSourceBuilder: 5 minutes` },
  cooldown: { value: ZERO, source: `${BEFORE_7}, rateLimited(false): an unknown kid fetches at once` },
  fetchTimeout: {
    value: 'unbounded',
    source: `${BEFORE_7}, new RestTemplate() without time-outs: an answer may take for ever`,
  },
  staleOnError: { value: ZERO, source: `${BEFORE_7}, outageTolerant is off: a fetch that fails is an error` },
};

/** With RemoteJWKSet of Nimbus, which fetches after five minutes and forgets after fifteen. */
export const springSecurityBefore65: Product = {
  ...springSecurity,
  checked: {
    package: 'Spring Security',
    versions: ['5.8.16', '6.4.13'],
    from: '5.8.0',
    below: '6.5.0',
    alongside: 'Nimbus JOSE + JWT 9',
  },
  cacheClass: 'g',
  keyCacheTtl: { value: millis(300_000), source: `${BEFORE_65}, DEFAULT_REFRESH_TIME_MINUTES: 5` },
  cooldown: { value: ZERO, source: `${BEFORE_65}, an unknown kid fetches at once` },
  fetchTimeout: {
    value: 'unbounded',
    source: 'Spring Security 6.4: NimbusJwtDecoder, new RestTemplate() without time-outs: an answer may take for ever',
  },
  staleOnError: {
    value: millis(600_000),
    source: `${BEFORE_65}, DEFAULT_LIFESPAN_MINUTES: 15, counted from the same fetch`,
  },
  behaviour:
    'Fetches the whole key set again after five minutes, and for an unknown kid. While it cannot, the old set is used until it is fifteen minutes old.',
  whenFetchFails: 'Goes on with the old set until it is fifteen minutes old.',
};

/** WebFlux and Spring Cloud Gateway: NimbusReactiveJwtDecoder. */
export const springSecurityReactive: Product = {
  ...COMMON,
  id: 'spring-security-reactive',
  title: 'Spring Security, WebFlux',
  checked: {
    package: 'Spring Security',
    versions: ['5.1.0', '7.1.1'],
    from: '5.1.0',
    below: '8.0.0',
    alongside: 'Nimbus JOSE + JWT',
  },
  cacheClass: 'd',
  scope: 'set',
  keyCacheTtl: { value: 'unbounded', source: `${REACTIVE}, cachedJWKSet has no expiry` },
  cooldown: { value: ZERO, source: `${REACTIVE}, an unknown kid fetches at once` },
  fetchTimeout: { value: 'unknown', source: `${REACTIVE}, the WebClient decides: declare fetch_timeout` },
  staleOnError: { value: 'unbounded', source: `${REACTIVE}, the set is replaced only when a fetch succeeds` },
  verdictCacheTtl: { value: ZERO, source: `${REACTIVE} caches no verdicts` },
  settings: { fetchTimeout: 'the WebClient given to the builder', leeway: 'JwtTimestampValidator(Duration)' },
  wouldBeBoundedBy:
    'a token under a new key arriving (it then fetches the whole set), a restart after the key is gone, or a kid on the denylist',
  behaviour:
    'Never looks again at a key it knows; unlike the servlet stack it has no time-to-live. Only a token under an unknown kid makes it fetch the whole set.',
  whenFetchFails: 'Goes on with the keys it knows.',
};
