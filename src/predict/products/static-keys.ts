import { ZERO } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

/** Keys in a file, an environment variable or inline: HAProxy PEM files, inline JWKS, HMAC secrets. */
export const staticKeys: Product = {
  id: 'static-keys',
  title: 'Keys in the configuration',
  checked: null,
  confirmed: 'by definition',
  cacheClass: 'f',
  scope: 'none',
  keyCacheTtl: { value: ZERO, source: 'nothing is cached: the keys are part of the configuration' },
  cooldown: null,
  fetchTimeout: { value: ZERO, source: 'nothing is fetched' },
  fetchAttempts: 1,
  staleOnError: { value: ZERO, source: 'nothing is fetched' },
  verdictCacheTtl: { value: ZERO, source: 'no cache of verdicts is declared' },
  verdictCache: null,
  leeway: { value: 'unknown', source: 'depends on the product: declare leeway' },
  requiresExp: { value: false, source: 'taken as not required, the weaker case' },
  settings: { verdictCacheTtl: 'verdict_cache_ttl', leeway: 'leeway', requiresExp: 'requires_exp' },
  wouldBeBoundedBy: 'deploy_time in the inventory: how long a configuration change takes to reach every replica',
  behaviour: 'The keys are part of the configuration. Removing one is a deployment to every replica.',
  whenFetchFails: 'Nothing is fetched.',
};
