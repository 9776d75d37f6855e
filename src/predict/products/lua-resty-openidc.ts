import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const OPENIDC = 'lua-resty-openidc 1.8.0: lib/resty/openidc.lua';

/** bearer_jwt_verify of lua-resty-openidc with discovery. */
export const luaRestyOpenidc: Product = {
  id: 'lua-resty-openidc',
  title: 'lua-resty-openidc, bearer_jwt_verify',
  checked: { package: 'lua-resty-openidc', versions: ['1.8.0'], from: '1.7.0', below: '2.0.0', alongside: null },
  confirmed: 'measured and read in source',
  cacheClass: 'e',
  scope: 'kid',
  keyCacheTtl: { value: millis(86_400_000), source: `${OPENIDC}, openidc_pem_from_jwk, jwk_expires_in: a day` },
  // A key that is no longer cached is taken from the cached set, and kept for as long again.
  upstreamCacheTtl: { value: millis(86_400_000), source: `${OPENIDC}, openidc_jwks, jwk_expires_in: a day` },
  cooldown: { value: ZERO, source: `${OPENIDC}, openidc_pem_from_jwk, an unknown kid is fetched at once` },
  fetchTimeout: {
    value: millis(180_000),
    source: 'lua-nginx-module: lua_socket_connect_timeout, _send_timeout and _read_timeout: 60s each',
  },
  fetchAttempts: 1,
  staleOnError: { value: ZERO, source: `${OPENIDC}, openidc_jwks, an error of the fetch is returned` },
  verdictCacheTtl: {
    value: 'unbounded',
    source: `${OPENIDC}, set_cached_jwt_verification: a token that was verified is remembered until its exp`,
  },
  verdictCache: { addsLeeway: true },
  leeway: { value: millis(120_000), source: `${OPENIDC}, iat_slack: 120` },
  requiresExp: { value: false, source: `${OPENIDC}, jwt_verify, exp is checked when present` },
  settings: {
    keyCacheTtl: 'jwk_expires_in',
    upstreamCacheTtl: 'jwk_expires_in, once more',
    fetchTimeout: 'timeout',
    verdictCacheTtl: 'jwt_verification_cache_ignore = true: 0s',
    leeway: 'iat_slack',
  },
  wouldBeBoundedBy: 'jwt_verification_cache_ignore = true: a thief with the key writes exp',
  behaviour:
    'Remembers a verified token until it expires, a key for a day, and the key set that it takes the key from for a day more. Tokens under other keys fetch their own key and do not end it.',
  whenFetchFails: 'Refuses tokens whose key is not cached.',
};
