/** Holds effective policies, and what waivers make of them, under the ceilings of guardrails. */
import { compareText } from '../model/compare-text.ts';
import type { Guardrail, OverGuardrail } from '../model/guardrail.ts';
import type { Location } from '../model/location.ts';
import type { EffectivePolicy, Resolved } from '../model/policy.ts';
import { SCENARIOS } from '../model/policy.ts';
import type { Waiver } from '../model/waiver.ts';
import { combineFields, isWritten } from './combine.ts';
import type { PolicyDimension } from './meet-field.ts';
import { objectiveDimensions } from './meet-dimensions.ts';
import { scopesOverlap } from './scope.ts';
import { showEffective } from './show-effective.ts';
import { scopeOfWaiver, waivedPolicies } from './waived.ts';
import { widenPolicy } from './widen.ts';

/** What is in force beside the policies. */
export interface Waiving {
  readonly waivers: readonly Waiver[];
  /** Milliseconds since the epoch; waivers that ended before do not count. */
  readonly now: number;
}

/**
 * Every value of a policy, or of a policy as a waiver in force widens it, that is over the ceiling of a guardrail with which it
 * shares a target. A value that a policy inherits is told of the one that wrote it. Sorted by guardrail, policy and path.
 */
export function checkGuardrails(
  policies: readonly EffectivePolicy[],
  guardrails: readonly Guardrail[],
  { waivers, now }: Waiving = { waivers: [], now: 0 },
): readonly OverGuardrail[] {
  const inForce = waivers.filter(({ permits, expires }) => permits !== null && now < expires.ends);
  return guardrails.flatMap((guardrail) => {
    const below = policies.filter(({ appliesTo }) => scopesOverlap(appliesTo, guardrail.appliesTo));
    const own = below.flatMap((policy) => overCeiling(policy, guardrail));
    const waived = inForce.flatMap((waiver) => overByWaiver(below, guardrail, waiver));
    return [...withoutInherited(own, policies), ...onePerPlace(waived)].sort(
      (a, b) => compareText(a.policy, b.policy) || compareText(a.path, b.path),
    );
  });
}

function overByWaiver(
  policies: readonly EffectivePolicy[],
  guardrail: Guardrail,
  waiver: Waiver,
): readonly OverGuardrail[] {
  if (!scopesOverlap(scopeOfWaiver(waiver), guardrail.appliesTo)) return [];
  return waivedPolicies(policies, waiver).flatMap((policy) => {
    const { policy: widened, fields } = widenPolicy(policy, waiver);
    const paths = new Set(fields.filter(({ widens }) => widens).map(({ path }) => path));
    return overCeiling(widened, guardrail)
      .filter(({ path }) => paths.has(path))
      .map((over) => ({ ...over, waiver: waiver.name }));
  });
}

function overCeiling(policy: EffectivePolicy, guardrail: Guardrail): readonly OverGuardrail[] {
  const found = ceilingsOver(policy, guardrail)
    .filter(({ isKept }) => !isKept)
    .map(({ path, held, value, ceiling, at }): OverGuardrail => ({
      ...aboutBoth(policy, guardrail, path),
      value,
      ceiling,
      isDefault: !isWritten(held),
      at: held.at ?? policy.at,
      ceilingAt: at,
    }));
  return [...found, ...missingObjectives(policy, guardrail)];
}

/** One ceiling of a guardrail over one value of a policy. */
export interface Ceiling {
  /** Path below `spec`. */
  readonly path: string;
  readonly held: Resolved<unknown>;
  /** What the policy has and the most it may have, as text. */
  readonly value: string;
  readonly ceiling: string;
  /** Where the guardrail writes it. */
  readonly at: Location;
  readonly isKept: boolean;
}

/** Every ceiling over a value that the policy has; a class that it forbids has none to keep. */
export function ceilingsOver(policy: EffectivePolicy, guardrail: Guardrail): readonly Ceiling[] {
  const found: Ceiling[] = [];
  const compare = <T>(dimension: PolicyDimension<T>, [held]: readonly Resolved<T>[]): Resolved<T> => {
    if (held === undefined) throw new RangeError(`${dimension.path} has no value`);
    for (const { pointer, meaning } of dimension.read(guardrail.spec)) {
      if (meaning === null) continue;
      const { path } = dimension;
      found.push({
        path,
        held,
        value: isUnlimited(dimension, held) ? 'no limit' : showEffective(path, held.value),
        ceiling: showEffective(path, meaning.value),
        at: guardrail.locate(pointer),
        isKept: isBelow(dimension, held, meaning.value),
      });
    }
    return held;
  };
  const allowed = Object.entries(policy.tokens).filter(([, { present }]) => present.value);
  combineFields([{ ...policy, tokens: Object.fromEntries(allowed) }], compare);
  return found;
}

/** Whether a value accepts nothing, or promises nothing less, than the ceiling does. */
function isBelow<T>(dimension: PolicyDimension<T>, held: Resolved<T>, ceiling: T): boolean {
  const { lattice } = dimension;
  if (isUnlimited(dimension, held)) return false;
  if (lattice.conflict(held.value, ceiling) !== null) return false;
  return lattice.equals(lattice.meet(held.value, ceiling), held.value);
}

/** Whether nobody wrote a value that limits only when it is written. */
export function isUnlimited<T>({ silence }: PolicyDimension<T>, held: Resolved<T>): boolean {
  return silence === 'unlimited' && !isWritten(held);
}

/** An objective that a policy does not have is no promise at all. */
function missingObjectives(policy: EffectivePolicy, guardrail: Guardrail): readonly OverGuardrail[] {
  return SCENARIOS.filter((scenario) => policy.objectives[scenario] === undefined).flatMap((scenario) => {
    const { max } = objectiveDimensions(scenario);
    return max.read(guardrail.spec).flatMap(({ pointer, meaning }): readonly OverGuardrail[] =>
      meaning === null
        ? []
        : [
            {
              ...aboutBoth(policy, guardrail, max.path),
              value: 'no objective',
              ceiling: showEffective(max.path, meaning.value),
              isDefault: true,
              at: policy.at,
              ceilingAt: guardrail.locate(pointer),
            },
          ],
    );
  });
}

function aboutBoth(policy: EffectivePolicy, guardrail: Guardrail, path: string) {
  return { guardrail: guardrail.name, policy: policy.name, waiver: null, path };
}

/** Leaves out what a base of the policy is told of: the same place, or the silence of both. */
function withoutInherited(
  found: readonly OverGuardrail[],
  policies: readonly EffectivePolicy[],
): readonly OverGuardrail[] {
  const chains = new Map(policies.map(({ name, chain }) => [name, chain]));
  return found.filter(
    (over) =>
      !found.some(
        (other) =>
          other.policy !== over.policy &&
          other.path === over.path &&
          ((other.isDefault && over.isDefault) || isSamePlace(other.at, over.at)) &&
          (chains.get(over.policy) ?? []).includes(other.policy),
      ),
  );
}

/** A waiver lifts every policy of its target in the same place: that is told once. */
function onePerPlace(found: readonly OverGuardrail[]): readonly OverGuardrail[] {
  return found.filter(
    (over, index) => found.findIndex((other) => other.path === over.path && isSamePlace(other.at, over.at)) === index,
  );
}

function isSamePlace(a: Location, b: Location): boolean {
  return a.file === b.file && a.line === b.line && a.column === b.column;
}
