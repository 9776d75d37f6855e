import type { Millis } from '../../model/quantity.ts';
import { millis } from '../../model/quantity.ts';
import type { Setting } from '../adapter.ts';

const DOCS = 'https://auth0.com/docs';
const KEYS = `${DOCS}/get-started/tenant-settings/signing-keys`;

export const ROTATING_LIFETIME: Millis = millis(2_592_000_000);
export const REFRESH_PAGE: string = `${DOCS}/secure/tokens/refresh-tokens/configure-refresh-token-rotation`;

export const tenantSettings: readonly Setting[] = [
  {
    on: 'issuer',
    fact: 'sessionLifetime',
    setting: 'tenant.session_lifetime',
    unit: 'h',
    absent: null,
    note: 'Hours; `session_lifetime_in_minutes` is the same in minutes.',
  },
  { on: 'issuer', fact: 'sessionIdle', setting: 'tenant.idle_session_lifetime', unit: 'h', absent: null },
  {
    on: 'issuer',
    fact: 'keyRotationInterval',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'unbounded',
      source: `${KEYS}/rotate-signing-keys: keys are rotated by hand or over the Management API`,
    },
  },
  {
    on: 'issuer',
    fact: 'passiveKeyRetention',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'unbounded',
      source: `${KEYS}/revoke-signing-keys: the previous key stays valid until it is revoked`,
    },
  },
];

export const apiSettings: readonly Setting[] = [
  { on: 'issuer', fact: 'audiences', setting: 'resourceServers[].identifier', absent: null },
  {
    on: 'issuer',
    fact: 'accessTokenLifetime',
    setting: 'resourceServers[].token_lifetime',
    unit: 's',
    absent: {
      origin: 'default',
      value: millis(86_400_000),
      source: `${DOCS}/secure/tokens/access-tokens/update-access-token-lifetime`,
    },
    note: '`token_lifetime_for_web` counts for the implicit and hybrid flows only.',
  },
  { on: 'issuer', fact: 'signingAlgorithms', setting: 'resourceServers[].signing_alg', absent: null },
  {
    on: 'issuer',
    fact: 'accessTokenFormat',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'jwt',
      source: `${DOCS}/tokens/access-token-formats: a token whose audience is a custom API is a JWT`,
    },
  },
];

export const connectionSettings: readonly Setting[] = [
  {
    on: 'issuer',
    fact: 'issuer',
    setting: 'AUTH0_DOMAIN',
    absent: null,
    note: 'In the configuration of the Deploy CLI. With a custom domain, `iss` is that domain instead.',
  },
];

export const clientSettings: readonly Setting[] = [
  { on: 'client', fact: 'clientId', setting: 'clients[].client_id', absent: null },
  { on: 'client', fact: 'public', setting: 'clients[].token_endpoint_auth_method', absent: null },
  {
    on: 'client',
    fact: 'grantTypes',
    setting: 'clients[].grant_types',
    absent: null,
    note: "The grant password-realm is Auth0's own form of the password grant.",
  },
  { on: 'client', fact: 'redirectUris', setting: 'clients[].callbacks', absent: null },
  {
    on: 'client',
    fact: 'idTokenLifetime',
    setting: 'clients[].jwt_configuration.lifetime_in_seconds',
    unit: 's',
    absent: {
      origin: 'default',
      value: millis(36_000_000),
      source: `${DOCS}/secure/tokens/id-tokens/update-id-token-lifetime`,
    },
  },
  {
    on: 'client',
    fact: 'refreshRotation',
    setting: 'clients[].refresh_token.rotation_type',
    absent: null,
  },
  {
    on: 'client',
    fact: 'refreshTokenLifetime',
    setting: 'clients[].refresh_token.token_lifetime',
    unit: 's',
    absent: null,
    note: '`infinite_token_lifetime` and the `expiration_type` non-expiring win over it. Renewal does not extend it.',
  },
  {
    on: 'client',
    fact: 'refreshTokenIdle',
    setting: 'clients[].refresh_token.idle_token_lifetime',
    unit: 's',
    absent: null,
    note: '`infinite_idle_token_lifetime` wins over it.',
  },
  {
    on: 'client',
    fact: 'refreshReuseGrace',
    setting: 'clients[].refresh_token.leeway',
    unit: 's',
    absent: null,
    note: 'Zero unless written, and without effect where tokens are not rotated.',
  },
  {
    on: 'client',
    fact: 'senderConstraint',
    setting: 'clients[].require_proof_of_possession',
    absent: null,
  },
];
