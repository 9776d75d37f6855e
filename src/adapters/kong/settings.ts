import { ZERO, millis } from '../../model/quantity.ts';
import type { Setting } from '../adapter.ts';

const SCHEMA = 'Kong 3: kong/plugins/jwt/schema.lua';
const HANDLER = 'Kong 3: kong/plugins/jwt/handler.lua';
const OIDC = 'Kong/developer.konghq.com: app/_schemas/gateway/plugins/3.15/OpenidConnect.json';
const DISCOVERY = 'Kong/developer.konghq.com: app/_kong_plugins/openid-connect/index.md, Discovery cache';
const OAUTH2 = 'Kong 3: kong/plugins/oauth2/schema.lua';

/** Plugin jwt. */
export const JWT_SETTINGS: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'expVerified',
    setting: 'jwt: config.claims_to_verify',
    absent: { origin: 'default', value: false, source: `${SCHEMA}, claims_to_verify has no default` },
    note: 'Expired tokens pass unless `exp` is in the list.',
  },
  {
    on: 'verifier',
    fact: 'requiresExp',
    setting: 'jwt: config.claims_to_verify',
    absent: { origin: 'default', value: false, source: `${SCHEMA}, claims_to_verify has no default` },
  },
  {
    on: 'verifier',
    fact: 'maxLifetime',
    setting: 'jwt: config.maximum_expiration',
    unit: 's',
    absent: { origin: 'default', value: 'unbounded', source: `${SCHEMA}, maximum_expiration: 0` },
    note: 'How far in the future `exp` may be.',
  },
  {
    on: 'verifier',
    fact: 'issuers',
    setting: 'jwt_secrets[].key, jwt: config.key_claim_name',
    absent: null,
    note: 'The claim `key_claim_name`, by default `iss`, must be the key of a credential. With another claim the issuer is not looked at.',
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: null,
    absent: { origin: 'platform', value: null, source: `${HANDLER} does not look at aud` },
  },
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: 'jwt_secrets[].algorithm',
    absent: {
      origin: 'platform',
      value: 'from-key',
      source: `${HANDLER}: alg must be that of the credential, by default HS256`,
    },
  },
  {
    on: 'verifier',
    fact: 'keySource',
    setting: 'jwt_secrets[]',
    absent: { origin: 'platform', value: 'static', source: 'Kong 3: kong/plugins/jwt/daos.lua, keys are jwt_secrets' },
  },
  {
    on: 'verifier',
    fact: 'leeway',
    setting: null,
    absent: { origin: 'platform', value: ZERO, source: 'Kong 3: kong/plugins/jwt/jwt_parser.lua, exp without leeway' },
  },
  {
    on: 'verifier',
    fact: 'missingTokenAllowed',
    setting: 'jwt: config.anonymous',
    absent: { origin: 'default', value: false, source: `${SCHEMA}, anonymous` },
    note: 'Unknown where a request-termination plugin ends the requests of the anonymous consumer.',
  },
  {
    on: 'verifier',
    fact: 'failedTokenAllowed',
    setting: 'jwt: config.anonymous',
    absent: { origin: 'default', value: false, source: `${SCHEMA}, anonymous` },
  },
  {
    on: 'verifier',
    fact: 'queryTokenAccepted',
    setting: 'jwt: config.uri_param_names',
    absent: { origin: 'default', value: true, source: `${SCHEMA}, uri_param_names: jwt` },
  },
  {
    on: 'verifier',
    fact: 'forwardsToken',
    setting: null,
    absent: { origin: 'platform', value: true, source: `${HANDLER} leaves the token in the request` },
  },
];

