import type { Millis } from '../../model/quantity.ts';
import { millis } from '../../model/quantity.ts';
import type { Setting } from '../adapter.ts';

/** What an import does with an absent field; the admin console writes other values into realms that it makes. */
const IMPORT =
  'Keycloak 26: model/storage-private/src/main/java/org/keycloak/storage/datastore/DefaultExportImportManager.java, importRealm';
const CONSTANTS = 'Keycloak 26: org/keycloak/models/Constants.java';
const TOKENS = 'Keycloak 26: services/src/main/java/org/keycloak/protocol/oidc/TokenManager.java';
const GUIDE = 'Keycloak 26: docs/documentation/server_admin/topics/realms/keys.adoc, Rotating keys';
/** An import sets only the flags that are written; the others stay as a new client has them. */
const CLIENT = 'Keycloak 26: model/jpa/src/main/java/org/keycloak/models/jpa/JpaRealmProvider.java, addClient';

const ACCESS_TOKEN = millis(300_000);
export const SESSION_MAX: Millis = millis(36_000_000);
export const SESSION_IDLE: Millis = millis(1_800_000);
export const OFFLINE_MAX: Millis = millis(5_184_000_000);

export const realmSettings: readonly Setting[] = [
  {
    on: 'issuer',
    fact: 'issuer',
    setting: 'attributes.frontendUrl',
    absent: null,
    note: 'Followed by `/realms/<realm>`. Without it the host is decided by the server.',
  },
  { on: 'issuer', fact: 'issuerSuffix', setting: 'realm', absent: null },
  {
    on: 'issuer',
    fact: 'accessTokenLifetime',
    setting: 'accessTokenLifespan',
    unit: 's',
    absent: { origin: 'default', value: ACCESS_TOKEN, source: `${IMPORT}, accessTokenLifespan` },
    note: '`-1` lets access tokens live as long as the session. No access token outlives its session.',
  },
  {
    on: 'issuer',
    fact: 'idTokenLifetime',
    setting: 'accessTokenLifespan',
    unit: 's',
    absent: {
      origin: 'default',
      value: ACCESS_TOKEN,
      source: `${TOKENS}, generateIDToken: idToken.exp(accessToken.getExp())`,
    },
  },
  {
    on: 'issuer',
    fact: 'sessionLifetime',
    setting: 'ssoSessionMaxLifespan',
    unit: 's',
    absent: { origin: 'default', value: SESSION_MAX, source: `${IMPORT}, ssoSessionMaxLifespan` },
    note: 'With `rememberMe`, `ssoSessionMaxLifespanRememberMe` counts where it is longer.',
  },
  {
    on: 'issuer',
    fact: 'sessionIdle',
    setting: 'ssoSessionIdleTimeout',
    unit: 's',
    absent: { origin: 'default', value: SESSION_IDLE, source: `${IMPORT}, ssoSessionIdleTimeout` },
  },
  {
    on: 'issuer',
    fact: 'refreshTokenLifetime',
    setting: 'clientSessionMaxLifespan',
    unit: 's',
    absent: { origin: 'default', value: SESSION_MAX, source: `${IMPORT}, ssoSessionMaxLifespan` },
    note: 'A refresh token lives inside the session; zero takes `ssoSessionMaxLifespan`.',
  },
  {
    on: 'issuer',
    fact: 'refreshTokenIdle',
    setting: 'clientSessionIdleTimeout',
    unit: 's',
    absent: { origin: 'default', value: SESSION_IDLE, source: `${IMPORT}, ssoSessionIdleTimeout` },
    note: 'Zero takes `ssoSessionIdleTimeout`.',
  },
  {
    on: 'issuer',
    fact: 'offlineSessionLifetime',
    setting: 'offlineSessionMaxLifespan',
    unit: 's',
    absent: { origin: 'default', value: 'unbounded', source: `${IMPORT}, offlineSessionMaxLifespanEnabled` },
    note: 'Counts only beside `offlineSessionMaxLifespanEnabled`, and is then 60 days unless written.',
  },
  {
    on: 'issuer',
    fact: 'refreshRotation',
    setting: 'revokeRefreshToken',
    absent: { origin: 'default', value: false, source: `${IMPORT}, revokeRefreshToken` },
  },
  {
    on: 'issuer',
    fact: 'refreshReuseGrace',
    setting: 'refreshTokenMaxReuse',
    absent: null,
    note: 'Counts uses, not time. Without `revokeRefreshToken` it has no effect.',
  },
  {
    on: 'issuer',
    fact: 'signingAlgorithms',
    setting: 'defaultSignatureAlgorithm',
    absent: { origin: 'default', value: ['RS256'], source: `${CONSTANTS}, DEFAULT_SIGNATURE_ALGORITHM` },
  },
  {
    on: 'issuer',
    fact: 'accessTokenFormat',
    setting: null,
    absent: { origin: 'platform', value: 'jwt', source: `${TOKENS}: access tokens are signed` },
  },
  {
    on: 'issuer',
    fact: 'keyRotationInterval',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'unbounded',
      source: `${GUIDE}: an administrator adds and removes keys`,
      versions: '<= 26.2',
    },
  },
  {
    on: 'issuer',
    fact: 'passiveKeyRetention',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'unbounded',
      source: `${GUIDE}: an old key stays published until an administrator removes it`,
      versions: '<= 26.2',
    },
  },
  {
    on: 'issuer',
    fact: 'httpsRequired',
    setting: 'sslRequired',
    absent: null,
    note: '`external` lets private addresses do without TLS, `none` everybody.',
  },
];

