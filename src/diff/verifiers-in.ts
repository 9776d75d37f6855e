import type { Inventory } from '../model/inventory.ts';
import { patternCovers } from '../policy/meet.ts';
import type { TargetCell } from './target-cells.ts';

/**
 * Verifiers of the inventories that a target is about, sorted: those that name one of its policies, or its service, and that
 * run in its environment.
 */
export function verifiersIn(
  { environment, service }: TargetCell,
  policies: readonly string[],
  inventories: readonly Inventory[],
): readonly string[] {
  const verifiers = inventories.flatMap((inventory) => inventory.verifiers);
  const found = verifiers.filter(
    (verifier) =>
      patternCovers(environment, verifier.environment) &&
      (verifier.policy === null ? patternCovers(service, verifier.name) : policies.includes(verifier.policy)),
  );
  return [...new Set(found.map(({ name }) => name))].sort();
}
