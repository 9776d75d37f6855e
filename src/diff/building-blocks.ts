/** Policies that only exist to be extended: they select everything and accept nothing, so at targets they must not count. */
import type { EffectivePolicy } from '../model/policy.ts';
import { TOKEN_CLASSES } from '../model/policy.ts';
import type { DiffInput } from './diff-input.ts';

/**
 * Both sides without their building blocks. A policy is one when others extend it, on either side, no verifier is held to it,
 * and nobody says whose tokens it accepts, or for whom. One that nobody ever extended and that lacks these is a policy that
 * lets nothing pass.
 */
export function withoutBuildingBlocks(base: DiffInput, head: DiffInput): readonly [DiffInput, DiffInput] {
  const sides = [base, head];
  const extended = new Set(sides.flatMap(({ policies }) => policies.flatMap(({ chain }) => chain.slice(1))));
  const named = new Set(
    sides.flatMap(({ inventories }) => inventories.flatMap(({ verifiers }) => verifiers.map(({ policy }) => policy))),
  );
  const stands = (policy: EffectivePolicy): boolean =>
    !extended.has(policy.name) || named.has(policy.name) || !isIncomplete(policy);
  return [withPolicies(base, stands), withPolicies(head, stands)];
}

function withPolicies(side: DiffInput, stands: (policy: EffectivePolicy) => boolean): DiffInput {
  return { ...side, policies: side.policies.filter(stands) };
}

function isIncomplete({ issuers, tokens }: EffectivePolicy): boolean {
  if (issuers.origin === 'unknown') return true;
  return TOKEN_CLASSES.every((tokenClass) => {
    const rules = tokens[tokenClass];
    return rules === undefined || rules.audiences.origin === 'unknown';
  });
}
