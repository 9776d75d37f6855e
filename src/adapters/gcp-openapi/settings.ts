import { millis } from '../../model/quantity.ts';
import type { Setting } from '../adapter.ts';
import { settingsInsideEnvoy } from '../inside-envoy.ts';

const FILTER = 'ESPv2 2.55: src/go/configgenerator/filtergen/jwt_authn.go';
const OPTIONS = 'ESPv2 2.55: src/go/options/configgenerator.go';
const ENVOY = 'Envoy: source/extensions/filters/http/jwt_authn';

/** What an API description decides about tokens, and what the gateway adds by itself. */
export const settings: readonly Setting[] = [
  { on: 'verifier', fact: 'issuers', setting: 'x-google-issuer', absent: null },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'x-google-audiences',
    absent: null,
    note: 'When absent, the name of the service is demanded: `https://<host>`.',
  },
  {
    on: 'verifier',
    fact: 'keySource',
    setting: 'x-google-jwks_uri',
    absent: null,
    note: 'When absent, the discovery document of the issuer is asked.',
  },
  { on: 'verifier', fact: 'jwksUri', setting: 'x-google-jwks_uri', absent: null },
  { on: 'verifier', fact: 'discoveryUrl', setting: null, absent: null },
  ...settingsInsideEnvoy({
    requiresExp: `${FILTER} sets no require_expiration`,
    maxLifetime: `${FILTER} sets no max_lifetime`,
  }),
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: '--jwks_cache_duration_in_s',
    unit: 's',
    absent: { origin: 'default', value: millis(300_000), source: `${OPTIONS}, JwksCacheDurationInS: 300` },
    note: 'Only of an ESPv2 that you run, like the other settings with dashes; API Gateway has none of them.',
  },
  {
    on: 'verifier',
    fact: 'fetchTimeout',
    setting: '--http_request_timeout_s',
    unit: 's',
    absent: {
      origin: 'default',
      value: millis(30_000),
      source: 'ESPv2 2.55: src/go/options/common.go, HttpRequestTimeout: 30s',
    },
  },
  {
    on: 'verifier',
    fact: 'staleOnError',
    setting: '--disable_jwks_async_fetch',
    absent: {
      origin: 'default',
      value: 'unbounded',
      source: `${FILTER} writes async_fetch, which replaces a set only by one that was fetched`,
    },
  },
  {
    on: 'verifier',
    fact: 'refetchOnUnknownKid',
    setting: null,
    absent: { origin: 'platform', value: 'never', source: `${ENVOY}/authenticator.cc looks at the cached set only` },
  },
  {
    on: 'verifier',
    fact: 'verdictCacheTtl',
    setting: '--jwt_cache_size',
    absent: {
      origin: 'default',
      value: 'unbounded',
      source: `${OPTIONS}, JwtCacheSize: 1000; a token that was verified is accepted until its exp`,
    },
    note: 'The signature of a token that was seen is not looked at again, so a removed key goes on working for it.',
  },
  {
    on: 'verifier',
    fact: 'missingTokenAllowed',
    setting: 'security: [{}], authentication.rules[].allow_without_credential',
    absent: null,
  },
  {
    on: 'verifier',
    fact: 'failedTokenAllowed',
    setting: null,
    absent: { origin: 'platform', value: false, source: `${FILTER} allows a missing token at most, not a failed one` },
  },
  {
    on: 'verifier',
    fact: 'queryTokenAccepted',
    setting: 'x-google-jwt-locations',
    absent: { origin: 'default', value: true, source: `${FILTER}, defaultJwtLocations: two headers and access_token` },
  },
  {
    on: 'verifier',
    fact: 'forwardsToken',
    setting: null,
    absent: { origin: 'platform', value: true, source: `${FILTER}, Forward: true` },
  },
  {
    on: 'route',
    fact: 'requirement',
    setting: 'paths.<path>.<method>.security',
    absent: {
      origin: 'default',
      value: 'none',
      source:
        'OpenAPI Specification 2.0 and 3.0, Operation Object: an operation without security, of its own or of the document, needs none',
    },
  },
];