export const clientSettings: readonly Setting[] = [
  { on: 'client', fact: 'clientId', setting: 'clients[].clientId', absent: null },
  {
    on: 'client',
    fact: 'public',
    setting: 'clients[].publicClient',
    absent: { origin: 'default', value: false, source: `${CLIENT} does not set publicClient` },
  },
  { on: 'client', fact: 'resourceServer', setting: 'clients[].bearerOnly', absent: null },
  {
    on: 'client',
    fact: 'grantTypes',
    setting: 'clients[].standardFlowEnabled',
    absent: {
      origin: 'default',
      value: ['authorization_code'],
      source: `${CLIENT} sets standardFlowEnabled and no other flow`,
    },
    note: 'Together with `implicitFlowEnabled`, `directAccessGrantsEnabled` (password) and `serviceAccountsEnabled`.',
  },
  {
    on: 'client',
    fact: 'redirectUris',
    setting: 'clients[].redirectUris',
    absent: null,
    note: 'Relative ones stand below `rootUrl`.',
  },
  {
    on: 'client',
    fact: 'pkceRequired',
    setting: 'clients[].attributes["pkce.code.challenge.method"]',
    absent: null,
  },
  {
    on: 'client',
    fact: 'accessTokenLifetime',
    setting: 'clients[].attributes["access.token.lifespan"]',
    unit: 's',
    absent: null,
    note: 'Without it, what the realm says. For the implicit flow, `accessTokenLifespanForImplicitFlow` of the realm.',
  },
  {
    on: 'client',
    fact: 'refreshTokenLifetime',
    setting: 'clients[].attributes["client.session.max.lifespan"]',
    unit: 's',
    absent: null,
  },
  {
    on: 'client',
    fact: 'refreshTokenIdle',
    setting: 'clients[].attributes["client.session.idle.timeout"]',
    unit: 's',
    absent: null,
  },
  {
    on: 'client',
    fact: 'senderConstraint',
    setting: 'clients[].attributes["dpop.bound.access.tokens"]',
    absent: null,
    note: 'Or `tls.client.certificate.bound.access.tokens`.',
  },
  {
    on: 'client',
    fact: 'signingAlgorithms',
    setting: 'clients[].attributes["access.token.signed.response.alg"]',
    absent: null,
  },
];
