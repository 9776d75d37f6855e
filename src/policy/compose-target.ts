/** Everything that holds for one target: which policies apply, what they accept together, what waivers add. */
import type { Problem } from '../model/failure.ts';
import { showLocation } from '../model/location.ts';
import type { EffectivePolicy, Resolved, TokenClass } from '../model/policy.ts';
import type { Waiver } from '../model/waiver.ts';
import { combineFields, isWritten } from './combine.ts';
import { patternCovers } from './meet.ts';
import { meetPolicies, meetValues } from './meet-effective.ts';
import type { PolicyDimension } from './meet-field.ts';
import { shortPath } from './meet-field.ts';
import { showSaid } from './show-effective.ts';
import { waivedPolicies } from './waived.ts';
import type { PermittedField } from './widen.ts';
import { widenPolicy } from './widen.ts';

/** What a policy can select. A trailing `*` stands for every name with that beginning. */
export interface PolicyTarget {
  readonly environment: string;
  readonly service: string;
  readonly route: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Leaves out waivers about other classes of tokens. */
  readonly tokenClass?: TokenClass;
}

export interface TargetComposition {
  /** Policies that select the target, whatever their enforcement; sorted by name. */
  readonly contributors: readonly EffectivePolicy[];
  /** The meet of those that are enforced; null when none is, and the target is ungoverned. */
  readonly enforced: EffectivePolicy | null;
  /** For each waiver in force, what it makes of that; those that are void or change nothing here are left out. */
  readonly permitted: readonly PermittedVariant[];
  /** Contradictions between the policies, and waivers that `final` makes void. */
  readonly problems: readonly Problem[];
}

export interface PermittedVariant {
  readonly waiver: Waiver;
  readonly policy: EffectivePolicy;
}

/** Whether a policy applies to a target: a pattern is selected when the policy selects all that it stands for. */
export function selects({ appliesTo }: EffectivePolicy, target: PolicyTarget): boolean {
  return (
    covers(appliesTo.environments, target.environment) &&
    covers(appliesTo.services, target.service) &&
    covers(appliesTo.routes, target.route) &&
    Object.entries(appliesTo.labels).every(([name, value]) => valueOf(target.labels, name) === value)
  );
}

function covers(patterns: readonly string[] | 'all', name: string): boolean {
  return patterns === 'all' || patterns.some((pattern) => patternCovers(pattern, name));
}

function valueOf(labels: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(labels, name) ? labels[name] : undefined;
}

/**
 * What is accepted at a target. A token is, when `enforced` or one of the `permitted` accepts it.
 *
 * A waiver that names a policy widens that policy and those it extends, so that others of the target still limit it; one that
 * names none widens all of them. A field that is final in a policy to be widened makes the whole waiver void.
 *
 * @param at milliseconds since the epoch; a waiver counts to the end of its last day
 */
export function composeTarget(
  policies: readonly EffectivePolicy[],
  waivers: readonly Waiver[],
  target: PolicyTarget,
  at: number,
): TargetComposition {
  const contributors = policies
    .filter((policy) => selects(policy, target))
    .sort((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1));
  const enforcing = contributors.filter(({ enforcement }) => enforcement.value === 'enforce');
  const inForce = waivers.filter((waiver) => at < waiver.expires.ends && concerns(waiver, target));
  const outcomes = inForce.map((waiver) => permit(enforcing, waiver));
  return {
    contributors,
    enforced: meetPolicies(enforcing),
    permitted: outcomes.flatMap(({ variant }) => variant ?? []),
    problems: [...contradictions(enforcing), ...outcomes.flatMap(({ problems }) => problems)],
  };
}

function concerns({ target }: Waiver, { environment, service, tokenClass }: PolicyTarget): boolean {
  if (target === null) return false;
  return (
    (target.environment === null || patternCovers(target.environment, environment)) &&
    (target.service === null || patternCovers(target.service, service)) &&
    (target.token === null || tokenClass === undefined || target.token === tokenClass)
  );
}

interface PermitOutcome {
  readonly variant: PermittedVariant | null;
  readonly problems: readonly Problem[];
}

function permit(enforcing: readonly EffectivePolicy[], waiver: Waiver): PermitOutcome {
  const waived = waivedPolicies(enforcing, waiver);
  const whole = meetPolicies(waived);
  if (whole === null) return { variant: null, problems: [] };
  const { policy, fields } = widenPolicy(whole, waiver);
  const problems = fields.flatMap((field) => voided(waiver, field));
  if (problems.length > 0 || policy === whole) return { variant: null, problems };
  const variant = meetPolicies([policy, ...enforcing.filter((other) => !waived.includes(other))]);
  return { variant: variant === null ? null : { waiver, policy: variant }, problems };
}

/** A problem where a document of the policy declared the field final. */
export function voided({ name }: Waiver, { path, at, final }: PermittedField): readonly Problem[] {
  if (final === null) return [];
  const field = shortPath(path);
  return [
    {
      code: 'document/invalid',
      message: `final on ${field} in "${final.policy}" (${showLocation(final.at)}) makes waiver "${name}" void`,
      hint: `change TokenPolicy "${final.policy}", or take ${field} out of the waiver`,
      at,
    },
  ];
}

/** Fields in which every policy accepts something and all of them together accept nothing. */
function contradictions(policies: readonly EffectivePolicy[]): readonly Problem[] {
  if (policies.length < 2) return [];
  const problems: Problem[] = [];
  combineFields(policies, (dimension, values) => {
    const met = meetValues(dimension, values);
    const problem = contradiction(dimension, values, met);
    if (problem !== null) problems.push(problem);
    return met;
  });
  return problems.map((problem) => ({ ...problem, at: problem.at ?? policies[0]?.at ?? null }));
}

function contradiction<T>(
  { path, whenEmpty, lattice }: PolicyDimension<T>,
  values: readonly Resolved<T>[],
  met: Resolved<T>,
): Problem | null {
  const conflicts = values.filter(isWritten).some(({ value }) => lattice.conflict(met.value, value) !== null);
  const dies = whenEmpty !== null && lattice.isEmpty(met.value) && !values.some(({ value }) => lattice.isEmpty(value));
  if (!dies && !conflicts) return null;
  return {
    code: 'document/invalid',
    message: `${whenEmpty ?? 'nothing can be accepted'}: policies of one target have no ${shortPath(path)} in common, ${values.map((value) => showSaid(value, path)).join(', ')}`,
    hint: values.every(isWritten)
      ? 'let them agree on one value, or narrow applies_to of one of them'
      : `a default holds beside what another policy writes: write ${shortPath(path)} in both`,
    at: values.findLast(isWritten)?.at ?? null,
  };
}
