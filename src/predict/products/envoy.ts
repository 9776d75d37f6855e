import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const FOLDER = 'Envoy: source/extensions/filters/http/jwt_authn';
const PROTO = 'Envoy: jwt_authn/v3/config.proto';

/** Envoy's jwt_authn filter with remote_jwks, fetched on demand. */
export const envoyJwtAuthn: Product = {
  id: 'envoy/jwt_authn',
  title: 'Envoy jwt_authn, remote_jwks',
  checked: { package: 'Envoy', versions: ['1.37.0'], from: '1.20.0', below: '2.0.0', alongside: null },
  confirmed: 'read in source',
  cacheClass: 'a',
  scope: 'set',
  keyCacheTtl: { value: millis(600_000), source: `${PROTO}, cache_duration; kept by every worker thread on its own` },
  cooldown: null,
  fetchTimeout: { value: 'unknown', source: `${PROTO}, http_uri.timeout has no default: declare fetch_timeout` },
  fetchAttempts: 1,
  staleOnError: {
    value: ZERO,
    source: `${FOLDER}/authenticator.cc, onJwksError: a fetch that fails refuses the token`,
  },
  verdictCacheTtl: { value: ZERO, source: `${PROTO}, jwt_cache_config is absent by default` },
  // A verdict in the cache ends with exp; only the signature is not looked at again.
  verdictCache: { addsLeeway: true },
  leeway: { value: millis(60_000), source: `${FOLDER}/authenticator.cc, kClockSkewInSecond` },
  requiresExp: { value: false, source: `${PROTO}, require_expiration` },
  settings: {
    keyCacheTtl: 'remote_jwks.cache_duration',
    fetchTimeout: 'remote_jwks.http_uri.timeout',
    verdictCacheTtl: 'jwt_cache_config, which has no time-to-live: unbounded',
    leeway: 'clock_skew_seconds, 0 counts as 60',
    requiresExp: 'require_expiration',
  },
  wouldBeBoundedBy: null,
  behaviour:
    'Keeps the whole key set for cache_duration, in every worker thread on its own. A token under an unknown kid is refused and does not make it fetch. With jwt_cache_config a token that was seen is accepted until it expires.',
  whenFetchFails: 'Refuses tokens once the time-to-live has passed; with async_fetch it keeps the old set without end.',
};
