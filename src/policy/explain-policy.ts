/** Why each value of an effective policy is what it is: documents, waivers in force and guardrails, with their places. */
import type { ExplainedPart, ExplainedPolicy, ExplainedTarget, ExplainedValue } from '../model/explained.ts';
import type { Guardrail } from '../model/guardrail.ts';
import type { EffectivePolicy, PolicyScope, Resolved } from '../model/policy.ts';
import { showBound } from '../model/quantity.ts';
import type { Waiver } from '../model/waiver.ts';
import type { Ceiling } from './check-guardrails.ts';
import { ceilingsOver, isUnlimited } from './check-guardrails.ts';
import { combineFields } from './combine.ts';
import type { PermittedVariant, PolicyTarget } from './compose-target.ts';
import { composeTarget, selects } from './compose-target.ts';
import type { PolicyDimension } from './meet-field.ts';
import { scopesOverlap } from './scope.ts';
import { showEffective } from './show-effective.ts';
import { waivedPolicies } from './waived.ts';
import { widenPolicy } from './widen.ts';

/** Everything beside the policy that bears on it. */
export interface Surroundings {
  readonly policies: readonly EffectivePolicy[];
  readonly waivers: readonly Waiver[];
  readonly guardrails: readonly Guardrail[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Explains one policy. Waivers that have ended, that `final` makes void or that change nothing are left out. */
export function explainPolicy(policy: EffectivePolicy, around: Surroundings): ExplainedPolicy {
  const { policies, waivers, now } = around;
  const variants = waivers
    .filter((waiver) => now < waiver.expires.ends && waivedPolicies(policies, waiver).includes(policy))
    .map((waiver) => ({ waiver, ...widenPolicy(policy, waiver) }))
    .filter(({ fields }) => fields.every(({ final }) => final === null));
  return explain(policy, variants, guardrailsOf(around.guardrails, policy.appliesTo));
}

/** Explains everything that holds for a target. `title` is how it was asked for. */
export function explainTarget(title: string, target: PolicyTarget, around: Surroundings): ExplainedTarget {
  const { policies, waivers, guardrails, now } = around;
  const { contributors, enforced, permitted, problems } = composeTarget(policies, waivers, target, now);
  const scope = scopeOf(target);
  const partly = policies.filter((policy) => !selects(policy, target) && scopesOverlap(policy.appliesTo, scope));
  return {
    target: title,
    contributors: contributors.map(({ name, enforcement, at }) => ({ name, enforcement: enforcement.value, at })),
    partly: partly.map(({ name, at }) => ({ name, at })),
    policy: enforced === null ? null : explain(enforced, permitted, guardrailsOf(guardrails, scope)),
    problems,
  };
}

function scopeOf({ environment, service, route, labels }: PolicyTarget): PolicyScope {
  return { environments: [environment], services: [service], routes: [route], labels };
}

function guardrailsOf(guardrails: readonly Guardrail[], scope: PolicyScope): readonly Guardrail[] {
  return guardrails.filter(({ appliesTo }) => scopesOverlap(appliesTo, scope));
}

function explain(
  policy: EffectivePolicy,
  variants: readonly PermittedVariant[],
  guardrails: readonly Guardrail[],
): ExplainedPolicy {
  const { name, owner, chain, digest } = policy;
  const changed = variants.map(({ waiver, policy: widened }) => ({ waiver, values: valuesOf(widened) }));
  const ceilings = guardrails.map((guardrail) => ({ guardrail, over: ceilingsOver(policy, guardrail) }));
  const values = [...valuesOf(policy)].map(([path, { held, text }]): ExplainedValue => ({
    path,
    text,
    value: held.value,
    origin: held.origin,
    at: held.at,
    source: held.source,
    said: held.contributions.map((said) => ({ ...said, isBinding: said.at === held.at })),
    waived: changed.flatMap(({ waiver, values: widened }) => waivedBy(waiver, text, widened.get(path))),
    ceilings: ceilings.flatMap(({ guardrail, over }) =>
      over.filter((ceiling) => ceiling.path === path).map((ceiling) => explainCeiling(guardrail, ceiling)),
    ),
  }));
  return { name, owner, chain, digest, values, parts: partsOf(policy) };
}

interface Shown {
  readonly held: Resolved<unknown>;
  readonly text: string;
}

function valuesOf(policy: EffectivePolicy): ReadonlyMap<string, Shown> {
  const values = new Map<string, Shown>();
  const note = <T>(dimension: PolicyDimension<T>, [held]: readonly Resolved<T>[]): Resolved<T> => {
    if (held === undefined) throw new RangeError(`${dimension.path} has no value`);
    const { path } = dimension;
    values.set(path, { held, text: isUnlimited(dimension, held) ? 'no limit' : showEffective(path, held.value) });
    return held;
  };
  combineFields([policy], note);
  // Curves that nobody writes are worked out beside the walk.
  values.set('keys.curves', { held: policy.keys.curves, text: showEffective('keys.curves', policy.keys.curves.value) });
  return values;
}

function waivedBy(waiver: Waiver, before: string, after: Shown | undefined): ExplainedValue['waived'] {
  if (after === undefined || after.text === before) return [];
  return [{ waiver: waiver.name, text: after.text, until: waiver.expires.text, at: after.held.at ?? waiver.at }];
}

function explainCeiling(guardrail: Guardrail, { ceiling, at, isKept }: Ceiling): ExplainedValue['ceilings'][number] {
  return { guardrail: guardrail.name, text: ceiling, at, isKept };
}

function partsOf({ appliesTo, final, channels, drills }: EffectivePolicy): readonly ExplainedPart[] {
  const selectors = (['environments', 'services', 'routes', 'labels'] as const).flatMap(
    (kind): readonly ExplainedPart[] => {
      const value = appliesTo[kind];
      const isOpen = value === 'all' || Object.keys(value).length === 0;
      return isOpen ? [] : [{ path: `applies_to.${kind}`, text: showEffective(kind, value), at: null }];
    },
  );
  return [
    ...selectors,
    ...final.map(({ value, at }) => ({ path: 'final', text: String(value), at })),
    ...channels.map(({ type, endpoint, keys, pollInterval, maxPropagation, failMode, at }) => ({
      path: `revocation.channels[${endpoint === null ? type : `${type} ${endpoint}`}]`,
      text: [
        keys.join(', '),
        ...(pollInterval === null ? [] : [`polled every ${showBound(pollInterval.value)}`]),
        ...(maxPropagation === null ? [] : [`at most ${showBound(maxPropagation.value)}`]),
        `fails ${failMode.value}`,
      ].join(', '),
      at,
    })),
    ...drills.map(({ drill, every, at }) => ({ path: `drills[${drill}]`, text: `every ${showBound(every)}`, at })),
  ];
}
