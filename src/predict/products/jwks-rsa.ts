import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const CLIENT = 'jwks-rsa 4.1.0: src/JwksClient.js';

/** The three usual ways to use jwks-rsa differ in nothing that matters here. */
function withVerifier(verifier: string, version: string, leewaySetting: string): Product {
  return {
    id: `jwks-rsa+${verifier}`,
    title: `jwks-rsa with ${verifier}`,
    checked: {
      package: 'jwks-rsa',
      versions: ['4.1.0'],
      from: '4.0.0',
      below: '5.0.0',
      alongside: `${verifier} ${version}`,
    },
    confirmed: 'measured and read in source',
    cacheClass: 'e',
    scope: 'kid',
    keyCacheTtl: { value: millis(600_000), source: 'jwks-rsa 4.1.0: src/wrappers/cache.js, cacheMaxAge' },
    cooldown: { value: ZERO, source: `${CLIENT}, rateLimit is off: an unknown kid is fetched at once` },
    fetchTimeout: { value: millis(30_000), source: `${CLIENT}, timeout, of an idle connection` },
    fetchAttempts: 1,
    staleOnError: { value: ZERO, source: `${CLIENT}, cacheMaxAgeFallback is not set` },
    verdictCacheTtl: { value: ZERO, source: `${verifier} ${version} caches no verdicts` },
    verdictCache: null,
    leeway: { value: ZERO, source: 'jsonwebtoken 9.0.3: verify.js, clockTolerance' },
    requiresExp: { value: false, source: 'jsonwebtoken 9.0.3: verify.js, exp is checked when present' },
    settings: { keyCacheTtl: 'cacheMaxAge', fetchTimeout: 'timeout', leeway: leewaySetting },
    wouldBeBoundedBy: null,
    behaviour:
      'Keeps each key on its own for its time-to-live. Tokens under other keys fetch their own key and do not end it.',
    whenFetchFails:
      'Refuses tokens once the time-to-live has passed; with cacheMaxAgeFallback it goes on with the old key for that much longer.',
  };
}

export const jwksRsaJsonwebtoken: Product = withVerifier('jsonwebtoken', '9.0.3', 'clockTolerance');
export const jwksRsaExpressJwt: Product = withVerifier('express-jwt', '8.5.1', 'clockTolerance');
export const jwksRsaPassportJwt: Product = withVerifier('passport-jwt', '4.0.1', 'jsonWebTokenOptions.clockTolerance');

function before4(product: Product): Product {
  return {
    ...product,
    checked: {
      package: 'jwks-rsa',
      versions: ['2.1.5', '3.2.0'],
      from: '2.0.0',
      below: '4.0.0',
      alongside: product.checked?.alongside ?? null,
    },
    confirmed: 'read in source',
    keyCacheTtl: { value: millis(600_000), source: 'jwks-rsa 3.2.0: src/wrappers/cache.js, cacheMaxAge' },
    cooldown: {
      value: ZERO,
      source: 'jwks-rsa 3.2.0: src/JwksClient.js, rateLimit is off: an unknown kid is fetched at once',
    },
    fetchTimeout: {
      value: millis(30_000),
      source: 'jwks-rsa 3.2.0: src/JwksClient.js, timeout, of an idle connection',
    },
    staleOnError: { value: ZERO, source: 'jwks-rsa 3.2.0: src/wrappers/cache.js, an error of the look-up is thrown' },
    whenFetchFails: 'Refuses tokens once the time-to-live has passed.',
  };
}

export const jwksRsaJsonwebtokenBefore4: Product = before4(jwksRsaJsonwebtoken);
export const jwksRsaExpressJwtBefore4: Product = before4(jwksRsaExpressJwt);
export const jwksRsaPassportJwtBefore4: Product = before4(jwksRsaPassportJwt);
