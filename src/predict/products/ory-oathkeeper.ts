import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const SCHEMA = 'Ory Oathkeeper: .schema/config.schema.json';
const FETCHER = 'Ory Oathkeeper: credentials/fetcher_default.go';

/** Authenticator jwt of Ory Oathkeeper. */
export const oryOathkeeper: Product = {
  id: 'ory-oathkeeper',
  title: 'Ory Oathkeeper, authenticator jwt',
  checked: { package: 'Oathkeeper', versions: ['0.40.9'], from: '0.40.0', below: '1.0.0', alongside: null },
  confirmed: 'read in source',
  cacheClass: 'a',
  scope: 'set',
  keyCacheTtl: { value: millis(30_000), source: `${SCHEMA}, jwks_ttl: 30s` },
  cooldown: { value: ZERO, source: `${FETCHER}, an unknown kid is fetched every time` },
  // Requests wait for jwks_max_wait, a second; the fetch behind them goes on.
  fetchTimeout: { value: millis(15_000), source: `${FETCHER}, ResilientClientWithConnectionTimeout` },
  fetchAttempts: 1,
  staleOnError: {
    value: 'unbounded',
    source: `${FETCHER}, when jwks_max_wait has passed it goes on with what it has; an error that comes sooner refuses`,
  },
  verdictCacheTtl: { value: ZERO, source: 'Ory Oathkeeper: pipeline/authn/authenticator_jwt.go caches no verdicts' },
  verdictCache: null,
  leeway: { value: ZERO, source: 'Ory Oathkeeper: credentials/verifier_default.go, exp without leeway' },
  requiresExp: { value: false, source: 'Ory Oathkeeper: credentials/verifier_default.go, exp is checked when present' },
  settings: { keyCacheTtl: 'jwks_ttl' },
  wouldBeBoundedBy: null,
  behaviour: 'Keeps the whole key set for jwks_ttl and fetches again for an unknown kid, every time.',
  whenFetchFails: 'Goes on with the old set when the fetch hangs; refuses tokens when it fails fast.',
};
