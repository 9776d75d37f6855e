import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const QUEUE = 'httprc 1.0.6: queue.go';

/** github.com/lestrrat-go/jwx/v2 with jwk.Cache. */
export const jwx: Product = {
  id: 'jwx',
  title: 'lestrrat jwx, jwk.Cache',
  checked: { package: 'jwx', versions: ['2.1.3'], from: '2.0.0', below: '3.0.0', alongside: 'httprc 1.0.6' },
  confirmed: 'read in source',
  cacheClass: 'b',
  scope: 'set',
  keyCacheTtl: { value: millis(900_000), source: `${QUEUE}, Register, minRefreshInterval: 15 minutes` },
  maxAge: 'extends',
  window: { value: millis(900_000), source: `${QUEUE}, refreshLoop looks every 15 minutes what is due` },
  cooldown: null,
  fetchTimeout: { value: 'unbounded', source: `${QUEUE}, http.DefaultClient never gives up` },
  fetchAttempts: 1,
  staleOnError: { value: 'unbounded', source: `${QUEUE}, fetchAndStore keeps the old data when a fetch fails` },
  verdictCacheTtl: { value: ZERO, source: 'jwx 2: jwt/jwt.go caches no verdicts' },
  verdictCache: null,
  leeway: { value: ZERO, source: 'jwx 2: jwt/validate.go, WithAcceptableSkew' },
  requiresExp: { value: false, source: 'jwx 2: jwt/validate.go, exp is checked when present' },
  settings: { keyCacheTtl: 'WithMinRefreshInterval', fetchTimeout: 'WithHTTPClient', leeway: 'WithAcceptableSkew' },
  wouldBeBoundedBy: null,
  behaviour:
    'Fetches the whole key set in the background, when Cache-Control says so but no sooner than every 15 minutes, and looks only every 15 minutes what is due. A token under an unknown kid does not make it fetch.',
  whenFetchFails: 'Goes on with the old set until a fetch succeeds.',
};
