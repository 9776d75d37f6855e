import { millis } from '../../model/quantity.ts';
import type { Setting } from '../adapter.ts';

const PLUGIN = 'vault-plugin-auth-jwt 0.26.2';
const CAP = 'hashicorp/cap 0.13: jwt/jwt.go';

/** What the configuration of the auth method decides, for all its roles. */
export const METHOD: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'keySource',
    setting: 'oidc_discovery_url, jwks_url, jwks_pairs or jwt_validation_pubkeys',
    absent: null,
    note: 'With a URL, a key that was fetched once is used until a token under another kid makes it fetch again.',
  },
  { on: 'verifier', fact: 'jwksUri', setting: 'jwks_url', absent: null },
  { on: 'verifier', fact: 'discoveryUrl', setting: 'oidc_discovery_url', absent: null },
];

/** What the configuration of the auth method decides for log-ins with a token; OIDC log-ins check more by themselves. */
export const METHOD_OF_JWT: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'issuers',
    setting: 'bound_issuer',
    absent: {
      origin: 'default',
      value: null,
      source: `${PLUGIN}: path_login.go passes bound_issuer on, and an empty one is not compared (${CAP}, Expected)`,
    },
  },
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: 'jwt_supported_algs',
    absent: {
      origin: 'default',
      value: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'EdDSA'],
      source: `${PLUGIN}: path_login.go, signingAlgorithms`,
    },
    note: 'The description of the setting speaks of RS256; that holds for OIDC roles only.',
  },
];

/** What a role of role_type `jwt` decides at a log-in. */
export const JWT_ROLE: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'bound_audiences',
    absent: null,
    note: 'Without it a token that has an audience is refused, and one without is taken.',
  },
  {
    on: 'verifier',
    fact: 'leeway',
    setting: 'clock_skew_leeway',
    unit: 's',
    absent: {
      origin: 'default',
      value: millis(60_000),
      source: `${PLUGIN}: path_role.go, clock_skew_leeway: 60s; 0 means the same, -1 none`,
    },
  },
  {
    on: 'verifier',
    fact: 'signatureVerified',
    setting: null,
    absent: { origin: 'platform', value: true, source: `${CAP}, validateAll: VerifySignature comes first` },
  },
  {
    on: 'verifier',
    fact: 'expVerified',
    setting: null,
    absent: {
      origin: 'platform',
      value: true,
      source: `${CAP}, validateAll; a token without exp ends expiration_leeway after its nbf or iat`,
    },
  },
];

/** What a role does after the log-in, of either type. */
export const ANY_ROLE: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'derivedSessionLifetime',
    setting: 'token_max_ttl, token_explicit_max_ttl, token_period; max_lease_ttl of the mount',
    unit: 's',
    absent: {
      origin: 'default',
      value: millis(2_764_800_000),
      source: 'Vault: vault/expiration.go, maxLeaseTTL 768h, unless the server or the mount has another max_lease_ttl',
    },
    note: 'The Vault token is a credential of its own and outlives the JWT that it was given for; `token_ttl` only says how often it must be renewed.',
  },
];

export const settings: readonly Setting[] = [...METHOD, ...METHOD_OF_JWT, ...JWT_ROLE, ...ANY_ROLE];

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Every parameter of `auth/jwt/config` (path_config.go). */
export const METHOD_KEYS: ReadonlySet<string> =
  words(`bound_issuer default_role jwks_ca_pem jwks_pairs jwks_url jwt_supported_algs
  jwt_validation_pubkeys namespace_in_state oidc_client_id oidc_client_secret oidc_discovery_ca_pem oidc_discovery_url
  oidc_response_mode oidc_response_types provider_config unsupported_critical_cert_extensions`);

/** Every parameter of `auth/jwt/role/:name` (path_role.go, and the token fields of the SDK). */
export const ROLE_KEYS: ReadonlySet<string> =
  words(`alias_metadata allowed_redirect_uris bound_audiences bound_cidrs bound_claims bound_claims_type
  bound_subject claim_mappings clock_skew_leeway expiration_leeway groups_claim max_age max_ttl name not_before_leeway
  num_uses oauth2_metadata oidc_scopes period policies role_type token_bound_cidrs token_explicit_max_ttl token_max_ttl
  token_no_default_policy token_num_uses token_period token_policies token_ttl token_type ttl user_claim
  user_claim_json_pointer verbose_oidc_logging`);
