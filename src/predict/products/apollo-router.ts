import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const JWKS = 'Apollo Router 2: apollo-router/src/plugins/authentication/jwks.rs';
const MOD = 'Apollo Router 2: apollo-router/src/plugins/authentication/mod.rs';

/** authentication.router.jwt of Apollo Router. */
export const apolloRouter: Product = {
  id: 'apollo-router',
  title: 'Apollo Router, authentication.router.jwt',
  checked: { package: 'Apollo Router', versions: ['2.9.0'], from: '2.0.0', below: '3.0.0', alongside: null },
  confirmed: 'read in source',
  cacheClass: 'b',
  scope: 'set',
  keyCacheTtl: { value: millis(60_000), source: `${MOD}, poll_interval: 60s` },
  cooldown: null,
  fetchTimeout: { value: millis(15_000), source: `${MOD}, DEFAULT_AUTHENTICATION_NETWORK_TIMEOUT` },
  fetchAttempts: 1,
  staleOnError: { value: 'unbounded', source: `${JWKS}, the set is replaced only when a poll succeeds` },
  verdictCacheTtl: { value: ZERO, source: `${MOD} caches no verdicts` },
  verdictCache: null,
  leeway: { value: millis(60_000), source: `${JWKS}, Validation::new of jsonwebtoken 10: leeway 60` },
  requiresExp: { value: true, source: `${MOD}, allow_missing_exp: false` },
  settings: {
    keyCacheTtl: 'poll_interval',
    requiresExp: 'allow_missing_exp: false',
  },
  wouldBeBoundedBy: null,
  behaviour:
    'Polls the key set in the background. A token under an unknown kid is refused and does not make it fetch. A request without a token is let through unless authorization says otherwise.',
  whenFetchFails: 'Goes on with the old set until a poll succeeds.',
};
