import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

/** With cache: true a verified token is not verified again until its entry is too old; keys are not looked at on a hit. */
export const fastJwt: Product = {
  id: 'fast-jwt',
  checked: { major: 6, versions: '6.3.6' },
  cacheClass: 'i',
  scope: 'token',
  keyCacheTtl: {
    value: ZERO,
    source: 'fast-jwt 6.3.6: the key function is yours; fetched for every token that is not cached',
  },
  cooldown: { value: ZERO, source: 'fast-jwt 6.3.6: the key function is yours' },
  fetchTimeout: {
    value: millis(5_000),
    source: 'docs/formats.md: fetch_timeout of the key function, 5s unless declared',
  },
  verdictCacheTtl: { value: millis(600_000), source: 'fast-jwt 6.3.6: src/verifier.js, cacheTTL with cache: true' },
  leeway: { value: ZERO, source: 'fast-jwt 6.3.6: src/verifier.js, clockTolerance' },
  requiresExp: { value: false, source: 'fast-jwt 6.3.6: src/verifier.js, requiredClaims is empty by default' },
  settings: ['fetchTimeout', 'verdictCacheTtl', 'leeway'],
  wouldBeBoundedBy: null,
  confirmed: 'measured',
  behaviour:
    'With cache: true a verified token is not verified again until its entry is too old; keys are not looked at on a hit.',
};
