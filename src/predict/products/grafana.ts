import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const KEYS = 'Grafana: pkg/services/auth/jwt/key_sets.go';
const DEFAULTS = 'Grafana: conf/defaults.ini, [auth.jwt]';

/** [auth.jwt] of Grafana with jwk_set_url. */
export const grafana: Product = {
  id: 'grafana',
  title: 'Grafana, auth.jwt with jwk_set_url',
  checked: { package: 'Grafana', versions: ['12.0.0'], from: '8.0.0', below: '14.0.0', alongside: null },
  confirmed: 'read in source',
  cacheClass: 'a',
  scope: 'set',
  keyCacheTtl: { value: millis(3_600_000), source: `${DEFAULTS} cache_ttl = 60m, in the remote cache` },
  cooldown: null,
  fetchTimeout: { value: 'unbounded', source: `${KEYS}, an http.Client without Timeout: an answer may take for ever` },
  fetchAttempts: 1,
  staleOnError: { value: ZERO, source: `${KEYS}, an error of the fetch refuses the token` },
  verdictCacheTtl: { value: ZERO, source: 'Grafana: pkg/services/auth/jwt/auth.go caches no verdicts' },
  verdictCache: null,
  leeway: {
    value: millis(60_000),
    source: 'Grafana: pkg/services/auth/jwt/validation.go, DefaultLeeway of go-jose jwt',
  },
  requiresExp: { value: false, source: 'Grafana: pkg/services/auth/jwt/validation.go, exp is checked when present' },
  settings: { keyCacheTtl: 'cache_ttl', fetchTimeout: 'measured by you' },
  wouldBeBoundedBy: null,
  behaviour:
    'Keeps the whole key set for cache_ttl, newer versions for less where Cache-Control says so, shared by all replicas. A token under an unknown kid is refused and does not make it fetch.',
  whenFetchFails: 'Refuses tokens once the time-to-live has passed.',
};
