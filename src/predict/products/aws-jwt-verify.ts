import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const JWK = 'aws-jwt-verify 5.2.1: dist/esm/jwk.js';

/** aws-jwt-verify with its SimpleJwksCache. */
export const awsJwtVerify: Product = {
  id: 'aws-jwt-verify',
  title: 'aws-jwt-verify',
  checked: { package: 'aws-jwt-verify', versions: ['5.2.1'], from: '5.0.0', below: '6.0.0', alongside: null },
  confirmed: 'measured and read in source',
  cacheClass: 'd',
  scope: 'set',
  keyCacheTtl: { value: 'unbounded', source: `${JWK}, SimpleJwksCache has no expiry` },
  // Starts when a fetch did not bring the kid that was asked for.
  cooldown: { value: millis(10_000), source: `${JWK}, waitSeconds of SimplePenaltyBox` },
  fetchTimeout: {
    value: millis(3000),
    source: 'aws-jwt-verify 5.2.1: dist/esm/node-web-compat-node.js, response time-out',
  },
  // dist/esm/https.js, SimpleFetcher: one immediate retry.
  fetchAttempts: 2,
  staleOnError: { value: 'unbounded', source: `${JWK}, the set is replaced only when a fetch succeeds` },
  verdictCacheTtl: { value: ZERO, source: 'aws-jwt-verify 5.2.1: dist/esm/jwt-verifier.js caches no verdicts' },
  verdictCache: null,
  leeway: { value: ZERO, source: 'aws-jwt-verify 5.2.1: dist/esm/jwt.js, graceSeconds' },
  requiresExp: { value: false, source: 'aws-jwt-verify 5.2.1: dist/esm/jwt.js, exp is checked when present' },
  settings: {
    cooldown: 'SimplePenaltyBox waitSeconds',
    fetchTimeout: 'SimpleFetcher responseTimeout',
    leeway: 'graceSeconds',
  },
  wouldBeBoundedBy:
    'a token under a new key arriving (it then fetches the whole set), a restart after the key is gone, or a kid on the denylist',
  behaviour:
    'Never looks again at a key it knows. Only a token under an unknown kid makes it fetch, and then the whole set is replaced.',
  whenFetchFails: 'Goes on with the keys it knows.',
};

/** The major version before waits half as long for an answer. */
export const awsJwtVerifyBefore5: Product = {
  ...awsJwtVerify,
  checked: { package: 'aws-jwt-verify', versions: ['4.0.1'], from: '4.0.0', below: '5.0.0', alongside: null },
  confirmed: 'read in source',
  cooldown: { value: millis(10_000), source: 'aws-jwt-verify 4.0.1: dist/cjs/jwk.js, waitSeconds of SimplePenaltyBox' },
  fetchTimeout: {
    value: millis(1500),
    source: 'aws-jwt-verify 4.0.1: dist/cjs/node-web-compat-node.js, response time-out',
  },
};
