import type { Estate } from '../model/finding.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import type { Revocation } from '../model/revocation.ts';
import { isApplied } from './policy-facts.ts';

/** The policies whose tokens a revocation is about: of its issuer, in one of its environments. */
export function policiesRevoked({ issuer, environments }: Revocation, estate: Estate): readonly EffectivePolicy[] {
  return estate.policies.filter((policy) => {
    if (!isApplied(policy, estate)) return false;
    const { environments: applied } = policy.appliesTo;
    const meets = environments === null || applied === 'all' || applied.some((name) => environments.includes(name));
    return meets && (issuer === null || policy.issuers.value.some((each) => each.issuer === issuer));
  });
}
