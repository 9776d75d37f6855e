import { ZERO, millis } from '../../model/quantity.ts';
import type { Setting } from '../adapter.ts';

const TENANT = 'Quarkus 3: OidcTenantConfig.java';
const PROVIDER = 'Quarkus 3: OidcProvider.java';
const SMALLRYE = 'smallrye-jwt 4: JWTAuthContextInfoProvider.java';
const PARSER = 'smallrye-jwt 4: DefaultJWTTokenParser.java';

/** Settings of one tenant of quarkus-oidc. */
export const OIDC_SETTINGS: readonly Setting[] = [
  { on: 'verifier', fact: 'discoveryUrl', setting: 'quarkus.oidc.auth-server-url', absent: null },
  {
    on: 'verifier',
    fact: 'jwksUri',
    setting: 'quarkus.oidc.jwks-path',
    absent: null,
    note: 'Counts where `discovery-enabled` is false; else discovery finds it.',
  },
  {
    on: 'verifier',
    fact: 'keySource',
    setting: 'quarkus.oidc.public-key',
    absent: null,
    note: 'With a public key no server is asked.',
  },
  {
    on: 'verifier',
    fact: 'issuers',
    setting: 'quarkus.oidc.token.issuer',
    absent: null,
    note: 'Without it the issuer of the discovery document counts; `any` turns the check off.',
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'quarkus.oidc.token.audience',
    absent: {
      origin: 'default',
      value: null,
      source: `${TENANT}, token.audience: access tokens are checked only where it is set`,
    },
    note: '`any` turns the check off. For a web application the audience of ID tokens is the `client-id`.',
  },
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: 'quarkus.oidc.token.signature-algorithm',
    absent: {
      origin: 'default',
      value: 'any',
      source: `${TENANT}, token.signature-algorithm: every asymmetric one unless it is set`,
    },
  },
  {
    on: 'verifier',
    fact: 'leeway',
    setting: 'quarkus.oidc.token.lifespan-grace',
    unit: 's',
    absent: { origin: 'default', value: ZERO, source: `${TENANT}, token.lifespan-grace` },
  },
  {
    on: 'verifier',
    fact: 'requiresExp',
    setting: null,
    absent: { origin: 'platform', value: true, source: `${PROVIDER}, setRequireExpirationTime` },
  },
  {
    on: 'verifier',
    fact: 'maxLifetime',
    setting: 'quarkus.oidc.token.age',
    unit: 's',
    absent: null,
    note: 'Counted from `iat`.',
  },
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: 'quarkus.oidc.jwks.cache-time-to-live',
    unit: 's',
    absent: {
      origin: 'default',
      value: 'unbounded',
      source: `${TENANT}, jwks.resolve-early is true: keys are loaded at the start and do not expire`,
    },
    note: 'Counts only beside `jwks.resolve-early=false` and `jwks.clean-up-timer-interval`, which is added to it: the age of a key is looked at by that timer alone.',
  },
  {
    on: 'verifier',
    fact: 'cooldown',
    setting: 'quarkus.oidc.token.forced-jwk-refresh-interval',
    unit: 's',
    absent: { origin: 'default', value: millis(600_000), source: `${TENANT}, token.forced-jwk-refresh-interval: 10M` },
  },
  {
    on: 'verifier',
    fact: 'refetchOnUnknownKid',
    setting: 'quarkus.oidc.jwks.resolve-early',
    absent: {
      origin: 'default',
      value: 'throttled',
      source: `${PROVIDER}, JsonWebKeyResolver.refresh waits for the forced interval`,
    },
    note: 'With `resolve-early=false` every unknown kid fetches.',
  },
  {
    on: 'verifier',
    fact: 'verdictCacheTtl',
    setting: null,
    absent: {
      origin: 'platform',
      value: ZERO,
      source: 'Quarkus 3: OidcConfig.java, the token cache is for introspection only',
    },
  },
  {
    on: 'verifier',
    fact: 'introspectionCacheTtl',
    setting: 'quarkus.oidc.token-cache.time-to-live',
    unit: 's',
    absent: null,
    note: 'Counts where `token-cache.max-size` and `token-cache.clean-up-timer-interval` are set; without the timer an answer stays until the cache is full.',
  },
  {
    on: 'verifier',
    fact: 'tlsVerified',
    setting: 'quarkus.oidc.tls.verification',
    absent: null,
    note: '`none` trusts every certificate. Deprecated: `tls.tls-configuration-name` names a TLS configuration that is not read.',
  },
  {
    on: 'verifier',
    fact: 'senderConstraint',
    setting: 'quarkus.oidc.token.certificate-bound',
    absent: null,
  },
];

