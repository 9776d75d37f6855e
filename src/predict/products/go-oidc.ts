import { ZERO } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const KEYS = 'go-oidc v3: oidc/jwks.go';

/** RemoteKeySet of github.com/coreos/go-oidc, also inside kube-apiserver and HashiCorp cap. */
export const goOidc: Product = {
  id: 'go-oidc',
  title: 'go-oidc, RemoteKeySet',
  checked: { package: 'go-oidc', versions: ['2.1.0', '3.4.0'], from: '2.1.0', below: '4.0.0', alongside: null },
  confirmed: 'measured and read in source',
  cacheClass: 'd',
  scope: 'set',
  keyCacheTtl: { value: 'unbounded', source: `${KEYS}, a known kid is verified with the keys of the last fetch` },
  cooldown: { value: ZERO, source: `${KEYS}, an unknown kid is fetched at once` },
  fetchTimeout: {
    value: 'unbounded',
    source: `${KEYS}, the http.Client of the caller; the default one never gives up`,
  },
  fetchAttempts: 1,
  staleOnError: { value: 'unbounded', source: `${KEYS}, the keys are replaced only when a fetch succeeds` },
  verdictCacheTtl: { value: ZERO, source: 'go-oidc v3: oidc/verify.go caches no verdicts' },
  verdictCache: null,
  leeway: { value: ZERO, source: 'go-oidc v3: oidc/verify.go, exp without leeway' },
  requiresExp: { value: true, source: 'go-oidc v3: oidc/verify.go, a missing exp is the year 1' },
  settings: { fetchTimeout: 'http.Client.Timeout' },
  wouldBeBoundedBy:
    'a token under a new key arriving (it then fetches the whole set), a restart after the key is gone, or a kid on the denylist',
  behaviour:
    'Never looks again at a key it knows. A token under an unknown kid, or with a wrong signature, makes it fetch the whole set.',
  whenFetchFails: 'Goes on with the keys it knows.',
};