/** Plugin openid-connect. */
export const OIDC_SETTINGS: readonly Setting[] = [
  { on: 'verifier', fact: 'discoveryUrl', setting: 'openid-connect: config.issuer', absent: null },
  {
    on: 'verifier',
    fact: 'issuers',
    setting: 'openid-connect: config.issuers_allowed',
    absent: null,
    note: 'Without it the issuer of the discovery document.',
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'openid-connect: config.audience_required',
    absent: { origin: 'default', value: null, source: `${OIDC}, audience_required` },
  },
  {
    on: 'verifier',
    fact: 'signatureVerified',
    setting: 'openid-connect: config.verify_signature',
    absent: { origin: 'default', value: true, source: `${OIDC}, verify_signature` },
  },
  {
    on: 'verifier',
    fact: 'expVerified',
    setting: 'openid-connect: config.verify_claims',
    absent: { origin: 'default', value: true, source: `${OIDC}, verify_claims` },
  },
  {
    on: 'verifier',
    fact: 'leeway',
    setting: 'openid-connect: config.leeway',
    unit: 's',
    absent: { origin: 'default', value: ZERO, source: `${OIDC}, leeway` },
  },
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: 'openid-connect: config.cache_ttl',
    unit: 's',
    absent: { origin: 'default', value: millis(3_600_000), source: `${DISCOVERY}: cache_ttl, 3600 by default` },
  },
  {
    on: 'verifier',
    fact: 'cooldown',
    setting: 'openid-connect: config.rediscovery_lifetime',
    unit: 's',
    absent: { origin: 'default', value: millis(30_000), source: `${OIDC}, rediscovery_lifetime: 30` },
  },
  {
    on: 'verifier',
    fact: 'refetchOnUnknownKid',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'throttled',
      source: `${DISCOVERY}: rediscovery_lifetime must pass in between`,
    },
  },
  {
    on: 'verifier',
    fact: 'introspectionCacheTtl',
    setting: 'openid-connect: config.cache_introspection, config.cache_ttl_max',
    unit: 's',
    absent: {
      origin: 'default',
      value: 'unbounded',
      source: `${OIDC}, cache_introspection: true; cache_ttl counts only for an answer without exp, and cache_ttl_max has no default`,
    },
    note: 'Until the `exp` of the token unless `cache_ttl_max` cuts it. Of tokens that are introspected: opaque ones, and all with `introspect_jwt_tokens`.',
  },
  {
    on: 'verifier',
    fact: 'missingTokenAllowed',
    setting: 'openid-connect: config.anonymous',
    absent: { origin: 'default', value: false, source: `${OIDC}, anonymous` },
  },
  {
    on: 'verifier',
    fact: 'failedTokenAllowed',
    setting: 'openid-connect: config.anonymous',
    absent: { origin: 'default', value: false, source: `${OIDC}, anonymous` },
  },
  {
    on: 'verifier',
    fact: 'queryTokenAccepted',
    setting: 'openid-connect: config.bearer_token_param_type',
    absent: { origin: 'default', value: true, source: `${OIDC}, bearer_token_param_type: header, query, body` },
  },
  {
    on: 'verifier',
    fact: 'senderConstraint',
    setting: 'openid-connect: config.proof_of_possession_dpop, config.proof_of_possession_mtls',
    absent: { origin: 'default', value: 'none', source: `${OIDC}, proof_of_possession_dpop: off` },
  },
  {
    on: 'verifier',
    fact: 'derivedSessionLifetime',
    setting: 'openid-connect: config.session_absolute_timeout',
    unit: 's',
    absent: { origin: 'default', value: millis(86_400_000), source: `${OIDC}, session_absolute_timeout` },
    note: 'Only where `session` is among the `auth_methods`, as it is by default.',
  },
  {
    on: 'verifier',
    fact: 'tlsVerified',
    setting: 'openid-connect: config.ssl_verify',
    absent: null,
  },
];

/** Plugin oauth2: Kong itself gives out opaque tokens. */
export const OAUTH2_SETTINGS: readonly Setting[] = [
  {
    on: 'issuer',
    fact: 'accessTokenLifetime',
    setting: 'oauth2: config.token_expiration',
    unit: 's',
    absent: { origin: 'default', value: millis(7_200_000), source: `${OAUTH2}, token_expiration: 7200` },
    note: '`0` never expires.',
  },
  {
    on: 'issuer',
    fact: 'refreshTokenLifetime',
    setting: 'oauth2: config.refresh_token_ttl',
    unit: 's',
    absent: { origin: 'default', value: millis(1_209_600_000), source: `${OAUTH2}, refresh_token_ttl: 1209600` },
    note: '`0` never expires, as it does beside `token_expiration: 0` (kong/plugins/oauth2/access.lua).',
  },
  {
    on: 'issuer',
    fact: 'refreshRotation',
    setting: 'oauth2: config.reuse_refresh_token',
    absent: { origin: 'default', value: true, source: `${OAUTH2}, reuse_refresh_token: false` },
  },
  {
    on: 'issuer',
    fact: 'accessTokenFormat',
    setting: null,
    absent: { origin: 'platform', value: 'opaque', source: 'Kong 3: kong/plugins/oauth2/access.lua looks tokens up' },
  },
];

/** Routes of the file, judged by the plugins that reach them. */
export const ROUTE_SETTINGS: readonly Setting[] = [
  {
    on: 'route',
    fact: 'requirement',
    setting: 'plugins of the route, its service, and global ones',
    absent: {
      origin: 'default',
      value: 'none',
      source:
        'Kong 3: kong/runloop/plugins_iterator.lua, only plugins that are configured run, so a route without one is open',
    },
    note: 'Unknown where another kind of authentication guards it.',
  },
];
