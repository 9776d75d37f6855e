import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const BEARER = 'Dapr: components-contrib/middleware/http/bearer/bearer_middleware.go';

/** Component middleware.http.bearer of Dapr. */
export const dapr: Product = {
  id: 'dapr',
  title: 'Dapr, middleware.http.bearer',
  checked: { package: 'Dapr', versions: ['1.16.0'], from: '1.10.0', below: '2.0.0', alongside: 'lestrrat jwx 2' },
  confirmed: 'read in source',
  cacheClass: 'b',
  scope: 'set',
  keyCacheTtl: {
    value: millis(600_000),
    source: `${BEARER}, the key set is fetched no more often than every 10 minutes`,
  },
  maxAge: 'extends',
  cooldown: null,
  fetchTimeout: {
    value: 'unbounded',
    source: 'lestrrat httprc 1: the http.Client of the caller; the default one never gives up',
  },
  fetchAttempts: 1,
  staleOnError: {
    value: 'unbounded',
    source: 'lestrrat jwx 2: jwk/cache.go, the old set stays until a fetch succeeds',
  },
  verdictCacheTtl: { value: ZERO, source: `${BEARER} caches no verdicts` },
  verdictCache: null,
  leeway: { value: millis(300_000), source: `${BEARER}, allowedClockSkew: 5 minutes` },
  requiresExp: { value: false, source: `${BEARER}, exp is checked when present` },
  settings: { fetchTimeout: 'measured by you' },
  wouldBeBoundedBy: null,
  behaviour: 'Fetches the key set in the background every ten minutes, or less often where Cache-Control says so.',
  whenFetchFails: 'Goes on with the old set.',
};
