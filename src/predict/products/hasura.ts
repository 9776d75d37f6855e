import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const DOCS = 'hasura/graphql-engine: docs/docs/auth/authentication/jwt.mdx';
const JWT = 'Hasura GraphQL Engine 2: server/src-lib/Hasura/Server/Auth/JWT.hs';

/** HASURA_GRAPHQL_JWT_SECRET with jwk_url. With key the product is static-keys. */
export const hasura: Product = {
  id: 'hasura',
  title: 'Hasura, jwk_url',
  checked: { package: 'Hasura GraphQL Engine', versions: ['2.48.0'], from: '2.0.0', below: '3.0.0', alongside: null },
  confirmed: 'documented by the vendor',
  cacheClass: 'j',
  scope: 'set',
  keyCacheTtl: {
    value: millis(1000),
    source: `${DOCS}, Rotating JWKs: no-cache and no-store are fetched every second`,
  },
  cooldown: null,
  fetchTimeout: { value: 'unknown', source: `${DOCS} does not say how long a fetch may take: declare fetch_timeout` },
  fetchAttempts: 1,
  staleOnError: {
    value: 'unbounded',
    source: `${JWT}, fetchAndUpdateJWKs: a fetch that fails changes nothing and is tried again`,
  },
  verdictCacheTtl: { value: ZERO, source: `${JWT}, processJwt calls verifyJwt for every request` },
  verdictCache: null,
  leeway: { value: ZERO, source: `${JWT}, verifyJwt: allowedSkew is 0` },
  requiresExp: { value: false, source: `${DOCS}, exp is checked when present` },
  settings: { fetchTimeout: 'measured by you', leeway: 'allowed_skew' },
  wouldBeBoundedBy: null,
  assumes: ['the key set is sent with Cache-Control or Expires: without them Hasura never fetches it again'],
  behaviour:
    'Fetches again when Cache-Control or Expires of the key set say so, and never when they are not sent. A token under an unknown kid is refused and does not make it fetch.',
  whenFetchFails: 'Goes on with the keys it has.',
};
