import { ZERO, millis } from '../../model/quantity.ts';
import type { Setting } from '../adapter.ts';

const CONF = 'mod_auth_openidc 2.4.20: auth_openidc.conf';
const OAUTH = 'mod_auth_openidc 2.4.20: src/oauth.c';
const SINCE = '>= 2.4.20';

/** Facts of mod_auth_openidc, with the directives they come from. */
export const settings: readonly Setting[] = [
  { on: 'verifier', fact: 'keySource', setting: 'OIDCOAuthVerifyJwksUri, OIDCProviderMetadataURL, ...', absent: null },
  { on: 'verifier', fact: 'jwksUri', setting: 'OIDCOAuthVerifyJwksUri, OIDCProviderJwksUri', absent: null },
  {
    on: 'verifier',
    fact: 'discoveryUrl',
    setting: 'OIDCProviderMetadataURL, OIDCOAuthServerMetadataURL',
    absent: null,
  },
  {
    on: 'verifier',
    fact: 'issuers',
    setting: 'OIDCOAuthVerifyIssuer, OIDCProviderIssuer',
    absent: { origin: 'default', value: null, source: `${CONF}, OIDCOAuthVerifyIssuer: not verified unless defined` },
    note: 'OIDCOAuthVerifyIssuer is new in 2.4.20; `Require claim iss:...` does the same before. Log-ins compare the issuer unless OIDCValidateIssuer is off.',
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'OIDCOAuthVerifyAudience, OIDCClientID',
    absent: { origin: 'default', value: null, source: `${CONF}, OIDCOAuthVerifyAudience: not verified unless defined` },
    note: 'OIDCOAuthVerifyAudience is new in 2.4.20 (GHSA-wcvh-g65p-v576); `Require claim aud:...` does the same before. Log-ins take ID tokens for OIDCClientID only.',
  },
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: 'OIDCIDTokenSignedResponseAlg',
    absent: {
      origin: 'platform',
      value: 'any',
      source: `${OAUTH}: oidc_proto_jwt_verify is called without an algorithm`,
    },
    note: 'Counts for log-ins; access tokens may be signed with any algorithm that fits the key.',
  },
  {
    on: 'verifier',
    fact: 'expVerified',
    setting: null,
    absent: { origin: 'platform', value: true, source: 'mod_auth_openidc 2.4.20: src/proto/jwt.c' },
  },
  {
    on: 'verifier',
    fact: 'requiresExp',
    setting: null,
    absent: { origin: 'platform', value: true, source: `${OAUTH}: exp is mandatory`, versions: SINCE },
    note: 'Before 2.4.20 an access token without exp is accepted.',
  },
  {
    on: 'verifier',
    fact: 'leeway',
    setting: null,
    absent: { origin: 'platform', value: ZERO, source: 'mod_auth_openidc 2.4.20: src/proto/jwt.c, exp without leeway' },
  },
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: 'OIDCJWKSRefreshInterval',
    unit: 's',
    absent: { origin: 'default', value: millis(3_600_000), source: `${CONF}, OIDCJWKSRefreshInterval: 3600` },
  },
  {
    on: 'verifier',
    fact: 'verdictCacheTtl',
    setting: 'OIDCOAuthTokenIntrospectionInterval',
    unit: 's',
    absent: null,
    note: 'Since 2.4.20 a verified access token is remembered until its exp, unless this is -1 or a number of seconds.',
  },
  {
    on: 'verifier',
    fact: 'introspectionCacheTtl',
    setting: 'OIDCOAuthTokenIntrospectionInterval',
    unit: 's',
    absent: null,
  },
  {
    on: 'verifier',
    fact: 'refetchOnUnknownKid',
    setting: 'OIDC_JWKS_FORCED_REFRESH_INTERVAL',
    absent: {
      origin: 'default',
      value: 'throttled',
      source: 'mod_auth_openidc 2.4.20: src/metadata/jwks.c, at most once in 60s',
      versions: SINCE,
    },
  },
  {
    on: 'verifier',
    fact: 'staleOnError',
    setting: null,
    absent: {
      origin: 'platform',
      value: ZERO,
      source: 'mod_auth_openidc 2.4.20: src/metadata/jwks.c, a failed fetch gives no keys',
    },
  },
  {
    on: 'verifier',
    fact: 'fetchTimeout',
    setting: 'OIDCHTTPTimeoutLong',
    unit: 's',
    absent: {
      origin: 'default',
      value: millis(60_500),
      source: `${CONF}, OIDCHTTPTimeoutLong: 30s, and once more after 500ms`,
      versions: SINCE,
    },
  },
  {
    on: 'verifier',
    fact: 'tlsVerified',
    setting: 'OIDCOAuthSSLValidateServer, OIDCSSLValidateServer',
    absent: {
      origin: 'default',
      value: true,
      source: `${CONF}, OIDCOAuthSSLValidateServer and OIDCSSLValidateServer: On`,
    },
  },
  { on: 'verifier', fact: 'queryTokenAccepted', setting: 'OIDCOAuthAcceptTokenAs query', absent: null },
  { on: 'verifier', fact: 'missingTokenAllowed', setting: 'OIDCUnAuthAction pass', absent: null },
  {
    on: 'verifier',
    fact: 'derivedSessionLifetime',
    setting: 'OIDCSessionMaxDuration',
    unit: 's',
    absent: null,
    note: 'Of log-ins: 8h unless set. The session goes on when the ID token has expired.',
  },
  {
    on: 'verifier',
    fact: 'derivedSessionRecheck',
    setting: 'OIDCUserInfoRefreshInterval',
    unit: 's',
    absent: null,
    note: 'Of log-ins: never unless set.',
  },
  { on: 'route', fact: 'requirement', setting: 'AuthType, Require', absent: null },
];

/** Facts that come from fetching a key set. */
const FETCHING = new Set(['keyCacheTtl', 'refetchOnUnknownKid', 'staleOnError', 'fetchTimeout', 'tlsVerified']);

/** Settings whose defaults hold for keys that are part of the configuration, or that it does not name. */
export const settingsWithoutFetch: readonly Setting[] = settings.filter(({ fact }) => !FETCHING.has(fact));
