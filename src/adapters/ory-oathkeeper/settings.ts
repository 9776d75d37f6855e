import { ZERO, millis } from '../../model/quantity.ts';
import type { Setting } from '../adapter.ts';

const SCHEMA = 'Ory Oathkeeper: .schema/config.schema.json';
const FETCHER = 'Ory Oathkeeper: credentials/fetcher_default.go';
const VERIFIER = 'Ory Oathkeeper: credentials/verifier_default.go';
const INTROSPECTION = 'Ory Oathkeeper: pipeline/authn/authenticator_oauth2_introspection.go';

/** Authenticator jwt. */
export const JWT_SETTINGS: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'jwksUri',
    setting: 'authenticators.jwt.config.jwks_urls',
    absent: null,
    note: 'The first one that is fetched; `file:` and `inline:` are keys of the configuration.',
  },
  {
    on: 'verifier',
    fact: 'issuers',
    setting: 'authenticators.jwt.config.trusted_issuers',
    absent: { origin: 'default', value: null, source: `${VERIFIER}, iss is compared only with a list` },
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'authenticators.jwt.config.target_audience',
    absent: { origin: 'default', value: null, source: `${VERIFIER}, aud is compared only with a list` },
    note: 'All listed audiences must be in the token.',
  },
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: 'authenticators.jwt.config.allowed_algorithms',
    absent: {
      origin: 'default',
      value: ['RS256'],
      source: 'Ory Oathkeeper: pipeline/authn/authenticator_jwt.go, AllowedAlgorithms',
    },
  },
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: 'authenticators.jwt.config.jwks_ttl',
    unit: 's',
    absent: { origin: 'default', value: millis(30_000), source: `${SCHEMA}, jwks_ttl: 30s` },
  },
  {
    on: 'verifier',
    fact: 'refetchOnUnknownKid',
    setting: null,
    absent: { origin: 'platform', value: 'unthrottled', source: `${FETCHER}, an unknown kid is fetched every time` },
  },
  {
    on: 'verifier',
    fact: 'fetchTimeout',
    setting: null,
    absent: {
      origin: 'platform',
      value: millis(15_000),
      source: `${FETCHER}, ResilientClientWithConnectionTimeout`,
    },
    note: 'Requests wait for `jwks_max_wait`, a second by default; the fetch behind them goes on.',
  },
  {
    on: 'verifier',
    fact: 'staleOnError',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'unbounded',
      source: `${FETCHER}, when jwks_max_wait has passed it goes on with what it has; an error that comes sooner refuses`,
    },
  },
  {
    on: 'verifier',
    fact: 'requiresExp',
    setting: null,
    absent: { origin: 'platform', value: false, source: `${VERIFIER}, exp is checked when present` },
  },
  {
    on: 'verifier',
    fact: 'leeway',
    setting: null,
    absent: { origin: 'platform', value: ZERO, source: `${VERIFIER}, exp without leeway` },
  },
  {
    on: 'verifier',
    fact: 'queryTokenAccepted',
    setting: 'authenticators.jwt.config.token_from.query_parameter',
    absent: { origin: 'default', value: false, source: `${SCHEMA}, token_from: the Authorization header` },
  },
];

/** Authenticator oauth2_introspection. */
export const INTROSPECTION_SETTINGS: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'introspectionCacheTtl',
    setting: 'authenticators.oauth2_introspection.config.cache',
    unit: 's',
    absent: { origin: 'default', value: ZERO, source: `${SCHEMA}, cache.enabled: false` },
    note: 'Switched on without a `ttl`, an answer is kept until the token ends.',
  },
  {
    on: 'verifier',
    fact: 'issuers',
    setting: 'authenticators.oauth2_introspection.config.trusted_issuers',
    absent: null,
    note: 'The server that is asked decides which issuers it knows.',
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'authenticators.oauth2_introspection.config.target_audience',
    absent: { origin: 'default', value: null, source: `${INTROSPECTION}, aud is compared only with a list` },
  },
];

/** Mutator id_token: Oathkeeper signs a token for what is behind it. */
export const ISSUER_SETTINGS: readonly Setting[] = [
  { on: 'issuer', fact: 'issuer', setting: 'mutators.id_token.config.issuer_url', absent: null },
  {
    on: 'issuer',
    fact: 'accessTokenLifetime',
    setting: 'mutators.id_token.config.ttl',
    unit: 's',
    absent: { origin: 'default', value: millis(900_000), source: `${SCHEMA}, mutators.id_token ttl: 15m` },
  },
  {
    on: 'issuer',
    fact: 'accessTokenFormat',
    setting: null,
    absent: { origin: 'platform', value: 'jwt', source: 'Ory Oathkeeper: pipeline/mutate/mutator_id_token.go' },
  },
];

/** Access rules. */
export const RULE_SETTINGS: readonly Setting[] = [
  { on: 'route', fact: 'paths', setting: 'match.url', absent: null, note: 'Without scheme and host.' },
  { on: 'route', fact: 'methods', setting: 'match.methods', absent: null },
  {
    on: 'route',
    fact: 'requirement',
    setting: 'authenticators[].handler',
    absent: null,
    note: '`noop` and `anonymous` let requests without a token through; unknown where an authorizer other than `allow` has a say.',
  },
];
