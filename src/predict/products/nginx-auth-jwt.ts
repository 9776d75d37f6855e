import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const MODULE = 'nginx.org: ngx_http_auth_jwt_module';
const PROXY = 'nginx.org: ngx_http_proxy_module';

/** auth_jwt of NGINX Plus with auth_jwt_key_request. With auth_jwt_key_file the product is static-keys. */
export const nginxAuthJwt: Product = {
  id: 'nginx-auth-jwt',
  title: 'NGINX Plus, auth_jwt with auth_jwt_key_request',
  checked: { package: 'NGINX Plus', versions: ['36'], from: '25', below: '100', alongside: null },
  confirmed: 'documented by the vendor',
  cacheClass: 'a',
  scope: 'set',
  keyCacheTtl: { value: ZERO, source: `${MODULE}, auth_jwt_key_cache: 0 unless set` },
  cooldown: null,
  fetchTimeout: {
    value: millis(180_000),
    source: `${PROXY}, proxy_connect_timeout, proxy_send_timeout and proxy_read_timeout: 60s each`,
  },
  fetchAttempts: 1,
  staleOnError: { value: ZERO, source: `${PROXY}, proxy_cache_use_stale is off by default` },
  upstreamCacheTtl: { value: ZERO, source: `${PROXY}, proxy_cache is off by default` },
  verdictCacheTtl: { value: ZERO, source: `${MODULE} verifies every request` },
  verdictCache: null,
  leeway: { value: ZERO, source: `${MODULE}, auth_jwt_leeway` },
  requiresExp: { value: false, source: `${MODULE}, exp is checked when present, unless auth_jwt_require asks for it` },
  settings: {
    keyCacheTtl: 'auth_jwt_key_cache',
    fetchTimeout: 'proxy_connect_timeout, proxy_send_timeout and proxy_read_timeout of the key location',
    staleOnError: 'proxy_cache_use_stale error: unbounded',
    upstreamCacheTtl: 'proxy_cache_valid of the key location',
    leeway: 'auth_jwt_leeway',
    requiresExp: 'auth_jwt_require $jwt_claim_exp',
  },
  wouldBeBoundedBy: null,
  behaviour:
    'Gets the key set by a subrequest: with every request, or kept for auth_jwt_key_cache. A proxy_cache in the location that the subrequest goes to is a second cache in series.',
  whenFetchFails: 'Refuses tokens, unless proxy_cache_use_stale lets the proxy cache answer with an old set.',
};
