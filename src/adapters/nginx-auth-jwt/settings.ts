import { ZERO } from '../../model/quantity.ts';
import type { Setting } from '../adapter.ts';

const MODULE = 'nginx.org: ngx_http_auth_jwt_module';

/** Facts of NGINX Plus, with the directives they come from. */
export const settings: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'signatureVerified',
    setting: 'auth_jwt_type',
    absent: { origin: 'default', value: true, source: `${MODULE}, auth_jwt_type signed` },
    note: 'With `encrypted` a token is decrypted, and whether anybody vouches for it depends on the kind of key.',
  },
  {
    on: 'verifier',
    fact: 'issuers',
    setting: 'auth_jwt_require',
    absent: {
      origin: 'default',
      value: null,
      source: `${MODULE}, auth_jwt_require: no claim is compared unless named`,
    },
    note: 'Checked by a `map $jwt_claim_iss ...` whose variable is required, or by an `if` that refuses.',
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'auth_jwt_require',
    absent: {
      origin: 'default',
      value: null,
      source: `${MODULE}, auth_jwt_require: no claim is compared unless named`,
    },
  },
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: 'auth_jwt_require',
    absent: { origin: 'platform', value: 'any', source: `${MODULE}, Supported Algorithms: all that fit the key` },
    note: 'There is no list to set; a `map $jwt_header_alg ...` that is required does the same.',
  },
  {
    on: 'verifier',
    fact: 'requiresExp',
    setting: 'auth_jwt_require $jwt_claim_exp',
    absent: { origin: 'default', value: false, source: `${MODULE}: exp is checked when it is there` },
  },
  {
    on: 'verifier',
    fact: 'leeway',
    setting: 'auth_jwt_leeway',
    unit: 's',
    absent: { origin: 'default', value: ZERO, source: `${MODULE}, auth_jwt_leeway 0s` },
  },
  { on: 'verifier', fact: 'keySource', setting: 'auth_jwt_key_request, auth_jwt_key_file', absent: null },
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: 'auth_jwt_key_cache',
    unit: 's',
    absent: null,
    note: '0 unless set: the subrequest is made for every request. Not counted for keys that are a file.',
  },
  {
    on: 'verifier',
    fact: 'jwksUri',
    setting: 'proxy_pass of the key location',
    absent: null,
    note: 'The location that `auth_jwt_key_request` names, where it is in the same server.',
  },
  {
    on: 'verifier',
    fact: 'upstreamKeyCacheTtl',
    setting: 'proxy_cache_valid of the key location',
    unit: 's',
    absent: null,
    note: 'A second cache in series: it adds to auth_jwt_key_cache. Headers of the key set win over it unless proxy_ignore_headers names them.',
  },
  {
    on: 'verifier',
    fact: 'staleOnError',
    setting: 'proxy_cache_use_stale of the key location',
    absent: null,
    note: '`error`, `timeout` and `http_5xx` keep the old key set for as long as the issuer does not answer.',
  },
  {
    on: 'verifier',
    fact: 'fetchTimeout',
    setting: 'proxy_connect_timeout, proxy_send_timeout, proxy_read_timeout',
    unit: 's',
    absent: null,
    note: 'Of the key location, added up; 60s each unless set.',
  },
  {
    on: 'verifier',
    fact: 'tlsVerified',
    setting: 'proxy_ssl_verify of the key location',
    absent: null,
    note: 'Off unless set, so certificates of the key server are not checked by default.',
  },
  {
    on: 'verifier',
    fact: 'denylistClaims',
    setting: 'keyval, map',
    absent: null,
    note: 'Claims that a required variable, or an `if` that refuses, looks up in a list of what must not pass.',
  },
  { on: 'verifier', fact: 'queryTokenAccepted', setting: 'auth_jwt ... token=$arg_<name>', absent: null },
  { on: 'verifier', fact: 'claimHeaders', setting: 'proxy_set_header <name> $jwt_claim_<claim>', absent: null },
  { on: 'verifier', fact: 'missingTokenAllowed', setting: 'satisfy any', absent: null },
  {
    on: 'route',
    fact: 'requirement',
    setting: 'auth_jwt',
    absent: { origin: 'default', value: 'none', source: `${MODULE}, auth_jwt off` },
  },
  { on: 'client', fact: 'clientId', setting: '$oidc_client', absent: null },
];
