import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const OIDC = 'Kubernetes: apiserver/plugin/pkg/authenticator/token/oidc/oidc.go';
const KEYS = 'coreos/go-oidc 2.3.0: jwks.go';

/** JWT authenticators of the Kubernetes API server: AuthenticationConfiguration or --oidc flags. */
export const kubeApiserver: Product = {
  id: 'kube-apiserver',
  title: 'Kubernetes API server, JWT authenticators',
  checked: { package: 'Kubernetes', versions: ['1.34.0'], from: '1.20.0', below: '2.0.0', alongside: 'go-oidc 2.3' },
  confirmed: 'read in source',
  cacheClass: 'd',
  scope: 'set',
  keyCacheTtl: { value: 'unbounded', source: `${KEYS}, a known kid is verified without looking at the stored expiry` },
  // Counts only once the stored expiry, Cache-Control plus 30 s, has passed; without the header that is at once.
  cooldown: {
    value: 'unknown',
    source: `${KEYS}, an unknown kid fetches once Cache-Control max-age and 30s have passed: declare cooldown`,
  },
  fetchTimeout: { value: millis(30_000), source: `${OIDC}, http.Client Timeout` },
  fetchAttempts: 1,
  staleOnError: { value: 'unbounded', source: `${KEYS}, the keys are replaced only when a fetch succeeds` },
  verdictCacheTtl: {
    value: millis(10_000),
    source:
      'Kubernetes: pkg/kubeapiserver/authenticator/config.go, TokenSuccessCacheTTL, in front of all authenticators',
  },
  verdictCache: null,
  leeway: { value: ZERO, source: 'coreos/go-oidc 2.3.0: verify.go, exp without leeway' },
  requiresExp: { value: true, source: 'coreos/go-oidc 2.3.0: verify.go, a missing exp is the year 1' },
  settings: { cooldown: 'Cache-Control max-age of the key set, and 30s', verdictCacheTtl: 'TokenSuccessCacheTTL' },
  wouldBeBoundedBy:
    'a token under a new key arriving (it then fetches the whole set), a restart after the key is gone, or removing the issuer from the configuration',
  behaviour:
    'Never looks again at a key it knows. A token under an unknown kid makes it fetch the whole set once the stored expiry has passed. Every token that was accepted is accepted for ten more seconds.',
  whenFetchFails: 'Goes on with the keys it knows.',
};
