import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const SOURCE = 'fast-jwt 6.3.6: src/verifier.js';

/** fast-jwt with `cache: true` and a key function that fetches the key set. */
export const fastJwt: Product = {
  id: 'fast-jwt',
  title: 'fast-jwt with cache: true',
  checked: { package: 'fast-jwt', versions: ['6.3.6'], from: '6.0.0', below: '7.0.0', alongside: null },
  confirmed: 'measured and read in source',
  cacheClass: 'i',
  scope: 'none',
  keyCacheTtl: { value: ZERO, source: `${SOURCE}, the key function runs for every token that is not cached` },
  cooldown: { value: ZERO, source: `${SOURCE}, the key function runs for every token that is not cached` },
  fetchTimeout: {
    value: 'unknown',
    source: 'the key function is written by you: declare fetch_timeout in the inventory',
  },
  fetchAttempts: 1,
  staleOnError: { value: ZERO, source: `${SOURCE}, an error of the key function is thrown` },
  verdictCacheTtl: { value: millis(600_000), source: `${SOURCE}, cacheTTL` },
  verdictCache: { addsLeeway: true },
  leeway: { value: ZERO, source: `${SOURCE}, clockTolerance` },
  requiresExp: { value: false, source: `${SOURCE}, requiredClaims is empty by default` },
  settings: {
    fetchTimeout: 'your key function',
    verdictCacheTtl: 'cacheTTL',
    leeway: 'clockTolerance',
    requiresExp: 'requiredClaims',
  },
  wouldBeBoundedBy: null,
  behaviour:
    'Remembers every token it has verified. Until that entry is too old, or the token expires, neither signature nor key is looked at again. Declare verdict_cache_ttl: 0s where cache is off.',
  whenFetchFails: 'Tokens it has verified are accepted until their entry is too old; others are refused.',
};
