import type { Bound } from '../../model/quantity.ts';
import { ZERO, millis } from '../../model/quantity.ts';
import type { Product, Sourced } from '../product.ts';

interface Differences {
  readonly checked: Product['checked'];
  readonly confirmed: Product['confirmed'];
  readonly cooldown: Sourced<Bound>;
  readonly fetchTimeout: Sourced<Bound>;
  readonly verdictCacheTtl: Sourced<Bound>;
  readonly verdictCache: Product['verdictCache'];
  readonly requiresExp: Sourced<boolean>;
  readonly settings: Product['settings'];
  readonly wouldBeBoundedBy: string | null;
  readonly more: string;
}

function modAuthOpenidcWith({ more, ...differences }: Differences): Product {
  return {
    ...differences,
    id: 'mod_auth_openidc',
    title: 'mod_auth_openidc as resource server',
    cacheClass: 'a',
    scope: 'set',
    keyCacheTtl: {
      value: millis(3_600_000),
      source: 'mod_auth_openidc: auth_openidc.conf, OIDCJWKSRefreshInterval; Apache refuses less than 300s',
    },
    fetchAttempts: 1,
    staleOnError: { value: ZERO, source: 'mod_auth_openidc: src/metadata/jwks.c, a fetch that fails gives no keys' },
    leeway: { value: ZERO, source: 'mod_auth_openidc: src/proto/jwt.c, exp without leeway' },
    behaviour: `Keeps the whole key set for OIDCJWKSRefreshInterval and fetches again for an unknown kid.${more}`,
    whenFetchFails: 'Refuses tokens once the time-to-live has passed.',
  };
}

/** As Debian 12 ships it. */
export const modAuthOpenidcBefore2420: Product = modAuthOpenidcWith({
  checked: { package: 'mod_auth_openidc', versions: ['2.4.12'], from: '2.4.0', below: '2.4.20', alongside: null },
  confirmed: 'measured',
  cooldown: { value: ZERO, source: 'mod_auth_openidc 2.4.12, measured: every unknown kid is fetched at once' },
  fetchTimeout: { value: 'unknown', source: 'mod_auth_openidc 2.4.12: OIDCHTTPTimeoutLong: declare fetch_timeout' },
  verdictCacheTtl: { value: ZERO, source: 'mod_auth_openidc 2.4.12 verifies every request' },
  verdictCache: null,
  requiresExp: { value: false, source: 'mod_auth_openidc 2.4.12: src/oauth.c, exp is checked when present' },
  settings: { keyCacheTtl: 'OIDCJWKSRefreshInterval', fetchTimeout: 'OIDCHTTPTimeoutLong' },
  wouldBeBoundedBy: null,
  more: '',
});

export const modAuthOpenidc: Product = modAuthOpenidcWith({
  checked: { package: 'mod_auth_openidc', versions: ['2.4.20'], from: '2.4.20', below: '3.0.0', alongside: null },
  confirmed: 'read in source',
  cooldown: {
    value: millis(60_000),
    source: 'mod_auth_openidc 2.4.20: src/metadata/jwks.c, OIDC_JWKS_FORCED_REFRESH_INTERVAL',
  },
  fetchTimeout: {
    value: millis(60_500),
    source: 'mod_auth_openidc 2.4.20: src/cfg/cfg.c, OIDCHTTPTimeoutLong: 30s, and once more after 500ms',
  },
  verdictCacheTtl: {
    value: 'unbounded',
    source: 'mod_auth_openidc 2.4.20: src/oauth.c, claims of a token are kept until the exp that the token names',
  },
  verdictCache: { addsLeeway: false },
  requiresExp: { value: true, source: 'mod_auth_openidc 2.4.20: src/oauth.c, exp is mandatory' },
  settings: {
    keyCacheTtl: 'OIDCJWKSRefreshInterval',
    cooldown: 'OIDC_JWKS_FORCED_REFRESH_INTERVAL',
    fetchTimeout: 'OIDCHTTPTimeoutLong',
    verdictCacheTtl: 'OIDCOAuthTokenIntrospectionInterval',
  },
  wouldBeBoundedBy: 'verdict_cache_ttl: a limit on how long a verified token is remembered',
  more: ' Since 2.4.20 a token that was verified once is accepted until it expires, and a thief with the key writes exp.',
});
