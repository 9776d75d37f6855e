import type { ConfigPair, ConfigSubject } from '../model/config.ts';
import type { Inventory } from '../model/inventory.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import type { Prediction } from '../model/prediction.ts';
import { predict } from '../predict/predict.ts';
import { inventoryOfConfigs } from './config-inventory.ts';

/**
 * Bounds of verifiers that only configuration files tell of. They leave out what an Inventory would add, so they can show
 * that an objective is missed, never that it is met; those that nothing is known of are left out.
 */
export function predictConfigs(
  configs: readonly ConfigSubject[],
  pairs: readonly ConfigPair[],
  inventories: readonly Inventory[],
  policies: readonly EffectivePolicy[],
): readonly Prediction[] {
  const inventory = inventoryOfConfigs(configs, pairs, inventories, policies);
  if (inventory === null) return [];
  return predict([inventory], policies, (bound) => bound !== 'unknown');
}
