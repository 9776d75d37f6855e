/** Which policies a waiver can widen, wherever they apply. */
import type { EffectivePolicy, PolicyScope } from '../model/policy.ts';
import type { Waiver } from '../model/waiver.ts';
import { scopesOverlap } from './scope.ts';

/** The targets that a waiver permits something at. */
export function scopeOfWaiver({ target }: Waiver): PolicyScope {
  const only = (name: string | null | undefined): PolicyScope['services'] =>
    name === null || name === undefined ? 'all' : [name];
  return { environments: only(target?.environment), services: only(target?.service), routes: 'all', labels: {} };
}

/**
 * The enforced policies that a waiver speaks of: the one that it names with those it extends, or all, as far as they share a
 * target with it.
 */
export function waivedPolicies(policies: readonly EffectivePolicy[], waiver: Waiver): readonly EffectivePolicy[] {
  const scope = scopeOfWaiver(waiver);
  const enforcing = policies.filter(
    ({ enforcement, appliesTo }) => enforcement.value === 'enforce' && scopesOverlap(appliesTo, scope),
  );
  const named = waiver.target?.policy ?? null;
  if (named === null) return enforcing;
  const chain = enforcing.find(({ name }) => name === named)?.chain ?? [];
  return enforcing.filter(({ name }) => chain.includes(name));
}
