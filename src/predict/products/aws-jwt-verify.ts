import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

/** Never looks again at a key it knows; the whole set is replaced only when a token with an unknown kid arrives. */
export const awsJwtVerify: Product = {
  id: 'aws-jwt-verify',
  checked: { major: 5, versions: '5.2.1' },
  cacheClass: 'd',
  scope: 'set',
  keyCacheTtl: { value: 'unbounded', source: 'aws-jwt-verify 5.2.1: dist/esm/jwk.js, SimpleJwksCache has no expiry' },
  cooldown: { value: millis(10_000), source: 'aws-jwt-verify 5.2.1: dist/esm/jwk.js, SimplePenaltyBox waitSeconds' },
  fetchTimeout: { value: millis(3_000), source: 'aws-jwt-verify 5.2.1: README, response timeout of the fetcher' },
  verdictCacheTtl: { value: ZERO, source: 'aws-jwt-verify 5.2.1 caches no verdicts' },
  leeway: { value: ZERO, source: 'aws-jwt-verify 5.2.1: graceSeconds' },
  requiresExp: { value: false, source: 'aws-jwt-verify 5.2.1: exp is checked only when present' },
  settings: ['fetchTimeout', 'leeway'],
  wouldBeBoundedBy:
    'a token under a new key arriving (it then fetches the whole set), a restart after the key is gone, or a kid on the denylist',
  confirmed: 'measured',
  behaviour:
    'Never looks again at a key it knows; the whole set is replaced only when a token with an unknown kid arrives.',
};
