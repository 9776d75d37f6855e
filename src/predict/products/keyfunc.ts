import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const HTTP = 'jwkset 0.11: http.go';
const STORAGE = 'jwkset 0.11: storage.go';

/** github.com/MicahParks/keyfunc with NewDefault: the key function of golang-jwt. */
export const keyfunc: Product = {
  id: 'keyfunc',
  title: 'keyfunc with golang-jwt',
  checked: { package: 'keyfunc', versions: ['3.7.0'], from: '3.0.0', below: '4.0.0', alongside: 'jwkset 0.11' },
  confirmed: 'read in source',
  cacheClass: 'b',
  scope: 'set',
  keyCacheTtl: { value: millis(3_600_000), source: `${HTTP}, NewDefaultHTTPClient, RefreshInterval: an hour` },
  cooldown: { value: millis(300_000), source: `${HTTP}, NewDefaultHTTPClient, RefreshUnknownKID: every 5 minutes` },
  fetchTimeout: { value: millis(60_000), source: `${STORAGE}, HTTPTimeout: a minute` },
  fetchAttempts: 1,
  staleOnError: { value: 'unbounded', source: `${STORAGE}, KeyReplaceAll runs only when a refresh succeeds` },
  verdictCacheTtl: { value: ZERO, source: 'golang-jwt 5: parser.go caches no verdicts' },
  verdictCache: null,
  leeway: { value: ZERO, source: 'golang-jwt 5: validator.go, WithLeeway' },
  requiresExp: { value: false, source: 'golang-jwt 5: validator.go, exp is checked when present' },
  settings: {
    keyCacheTtl: 'RefreshInterval',
    cooldown: 'RefreshUnknownKID',
    fetchTimeout: 'HTTPTimeout',
    leeway: 'WithLeeway',
    requiresExp: 'WithExpirationRequired',
  },
  wouldBeBoundedBy: null,
  behaviour:
    'Fetches the whole key set every hour in the background, and for an unknown kid, at most every five minutes.',
  whenFetchFails: 'Goes on with the old set until a refresh succeeds.',
};
