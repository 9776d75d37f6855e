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
  window: { value: millis(900_000), source: 'httprc 1.0.6: queue.go, refreshLoop looks every 15 minutes what is due' },
  cooldown: null,
  fetchTimeout: {
    value: 'unbounded',
    source: 'httprc 1.0.6: queue.go, http.DefaultClient never gives up',
  },
  fetchAttempts: 1,
  staleOnError: {
    value: 'unbounded',
    source: 'httprc 1.0.6: queue.go, fetchAndStore keeps the old data when a fetch fails',
  },
  verdictCacheTtl: { value: ZERO, source: `${BEARER} caches no verdicts` },
  verdictCache: null,
  leeway: { value: millis(300_000), source: `${BEARER}, allowedClockSkew: 5 minutes` },
  requiresExp: { value: false, source: `${BEARER}, exp is checked when present` },
  settings: { fetchTimeout: 'measured by you' },
  wouldBeBoundedBy: null,
  behaviour:
    'Fetches the key set in the background after ten minutes, or later where Cache-Control says so, and looks only every 15 minutes what is due.',
  whenFetchFails: 'Goes on with the old set.',
};
