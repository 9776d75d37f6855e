/** Policies that only exist to be extended: they select everything and accept nothing, so at targets they must not count. */
import type { Inventory } from '../model/inventory.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import { TOKEN_CLASSES } from '../model/policy.ts';

/** What says whether a policy stands for itself. */
export interface Standing {
  readonly policies: readonly EffectivePolicy[];
  readonly inventories: readonly Inventory[];
}

/**
 * Says of a policy whether it counts at targets. One is a building block when others extend it, in any of the versions, no
 * verifier is held to it, and nobody says whose tokens it accepts, or for whom. One that nobody ever extended and that lacks
 * these is a policy that lets nothing pass.
 */
export function standsForItself(versions: readonly Standing[]): (policy: EffectivePolicy) => boolean {
  const extended = new Set(versions.flatMap(({ policies }) => policies.flatMap(({ chain }) => chain.slice(1))));
  const named = new Set(
    versions.flatMap(({ inventories }) =>
      inventories.flatMap(({ verifiers }) => verifiers.map(({ policy }) => policy)),
    ),
  );
  return (policy) => !extended.has(policy.name) || named.has(policy.name) || !isIncomplete(policy);
}

function isIncomplete({ issuers, tokens }: EffectivePolicy): boolean {
  if (issuers.origin === 'unknown') return true;
  return TOKEN_CLASSES.every((tokenClass) => {
    const rules = tokens[tokenClass];
    return rules === undefined || rules.audiences.origin === 'unknown';
  });
}
