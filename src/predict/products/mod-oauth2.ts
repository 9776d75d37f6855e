import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const JOSE = 'liboauth2: src/jose.c';
const VERIFY = 'liboauth2: src/cfg/verify.c';

/** mod_oauth2 of Apache with jwks_uri. */
export const modOauth2: Product = {
  id: 'mod_oauth2',
  title: 'mod_oauth2',
  checked: { package: 'mod_oauth2', versions: ['3.3.1'], from: '3.3.0', below: '4.0.0', alongside: 'liboauth2 1.4.5' },
  confirmed: 'measured and read in source',
  cacheClass: 'a',
  scope: 'set',
  keyCacheTtl: { value: millis(86_400_000), source: `${JOSE}, OAUTH2_JOSE_URI_REFRESH_DEFAULT: a day` },
  cooldown: { value: ZERO, source: `${JOSE}, a token that cannot be verified fetches at once` },
  fetchTimeout: { value: millis(15_000), source: 'liboauth2: src/http.c, OAUTH2_HTTP_CALL_TIMEOUT_DEFAULT' },
  fetchAttempts: 1,
  staleOnError: { value: ZERO, source: `${JOSE}, without an answer there are no keys` },
  verdictCacheTtl: { value: millis(300_000), source: `${VERIFY}, OAUTH2_CFG_VERIFY_RESULT_CACHE_DEFAULT` },
  // Its time-to-live is its own: before liboauth2 2 an entry outlives exp.
  verdictCache: null,
  leeway: { value: ZERO, source: `${JOSE}, exp without leeway` },
  requiresExp: { value: false, source: `${JOSE}, exp is optional unless verify.exp says otherwise` },
  settings: { keyCacheTtl: 'jwks_uri.expiry', verdictCacheTtl: 'expiry', requiresExp: 'verify.exp=required' },
  wouldBeBoundedBy: null,
  assumes: ['no other virtual host with a longer expiry shares its cache of verified tokens'],
  behaviour:
    'Keeps the whole key set for jwks_uri.expiry, and every verified token for expiry on top. The cache of verified tokens is shared by virtual hosts: a token that a lax one has seen is accepted by a strict one.',
  whenFetchFails: 'Refuses tokens once both times have passed.',
};
