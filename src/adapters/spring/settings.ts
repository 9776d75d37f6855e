import { ZERO, millis } from '../../model/quantity.ts';
import type { Setting } from '../adapter.ts';

const PREFIX = 'spring.security.oauth2.resourceserver';
const CLIENT = 'spring.security.oauth2.authorizationserver.client.<id>';
const PROPERTIES = 'Spring Boot 4.0: OAuth2ResourceServerProperties.java';
const DECODER = 'Spring Boot 4.0: JwtDecoderConfiguration.java';
const JWT = 'Spring Security 7.1: oauth2/oauth2-jose/src/main/java/org/springframework/security/oauth2/jwt';
const INTROSPECTION =
  'Spring Security 7.1: oauth2/oauth2-resource-server/src/main/java/org/springframework/security/oauth2/server/resource/introspection';
const SERVER = 'Spring Boot 4.0: OAuth2AuthorizationServerProperties.java';

/** Everything that is read, and the facts that code alone could change. */
export const SPRING_SETTINGS: readonly Setting[] = [
  { on: 'verifier', fact: 'jwksUri', setting: `${PREFIX}.jwt.jwk-set-uri`, absent: null },
  {
    on: 'verifier',
    fact: 'discoveryUrl',
    setting: `${PREFIX}.jwt.issuer-uri`,
    absent: null,
    note: 'Counts where no `jwk-set-uri` is written.',
  },
  {
    on: 'verifier',
    fact: 'keySource',
    setting: `${PREFIX}.jwt.public-key-location`,
    absent: null,
    note: 'A public key counts only where neither `jwk-set-uri` nor `issuer-uri` is written.',
  },
  {
    on: 'verifier',
    fact: 'issuers',
    setting: `${PREFIX}.jwt.issuer-uri`,
    absent: { origin: 'default', value: null, source: `${DECODER}, getValidator: no issuer-uri, no check` },
    note: 'With `jwk-set-uri` alone the issuer is not checked.',
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: `${PREFIX}.jwt.audiences`,
    absent: { origin: 'default', value: null, source: `${PROPERTIES}, audiences is empty, which checks nothing` },
  },
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: `${PREFIX}.jwt.jws-algorithms`,
    absent: { origin: 'default', value: ['RS256'], source: `${PROPERTIES}, jwsAlgorithms` },
    note: 'Without effect beside an `issuer-uri` alone: algorithms are then those of the key set.',
  },
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: null,
    absent: null,
    note: 'Five minutes on the servlet stack; on WebFlux a known key is never looked at again.',
  },
  {
    on: 'verifier',
    fact: 'leeway',
    setting: null,
    absent: {
      origin: 'platform',
      value: millis(60_000),
      source: `${JWT}/JwtTimestampValidator.java, DEFAULT_MAX_CLOCK_SKEW: 60 s`,
    },
  },
  {
    on: 'verifier',
    fact: 'requiresExp',
    setting: null,
    absent: {
      origin: 'platform',
      value: false,
      source: `${JWT}/JwtTimestampValidator.java, allowEmptyExpiryClaim is true`,
    },
  },
  {
    on: 'verifier',
    fact: 'refetchOnUnknownKid',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'unthrottled',
      source: `${JWT}/NimbusJwtDecoder.java, rateLimited(false), and ReactiveRemoteJWKSource.java fetch for every unknown kid`,
    },
  },
  {
    on: 'verifier',
    fact: 'verdictCacheTtl',
    setting: null,
    absent: { origin: 'platform', value: ZERO, source: `${JWT}/NimbusJwtDecoder.java caches no verdicts` },
  },
  {
    on: 'verifier',
    fact: 'introspectionCacheTtl',
    setting: `${PREFIX}.opaquetoken.introspection-uri`,
    absent: {
      origin: 'platform',
      value: ZERO,
      source: `${INTROSPECTION}/SpringOpaqueTokenIntrospector.java asks for every request`,
    },
  },
  { on: 'issuer', fact: 'issuer', setting: 'spring.security.oauth2.authorizationserver.issuer', absent: null },
  {
    on: 'issuer',
    fact: 'accessTokenLifetime',
    setting: 'jwt.expiration',
    unit: 'ms',
    absent: null,
    note: 'A setting of the application’s own, under any name with `jwt` in it. A bare number counts only where the name says its unit, or where it is too large for seconds.',
  },
  {
    on: 'issuer',
    fact: 'refreshTokenLifetime',
    setting: 'jwt.refresh-expiration',
    unit: 'ms',
    absent: null,
    note: 'As for access tokens.',
  },
  { on: 'client', fact: 'clientId', setting: `${CLIENT}.registration.client-id`, absent: null },
  {
    on: 'client',
    fact: 'grantTypes',
    setting: `${CLIENT}.registration.authorization-grant-types`,
    absent: null,
  },
  { on: 'client', fact: 'redirectUris', setting: `${CLIENT}.registration.redirect-uris`, absent: null },
  {
    on: 'client',
    fact: 'pkceRequired',
    setting: `${CLIENT}.require-proof-key`,
    absent: null,
    note: 'True by default since Spring Boot 4.0 and false before, so nothing is said where it is not written.',
  },
  {
    on: 'client',
    fact: 'accessTokenLifetime',
    setting: `${CLIENT}.token.access-token-time-to-live`,
    unit: 'ms',
    absent: { origin: 'default', value: millis(300_000), source: `${SERVER}, accessTokenTimeToLive` },
  },
  {
    on: 'client',
    fact: 'refreshTokenLifetime',
    setting: `${CLIENT}.token.refresh-token-time-to-live`,
    unit: 'ms',
    absent: { origin: 'default', value: millis(3_600_000), source: `${SERVER}, refreshTokenTimeToLive` },
  },
  {
    on: 'client',
    fact: 'refreshRotation',
    setting: `${CLIENT}.token.reuse-refresh-tokens`,
    absent: { origin: 'default', value: false, source: `${SERVER}, reuseRefreshTokens is true` },
  },
];
