import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const FOLDER = 'Envoy: source/extensions/filters/http/jwt_authn';
const PROTO = 'Envoy: jwt_authn/v3/config.proto';

const COMMON = {
  confirmed: 'read in source',
  cacheClass: 'b',
  scope: 'set',
  cooldown: null,
  fetchAttempts: 1,
  staleOnError: {
    value: 'unbounded',
    source: `${FOLDER}/jwks_async_fetcher.cc, a set is stored without expiry and replaced only by one that was fetched`,
  },
  verdictCacheTtl: { value: ZERO, source: `${PROTO}, jwt_cache_config is absent by default` },
  leeway: { value: millis(60_000), source: `${FOLDER}/authenticator.cc, kClockSkewInSecond` },
  requiresExp: { value: false, source: `${PROTO}, require_expiration` },
  wouldBeBoundedBy: null,
  whenFetchFails: 'Goes on with the old set until a fetch succeeds, however long that takes.',
} as const;

/** Envoy's jwt_authn filter with remote_jwks.async_fetch. */
export const envoyJwtAuthnAsync: Product = {
  ...COMMON,
  id: 'envoy-jwt-authn-async',
  title: 'Envoy jwt_authn, remote_jwks with async_fetch',
  checked: { package: 'Envoy', versions: ['1.37.0'], from: '1.20.0', below: '2.0.0', alongside: null },
  // It fetches 5 s before cache_duration has passed, which can only make it shorter.
  keyCacheTtl: { value: millis(600_000), source: `${PROTO}, cache_duration` },
  fetchTimeout: { value: 'unknown', source: `${PROTO}, http_uri.timeout has no default: declare fetch_timeout` },
  // A verdict in the cache ends with exp; only the signature is not looked at again.
  verdictCache: { addsLeeway: true },
  settings: {
    keyCacheTtl: 'remote_jwks.cache_duration',
    fetchTimeout: 'remote_jwks.http_uri.timeout',
    verdictCacheTtl: 'jwt_cache_config, which has no time-to-live: unbounded',
    leeway: 'clock_skew_seconds, 0 counts as 60',
    requiresExp: 'require_expiration',
  },
  behaviour:
    'Fetches the key set in the background. A token under an unknown kid is refused and does not make it fetch.',
};

/** SecurityPolicy of Envoy Gateway, which always writes async_fetch. */
export const envoyGateway: Product = {
  ...COMMON,
  id: 'envoy-gateway',
  title: 'Envoy Gateway, SecurityPolicy with remoteJWKS',
  checked: { package: 'Envoy Gateway', versions: ['1.9.0'], from: '1.0.0', below: '2.0.0', alongside: null },
  keyCacheTtl: {
    value: millis(300_000),
    source: 'Envoy Gateway 1.9.0: api/v1alpha1/jwt_types.go, remoteJWKS.cacheDuration: 5 minutes',
  },
  fetchTimeout: {
    value: millis(10_000),
    source: 'Envoy Gateway 1.9.0: internal/xds/translator/jwt.go, defaultExtServiceRequestTimeout',
  },
  verdictCache: null,
  settings: { keyCacheTtl: 'remoteJWKS.cacheDuration', fetchTimeout: 'remoteJWKS.backendSettings.timeout' },
  behaviour:
    'Fetches the key set in the background: it writes async_fetch for every provider. A token under an unknown kid is refused and does not make it fetch.',
};
