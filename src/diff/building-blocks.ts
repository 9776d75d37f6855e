import type { EffectivePolicy } from '../model/policy.ts';
import { standsForItself } from '../policy/standing.ts';
import type { DiffInput } from './diff-input.ts';

/** Both sides without policies that only exist to be extended, on whichever side. */
export function withoutBuildingBlocks(base: DiffInput, head: DiffInput): readonly [DiffInput, DiffInput] {
  const stands = standsForItself([base, head]);
  return [withPolicies(base, stands), withPolicies(head, stands)];
}

function withPolicies(side: DiffInput, stands: (policy: EffectivePolicy) => boolean): DiffInput {
  return { ...side, policies: side.policies.filter(stands) };
}
