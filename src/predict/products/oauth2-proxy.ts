import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const OPTIONS = 'oauth2-proxy 7: pkg/apis/options';
const KEYS = 'go-oidc v3: oidc/jwks.go';

/** oauth2-proxy: a token is verified once, at log-in, and becomes a session of its own. */
export const oauth2Proxy: Product = {
  id: 'oauth2-proxy',
  title: 'oauth2-proxy',
  checked: { package: 'oauth2-proxy', versions: ['7.12.0'], from: '7.0.0', below: '8.0.0', alongside: 'go-oidc v3' },
  confirmed: 'read in source',
  cacheClass: 'd',
  scope: 'set',
  keyCacheTtl: { value: 'unbounded', source: `${KEYS}, a known kid is verified with the keys of the last fetch` },
  cooldown: { value: ZERO, source: `${KEYS}, an unknown kid is fetched at once` },
  fetchTimeout: {
    value: 'unbounded',
    source: 'oauth2-proxy 7: pkg/requests/http.go, DefaultHTTPClient without Timeout: an answer may take for ever',
  },
  fetchAttempts: 1,
  staleOnError: { value: 'unbounded', source: `${KEYS}, the keys are replaced only when a fetch succeeds` },
  session: {
    lifetime: { value: millis(604_800_000), source: `${OPTIONS}/cookie.go, cookie_expire: 168h` },
    endsAtExp: false,
    setting: 'cookie_expire',
  },
  verdictCacheTtl: { value: ZERO, source: 'oauth2-proxy 7: pkg/middleware/jwt_session.go caches no verdicts' },
  verdictCache: null,
  leeway: { value: ZERO, source: 'go-oidc v3: oidc/verify.go, exp without leeway' },
  requiresExp: { value: true, source: 'go-oidc v3: oidc/verify.go, a missing exp is the year 1' },
  settings: { fetchTimeout: 'measured by you' },
  wouldBeBoundedBy:
    'a token under a new key arriving (it then fetches the whole set), a restart after the key is gone, or a new cookie_secret, which ends every session',
  behaviour:
    'Verifies the ID token at log-in and makes a session of its own that lives for cookie_expire; with cookie_refresh the issuer is asked again now and then. Never looks again at a key it knows.',
  whenFetchFails: 'Goes on with the keys it knows.',
};
