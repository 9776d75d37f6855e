import { ZERO } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

/** Never looks again at a key it knows; an unknown kid makes it fetch the whole set. */
export const goOidc: Product = {
  id: 'go-oidc',
  checked: { major: 3, versions: '3.4.0' },
  cacheClass: 'd',
  scope: 'set',
  keyCacheTtl: {
    value: 'unbounded',
    source: 'go-oidc v3.4.0: oidc/jwks.go, RemoteKeySet keeps keys while the kid matches',
  },
  cooldown: { value: ZERO, source: 'go-oidc v3.4.0: oidc/jwks.go, an unknown kid is fetched at once' },
  fetchTimeout: {
    value: 'unbounded',
    source: 'go-oidc v3.4.0: the http.Client of the caller; the default one has no timeout',
  },
  verdictCacheTtl: { value: ZERO, source: 'go-oidc v3.4.0 caches no verdicts' },
  leeway: { value: ZERO, source: 'go-oidc v3.4.0: oidc/verify.go, exp without leeway' },
  requiresExp: { value: true, source: 'go-oidc v3.4.0: oidc/verify.go, exp is required' },
  settings: ['fetchTimeout'],
  wouldBeBoundedBy: 'a token under a new key arriving, a restart after the key is gone, or a kid on the denylist',
  confirmed: 'measured',
  behaviour: 'Never looks again at a key it knows; an unknown kid makes it fetch the whole set.',
};
