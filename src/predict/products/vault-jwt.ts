import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const CAP = 'hashicorp/cap 0.13: jwt/jwt.go';
const KEYS = 'go-oidc v3: oidc/jwks.go';

/** Auth method jwt of HashiCorp Vault with jwks_url or oidc_discovery_url. */
export const vaultJwt: Product = {
  id: 'vault-jwt',
  title: 'HashiCorp Vault, auth method jwt',
  checked: { package: 'Vault', versions: ['1.20.0'], from: '1.10.0', below: '3.0.0', alongside: 'go-oidc v3' },
  confirmed: 'read in source',
  cacheClass: 'd',
  scope: 'set',
  keyCacheTtl: { value: 'unbounded', source: `${KEYS}, a known kid is verified with the keys of the last fetch` },
  cooldown: { value: ZERO, source: `${KEYS}, an unknown kid is fetched at once` },
  fetchTimeout: {
    value: 'unbounded',
    source: 'hashicorp/cap 0.13: jwt/keyset.go, an http.Client without Timeout: an answer may take for ever',
  },
  fetchAttempts: 1,
  staleOnError: { value: 'unbounded', source: `${KEYS}, the keys are replaced only when a fetch succeeds` },
  session: {
    lifetime: { value: 'unknown', source: 'the Vault token: token_ttl and token_max_ttl of the role' },
    endsAtExp: false,
    setting: 'token_max_ttl of the role',
  },
  verdictCacheTtl: { value: ZERO, source: `${CAP} caches no verdicts` },
  verdictCache: null,
  leeway: { value: millis(60_000), source: `${CAP}, clock_skew_leeway: 60s, where the token has exp` },
  requiresExp: { value: false, source: `${CAP}, without exp it is nbf or iat plus expiration_leeway` },
  settings: { fetchTimeout: 'measured by you', leeway: 'clock_skew_leeway' },
  wouldBeBoundedBy:
    'a token under a new key arriving (it then fetches the whole set), a restart after the key is gone, or revoking the leases that the role gave out',
  behaviour:
    'Takes a token once, at log-in, and gives out a Vault token that lives on. Never looks again at a key it knows.',
  whenFetchFails: 'Goes on with the keys it knows.',
};
