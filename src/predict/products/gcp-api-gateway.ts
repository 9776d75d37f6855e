import { millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const OPTIONS = 'ESPv2 2.55: src/go/options/configgenerator.go';

/** Google Cloud API Gateway and Cloud Endpoints: ESPv2, which is Envoy. */
export const gcpApiGateway: Product = {
  id: 'gcp-api-gateway',
  title: 'Google Cloud API Gateway, Cloud Endpoints (ESPv2)',
  checked: null,
  confirmed: 'read in source',
  cacheClass: 'b',
  scope: 'set',
  keyCacheTtl: { value: millis(300_000), source: `${OPTIONS}, jwks_cache_duration_in_s: 300` },
  cooldown: null,
  fetchTimeout: { value: millis(30_000), source: 'ESPv2 2.55: src/go/options/common.go, HttpRequestTimeout: 30s' },
  fetchAttempts: 1,
  staleOnError: {
    value: 'unbounded',
    source: 'Envoy: jwt_authn/jwks_async_fetcher.cc, a set is stored without expiry and replaced only by a fetched one',
  },
  verdictCacheTtl: {
    value: 'unbounded',
    source: `${OPTIONS}, JwtCacheSize: 1000; a token that was verified is accepted until its exp`,
  },
  verdictCache: { addsLeeway: true },
  leeway: { value: millis(60_000), source: 'Envoy: jwt_authn/authenticator.cc, kClockSkewInSecond' },
  requiresExp: { value: false, source: 'Envoy: jwt_authn/v3/config.proto, require_expiration is not written' },
  settings: {
    keyCacheTtl: '--jwks_cache_duration_in_s, of an ESPv2 that you run',
    fetchTimeout: '--http_request_timeout_s, of an ESPv2 that you run',
    verdictCacheTtl: '--jwt_cache_size=0, of an ESPv2 that you run: 0s',
  },
  wouldBeBoundedBy: '--jwt_cache_size=0 of an ESPv2 that you run: a thief with the key writes exp',
  behaviour:
    'Fetches the key set in the background, and remembers the last thousand verified tokens: of those the signature is not looked at again until they expire. A token under an unknown kid does not make it fetch.',
  whenFetchFails: 'Goes on with the old set until a fetch succeeds.',
};
