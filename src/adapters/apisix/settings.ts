import { ZERO, millis } from '../../model/quantity.ts';
import type { Setting } from '../adapter.ts';

const OIDC = 'APISIX 3: apisix/plugins/openid-connect.lua';
const JWT = 'APISIX 3: apisix/plugins/jwt-auth.lua';
const RESTY = 'lua-resty-openidc 1.8.0: lib/resty/openidc.lua';

/** Facts of the plugin openid-connect where it verifies tokens itself. */
export const settings: readonly Setting[] = [
  { on: 'verifier', fact: 'keySource', setting: 'use_jwks, public_key', absent: null },
  { on: 'verifier', fact: 'discoveryUrl', setting: 'discovery', absent: null },
  {
    on: 'verifier',
    fact: 'issuers',
    setting: 'claim_validator.issuer.valid_issuers',
    absent: null,
    note: 'The issuer of the discovery document unless written.',
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'claim_validator.audience.match_with_client_id',
    absent: { origin: 'default', value: null, source: `${OIDC}, match_with_client_id: false` },
    note: 'claim_validator.audience.required alone asks for some audience.',
  },
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: 'token_signing_alg_values_expected, accept_none_alg',
    absent: { origin: 'default', value: 'any', source: `${OIDC}, token_signing_alg_values_expected has no default` },
  },
  {
    on: 'verifier',
    fact: 'requiresExp',
    setting: null,
    absent: { origin: 'platform', value: false, source: `${RESTY}, jwt_verify, exp is checked when present` },
  },
  {
    on: 'verifier',
    fact: 'leeway',
    setting: 'iat_slack',
    unit: 's',
    absent: { origin: 'default', value: millis(120_000), source: `${OIDC}, iat_slack: 120` },
  },
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: 'jwk_expires_in',
    unit: 's',
    absent: { origin: 'default', value: millis(86_400_000), source: `${OIDC}, jwk_expires_in: 86400` },
  },
  {
    on: 'verifier',
    fact: 'verdictCacheTtl',
    setting: 'jwt_verification_cache_ignore',
    absent: {
      origin: 'default',
      value: 'unbounded',
      source: `${OIDC}, jwt_verification_cache_ignore: false; a verified token is remembered until its exp`,
    },
  },
  {
    on: 'verifier',
    fact: 'introspectionCacheTtl',
    setting: 'introspection_interval',
    unit: 's',
    absent: null,
    note: '0 is until the exp that the answer names.',
  },
  {
    on: 'verifier',
    fact: 'tlsVerified',
    setting: 'ssl_verify',
    absent: { origin: 'default', value: true, source: `${OIDC}, ssl_verify: true` },
  },
  { on: 'verifier', fact: 'missingTokenAllowed', setting: 'unauth_action: pass', absent: null },
];

/** Facts of the plugin where its key stands in the configuration. */
export const settingsOfStaticKeys: readonly Setting[] = settings.filter(
  ({ fact }) => fact !== 'keyCacheTtl' && fact !== 'tlsVerified',
);

/** Facts of the plugin where it asks the issuer about tokens. */
export const settingsOfIntrospection: readonly Setting[] = settings.filter(({ fact }) => fact === 'tlsVerified');

/** Facts of consumers with a key for jwt-auth. */
export const settingsOfConsumers: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: 'jwt-auth.algorithm',
    absent: { origin: 'default', value: ['HS256'], source: `${JWT}, algorithm: HS256` },
  },
  {
    on: 'verifier',
    fact: 'issuers',
    setting: null,
    absent: { origin: 'platform', value: null, source: `${JWT} looks at exp and nbf only` },
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: null,
    absent: { origin: 'platform', value: null, source: `${JWT} looks at exp and nbf only` },
  },
  {
    on: 'verifier',
    fact: 'leeway',
    setting: 'jwt-auth.lifetime_grace_period',
    unit: 's',
    absent: { origin: 'default', value: ZERO, source: `${JWT}, lifetime_grace_period: 0` },
  },
];
