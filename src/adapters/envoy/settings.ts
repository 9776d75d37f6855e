import { ZERO, millis } from '../../model/quantity.ts';
import type { Setting } from '../adapter.ts';

export const PROTO = 'Envoy 1.37: api/envoy/extensions/filters/http/jwt_authn/v3/config.proto';
const FOLDER = 'Envoy 1.37: source/extensions/filters/http/jwt_authn';

/** Every setting of the filter that decides which tokens pass, and for how long. */
export const settings: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'issuers',
    setting: 'providers.<name>.issuer',
    absent: { origin: 'default', value: null, source: `${PROTO}, issuer: iss is not checked` },
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'providers.<name>.audiences',
    absent: { origin: 'default', value: null, source: `${PROTO}, audiences: not checked` },
    note: 'One of them must be in the token. A rule with `provider_and_audiences` has its own list instead.',
  },
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'any',
      source: 'google/jwt_verify_lib: src/verify.cc takes every algorithm that fits the type of the key',
    },
    note: 'A key with an `alg` is used with that algorithm only.',
  },
  {
    on: 'verifier',
    fact: 'expVerified',
    setting: null,
    absent: { origin: 'platform', value: true, source: `${FOLDER}/authenticator.cc, verifyTimeConstraint` },
  },
  {
    on: 'verifier',
    fact: 'requiresExp',
    setting: 'providers.<name>.require_expiration',
    absent: { origin: 'default', value: false, source: `${PROTO}, require_expiration` },
    note: '`max_lifetime` demands it too.',
  },
  {
    on: 'verifier',
    fact: 'maxLifetime',
    setting: 'providers.<name>.max_lifetime',
    unit: 's',
    absent: { origin: 'default', value: 'unbounded', source: `${PROTO}, max_lifetime` },
    note: 'Caps the time from now to `exp`, not from `iat`.',
  },
  {
    on: 'verifier',
    fact: 'leeway',
    setting: 'providers.<name>.clock_skew_seconds',
    unit: 's',
    absent: { origin: 'default', value: millis(60_000), source: `${FOLDER}/authenticator.cc, kClockSkewInSecond` },
    note: '0 counts as unset, so the least that can be set is 1.',
  },
  {
    on: 'verifier',
    fact: 'keySource',
    setting: 'providers.<name>.remote_jwks, providers.<name>.local_jwks',
    absent: null,
    note: 'Keys of `local_jwks` change with the configuration only.',
  },
  { on: 'verifier', fact: 'jwksUri', setting: 'providers.<name>.remote_jwks.http_uri.uri', absent: null },
  {
    on: 'verifier',
    fact: 'tlsVerified',
    setting: 'static_resources.clusters[].transport_socket',
    absent: null,
    note: 'Of the cluster that `http_uri.cluster` names, when it is in the same file. Without a trusted CA in its validation context no certificate is checked.',
  },
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: 'providers.<name>.remote_jwks.cache_duration',
    unit: 's',
    absent: { origin: 'default', value: millis(600_000), source: `${PROTO}, cache_duration` },
    note: 'Cache-Control of the key set is not read. Without `async_fetch` every worker thread has a cache of its own.',
  },
  {
    on: 'verifier',
    fact: 'fetchTimeout',
    setting: 'providers.<name>.remote_jwks.http_uri.timeout',
    unit: 's',
    absent: null,
    note: 'Required.',
  },
  {
    on: 'verifier',
    fact: 'staleOnError',
    setting: 'providers.<name>.remote_jwks.async_fetch',
    absent: {
      origin: 'platform',
      value: ZERO,
      source: `${FOLDER}/authenticator.cc, onJwksError: a fetch that fails refuses the token`,
    },
    note: 'With it the old set is used until a fetch succeeds, without end.',
  },
  {
    on: 'verifier',
    fact: 'refetchOnUnknownKid',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'never',
      source: `${FOLDER}/authenticator.cc looks at the cached set only`,
    },
  },
  {
    on: 'verifier',
    fact: 'verdictCacheTtl',
    setting: 'providers.<name>.jwt_cache_config',
    absent: { origin: 'default', value: ZERO, source: `${PROTO}, jwt_cache_config is absent by default` },
    note: 'With it the signature of a token that was seen is not looked at again until `exp`.',
  },
  {
    on: 'verifier',
    fact: 'missingTokenAllowed',
    setting: 'rules[].requires.allow_missing',
    absent: null,
    note: 'So does `allow_missing_or_failed`.',
  },
  {
    on: 'verifier',
    fact: 'failedTokenAllowed',
    setting: 'rules[].requires.allow_missing_or_failed',
    absent: null,
  },
  {
    on: 'verifier',
    fact: 'signatureVerified',
    setting: 'rules[].requires.extract_only_without_validation',
    absent: { origin: 'platform', value: true, source: `${FOLDER}/authenticator.cc, verifyKey` },
    note: 'Since 1.37 (changelogs/1.37.0.yaml). What the rule then does is listed as a verifier of its own.',
  },
  {
    on: 'verifier',
    fact: 'queryTokenAccepted',
    setting: 'providers.<name>.from_params',
    absent: {
      origin: 'default',
      value: true,
      source: `${FOLDER}/extractor.cc, without from_headers, from_params and from_cookies: Authorization and access_token`,
    },
    note: 'Off as soon as `from_headers` or `from_cookies` is written.',
  },
  {
    on: 'verifier',
    fact: 'forwardsToken',
    setting: 'providers.<name>.forward',
    absent: { origin: 'default', value: false, source: `${PROTO}, forward` },
  },
  {
    on: 'verifier',
    fact: 'claimHeaders',
    setting: 'providers.<name>.claim_to_headers, providers.<name>.forward_payload_header',
    absent: null,
    note: 'A client’s own copy is removed where a rule requires something, and stays where none does.',
  },
  {
    on: 'route',
    fact: 'requirement',
    setting: 'rules[].requires',
    absent: { origin: 'default', value: 'none', source: `${PROTO}, RequirementRule: verification is disabled` },
    note: 'The first rule that matches counts. A path that no rule matches needs no token.',
  },
];
