import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const RESOLVER = 'Istio: pilot/pkg/model/jwks_resolver.go';
const FEATURES = 'Istio: pilot/pkg/features/pilot.go';
const ENVOY = 'Envoy: source/extensions/filters/http/jwt_authn/authenticator.cc';

const COMMON = {
  confirmed: 'read in source',
  scope: 'set',
  cooldown: null,
  verdictCacheTtl: {
    value: ZERO,
    source: 'Istio: pilot/pkg/security/authn/policy_applier.go sets no jwt_cache_config',
  },
  verdictCache: null,
  leeway: { value: millis(60_000), source: `${ENVOY}, kClockSkewInSecond; RequestAuthentication has no field for it` },
  requiresExp: { value: false, source: `${ENVOY}, exp is checked when present; there is no field to require it` },
  wouldBeBoundedBy: null,
} as const;

/** RequestAuthentication as it is by default: istiod fetches the key set and pushes it to the proxies. */
export const istio: Product = {
  ...COMMON,
  id: 'istio',
  title: 'Istio, key set fetched by istiod',
  checked: { package: 'Istio', versions: ['1.27.0'], from: '1.10.0', below: '2.0.0', alongside: null },
  cacheClass: 'b',
  keyCacheTtl: { value: millis(1_200_000), source: `${FEATURES}, PILOT_JWT_PUB_KEY_REFRESH_INTERVAL: 20 minutes` },
  // Each of the attempts waits a second for the next.
  fetchTimeout: { value: millis(6000), source: `${RESOLVER}, timeout of the jwtRule: 5s, JwtPubKeyRetryInterval: 1s` },
  // networkFetchRetryCountOnRefreshFlow: one attempt and seven more.
  fetchAttempts: 8,
  // It is looked at with every attempt, and while they fail those are up to an hour apart.
  staleOnError: {
    value: millis(608_400_000),
    source: `${RESOLVER}, JwtPubKeyEvictionDuration: 7 days, and an hour until that is noticed`,
  },
  propagation: { value: millis(10_000), source: `${FEATURES}, PILOT_DEBOUNCE_MAX: a change waits 10s at most` },
  settings: { keyCacheTtl: 'PILOT_JWT_PUB_KEY_REFRESH_INTERVAL', fetchTimeout: 'timeout of the jwtRule' },
  assumes: ['every proxy is connected to istiod and takes its pushes at once'],
  behaviour:
    'istiod fetches the key set in the background and pushes it to the proxies. A token under an unknown kid is refused and does not make it fetch.',
  whenFetchFails:
    'Goes on with the old set for 7 days; with the next push after that every token of the issuer is refused.',
};

/** PILOT_JWT_ENABLE_REMOTE_JWKS: hybrid, envoy or true. */
export const istioRemoteJwks: Product = {
  ...COMMON,
  id: 'istio-remote-jwks',
  title: 'Istio, key set fetched by every proxy',
  checked: { package: 'Istio', versions: ['1.27.0'], from: '1.14.0', below: '2.0.0', alongside: null },
  cacheClass: 'a',
  keyCacheTtl: {
    value: millis(300_000),
    source: 'Istio: pilot/pkg/security/authn/policy_applier.go, CacheDuration: 5 minutes',
  },
  fetchTimeout: { value: millis(5000), source: 'Istio: security/v1beta1/request_authentication.proto, timeout: 5s' },
  fetchAttempts: 1,
  staleOnError: { value: ZERO, source: `${ENVOY}, a fetch that fails refuses the token` },
  settings: { fetchTimeout: 'timeout of the jwtRule' },
  behaviour:
    'Every worker thread of every proxy keeps the whole key set for five minutes. A token under an unknown kid is refused and does not make it fetch.',
  whenFetchFails: 'Refuses tokens once the five minutes have passed.',
};