/** Settings of SmallRye JWT, which the MicroProfile names are part of. */
export const SMALLRYE_SETTINGS: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'jwksUri',
    setting: 'mp.jwt.verify.publickey.location',
    absent: null,
    note: 'A file or a class-path resource is a static key.',
  },
  { on: 'verifier', fact: 'keySource', setting: 'mp.jwt.verify.publickey', absent: null },
  {
    on: 'verifier',
    fact: 'issuers',
    setting: 'mp.jwt.verify.issuer',
    absent: { origin: 'default', value: null, source: `${SMALLRYE}, mp.jwt.verify.issuer: not checked unless set` },
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'mp.jwt.verify.audiences',
    absent: { origin: 'default', value: null, source: `${PARSER}, setSkipDefaultAudienceValidation unless set` },
  },
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: 'mp.jwt.verify.publickey.algorithm',
    absent: { origin: 'default', value: ['RS256'], source: `${SMALLRYE}, mp.jwt.verify.publickey.algorithm` },
  },
  {
    on: 'verifier',
    fact: 'leeway',
    setting: 'mp.jwt.verify.clock.skew',
    unit: 's',
    absent: { origin: 'default', value: millis(60_000), source: `${SMALLRYE}, mp.jwt.verify.clock.skew: 60` },
    note: '0 is taken for unset, so the leeway cannot be turned off.',
  },
  {
    on: 'verifier',
    fact: 'requiresExp',
    setting: null,
    absent: { origin: 'platform', value: true, source: `${PARSER}, setRequireExpirationTime` },
  },
  {
    on: 'verifier',
    fact: 'maxLifetime',
    setting: 'mp.jwt.verify.token.age',
    unit: 's',
    absent: null,
    note: 'Counted from `iat`; `smallrye.jwt.time-to-live` caps `exp` minus `iat`. The smaller counts.',
  },
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: 'smallrye.jwt.jwks.refresh-interval',
    unit: 'm',
    absent: { origin: 'default', value: millis(3_600_000), source: `${SMALLRYE}, jwks.refresh-interval: 60 minutes` },
    note: 'Cache-Control max-age of the answer takes its place.',
  },
  {
    on: 'verifier',
    fact: 'cooldown',
    setting: 'smallrye.jwt.jwks.forced-refresh-interval',
    unit: 'm',
    absent: {
      origin: 'default',
      value: millis(1_800_000),
      source: `${SMALLRYE}, jwks.forced-refresh-interval: 30 minutes`,
    },
  },
  {
    on: 'verifier',
    fact: 'staleOnError',
    setting: 'smallrye.jwt.jwks.retain-cache-on-error-duration',
    unit: 'm',
    absent: { origin: 'default', value: ZERO, source: `${SMALLRYE}, jwks.retain-cache-on-error-duration: 0` },
  },
  {
    on: 'verifier',
    fact: 'refetchOnUnknownKid',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'throttled',
      source: 'smallrye-jwt 4: AbstractKeyLocationResolver.java, an unknown kid waits for the forced refresh interval',
    },
  },
  {
    on: 'verifier',
    fact: 'verdictCacheTtl',
    setting: null,
    absent: { origin: 'platform', value: ZERO, source: `${PARSER} caches no verdicts` },
  },
  {
    on: 'verifier',
    fact: 'tlsVerified',
    setting: 'smallrye.jwt.client.tls.trust-all',
    absent: { origin: 'default', value: true, source: `${SMALLRYE}, client.tls.trust-all: false` },
  },
  { on: 'issuer', fact: 'issuer', setting: 'smallrye.jwt.new-token.issuer', absent: null },
  {
    on: 'issuer',
    fact: 'accessTokenLifetime',
    setting: 'smallrye.jwt.new-token.lifespan',
    unit: 's',
    absent: {
      origin: 'default',
      value: millis(300_000),
      source: 'smallrye-jwt 4: JwtBuildUtils.java, lifespan of 300 seconds',
    },
    note: 'A claim that the code sets itself wins.',
  },
  {
    on: 'issuer',
    fact: 'signingAlgorithms',
    setting: 'smallrye.jwt.new-token.signature-algorithm',
    absent: null,
  },
];
