import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const JWT = 'Kong 3: kong/plugins/jwt/handler.lua';
const OIDC = 'Kong/developer.konghq.com: app/_schemas/gateway/plugins/3.15/OpenidConnect.json';
const DISCOVERY = 'Kong/developer.konghq.com: app/_kong_plugins/openid-connect/index.md, Discovery cache';

/** Plugin jwt: keys are credentials in Kong's own database or declarative file. */
export const kongJwt: Product = {
  id: 'kong-jwt',
  title: 'Kong, jwt plugin',
  checked: { package: 'Kong', versions: ['3.9.0'], from: '2.0.0', below: '4.0.0', alongside: null },
  confirmed: 'read in source',
  cacheClass: 'f',
  scope: 'none',
  keyCacheTtl: { value: ZERO, source: 'Kong 3: kong/plugins/jwt/daos.lua, keys are jwt_secrets: there is no key set' },
  cooldown: null,
  fetchTimeout: { value: ZERO, source: 'nothing is fetched' },
  fetchAttempts: 1,
  staleOnError: { value: ZERO, source: 'nothing is fetched' },
  verdictCacheTtl: { value: ZERO, source: `${JWT} caches no verdicts` },
  verdictCache: null,
  leeway: { value: ZERO, source: 'Kong 3: kong/plugins/jwt/jwt_parser.lua, exp without leeway' },
  requiresExp: { value: false, source: 'Kong 3: kong/plugins/jwt/schema.lua, claims_to_verify is empty by default' },
  verifiesExp: { value: false, source: 'Kong 3: kong/plugins/jwt/schema.lua, claims_to_verify is empty by default' },
  settings: { requiresExp: 'claims_to_verify: [exp]', verifiesExp: 'claims_to_verify: [exp]' },
  wouldBeBoundedBy: 'deploy_time in the inventory: how long a change of the jwt_secrets takes to reach every node',
  behaviour:
    'The keys are credentials of consumers. Unless claims_to_verify names exp, a token never expires. Removing the credential ends every token of that key.',
  whenFetchFails: 'Nothing is fetched.',
};

/** Enterprise plugin openid-connect, tokens verified locally. */
export const kongOpenidConnect: Product = {
  id: 'kong-openid-connect',
  title: 'Kong, openid-connect plugin',
  checked: { package: 'Kong Gateway', versions: ['3.15'], from: '3.0.0', below: '4.0.0', alongside: null },
  confirmed: 'documented by the vendor',
  cacheClass: 'g',
  scope: 'set',
  keyCacheTtl: { value: millis(3_600_000), source: `${DISCOVERY}: cache_ttl, 3600 by default` },
  cooldown: { value: millis(30_000), source: `${OIDC}, rediscovery_lifetime: 30` },
  fetchTimeout: { value: millis(30_000), source: `${OIDC}, timeout: 10s each to connect, send and read` },
  fetchAttempts: 1,
  staleOnError: {
    value: 'unbounded',
    source: `${DISCOVERY}: falls back to what is left in the cache when a rediscovery fails`,
  },
  verdictCacheTtl: { value: ZERO, source: `${OIDC}, a bearer token is verified for every request` },
  verdictCache: null,
  leeway: { value: ZERO, source: `${OIDC}, leeway` },
  requiresExp: { value: false, source: `${OIDC} has no field for it; taken as not required, the weaker case` },
  settings: { keyCacheTtl: 'cache_ttl', cooldown: 'rediscovery_lifetime', fetchTimeout: 'timeout', leeway: 'leeway' },
  wouldBeBoundedBy: null,
  behaviour:
    'Keeps discovery document and key set for cache_ttl. A token under an unknown kid makes it discover again, not sooner than rediscovery_lifetime after the last time.',
  whenFetchFails: 'Goes on with the cached key set until a fetch succeeds.',
};
