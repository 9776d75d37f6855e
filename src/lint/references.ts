import type { DrillSpec } from '../model/drill.ts';
import type { Problem } from '../model/failure.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Location } from '../model/location.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import { nearest } from '../policy/nearest.ts';

/**
 * Names in one document that should be defined in another. Checked only where documents of the wanted kind are part of
 * the run: linting one file alone must not fail for the others.
 */
export function checkReferences({
  policies,
  inventories,
  drills,
}: {
  readonly policies: readonly EffectivePolicy[];
  readonly inventories: readonly Inventory[];
  readonly drills: readonly DrillSpec[];
}): readonly Problem[] {
  const policyNames = policies.map(({ name }) => name);
  const inventoryNames = inventories.map(({ name }) => name);
  return [
    ...inventories.flatMap(({ verifiers }) =>
      verifiers.flatMap(({ policy, at }) => (policy === null ? [] : missing('policy', policy, policyNames, at))),
    ),
    ...drills.flatMap((drill) => [
      ...missing('policy', drill.policy, policyNames, drill.at),
      ...missing('inventory', drill.inventory, inventoryNames, drill.at),
    ]),
  ];
}

function missing(kind: string, name: string, names: readonly string[], at: Location): readonly Problem[] {
  if (names.length === 0 || names.includes(name)) return [];
  const close = nearest(name, names);
  return [
    {
      code: 'document/not-found',
      message: `there is no ${kind} "${name}"`,
      hint: close === null ? `choose one of ${names.join(', ')}` : `did you mean "${close}"?`,
      at,
    },
  ];
}
