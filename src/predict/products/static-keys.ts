import { ZERO } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

/** Keys are part of the configuration; removing one is a deployment. */
export const staticKeys: Product = {
  id: 'static-keys',
  checked: { major: 1, versions: 'any' },
  cacheClass: 'f',
  scope: 'set',
  keyCacheTtl: { value: ZERO, source: 'the keys are part of the configuration' },
  cooldown: null,
  fetchTimeout: { value: ZERO, source: 'nothing is fetched' },
  verdictCacheTtl: { value: ZERO, source: 'no verdict cache is declared' },
  leeway: { value: 'unknown', source: 'depends on the product' },
  requiresExp: { value: false, source: 'assumed not required, which is the weaker case' },
  settings: ['verdictCacheTtl', 'leeway', 'requiresExp'],
  wouldBeBoundedBy: 'deploy_time in the inventory: how long a configuration change takes to reach every replica',
  confirmed: 'read in source',
  behaviour: 'Keys are part of the configuration; removing one is a deployment.',
};
