import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const DOCS = 'PostgREST 14: docs/references/auth.rst';

/** PostgREST: jwt-secret is part of its configuration, whatever it holds. */
export const postgrest: Product = {
  id: 'postgrest',
  title: 'PostgREST, jwt-secret',
  checked: { package: 'PostgREST', versions: ['14.0'], from: '12.0', below: '15.0', alongside: null },
  confirmed: 'documented by the vendor',
  cacheClass: 'f',
  scope: 'none',
  keyCacheTtl: { value: ZERO, source: `${DOCS}, jwt-secret is read at the start and with every reload` },
  cooldown: null,
  fetchTimeout: { value: ZERO, source: 'nothing is fetched' },
  fetchAttempts: 1,
  staleOnError: { value: ZERO, source: 'nothing is fetched' },
  // Cached verdicts are dropped when the secret changes, and end with exp.
  verdictCacheTtl: { value: ZERO, source: `${DOCS}, the cache of verdicts is dropped when jwt-secret changes` },
  verdictCache: { addsLeeway: false },
  leeway: { value: millis(30_000), source: `${DOCS}, a clock skew of 30 seconds` },
  requiresExp: { value: false, source: `${DOCS}, exp is checked when present` },
  settings: {},
  wouldBeBoundedBy: 'deploy_time in the inventory: how long a configuration change takes to reach every replica',
  behaviour: 'The secret or key set is part of the configuration. Changing it is a reload of every replica.',
  whenFetchFails: 'Nothing is fetched.',
};
