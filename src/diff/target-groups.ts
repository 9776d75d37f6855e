/** All targets of both sides, put together where the same policies and waivers hold, each group compared once. */
import type { ChangeTarget, PolicyChange } from '../model/change.ts';
import type { EffectivePolicy, TokenClass } from '../model/policy.ts';
import { TOKEN_CLASSES } from '../model/policy.ts';
import type { Waiver } from '../model/waiver.ts';
import { selects } from '../policy/compose-target.ts';
import { canonicalJson } from '../policy/digest.ts';
import { patternCovers } from '../policy/meet.ts';
import type { TargetComparison } from './compare-target.ts';
import { compareTarget } from './compare-target.ts';
import type { DiffInput } from './diff-input.ts';
import type { ToldApart } from './names.ts';
import { nameTargets, toldApart } from './names.ts';
import type { TargetCell } from './target-cells.ts';
import { MAX_CELLS, targetCells } from './target-cells.ts';
import type { TargetSide } from './target-side.ts';
import { targetSide } from './target-side.ts';
import { unknownChange } from './unknown-change.ts';
import { verifiersIn } from './verifiers-in.ts';

export interface TargetGroup {
  readonly comparison: TargetComparison;
  readonly name: string;
  readonly targets: readonly ChangeTarget[];
  readonly sides: { readonly before: TargetSide; readonly after: TargetSide };
}

export interface GroupOptions {
  readonly at: number;
  /** Whether a policy that could not be read holds at a target: nothing can be said about it then. */
  readonly isUnreadable: (cell: TargetCell) => boolean;
}

export interface TargetGroups {
  readonly groups: readonly TargetGroup[];
  /** One unknown change when there are more targets than can be looked at. */
  readonly tooMany: readonly PolicyChange[];
}

/** The groups that differ. Policies that mean the same on both sides are not looked at. */
export function targetGroups(base: DiffInput, head: DiffInput, options: GroupOptions): TargetGroups {
  const affected = affectedPolicies(base, head);
  if (affected.length === 0) return { groups: [], tooMany: [] };
  const cells = targetCells(affected, [...base.policies, ...head.policies]);
  if (cells === null) return { groups: [], tooMany: [tooMany(affected)] };
  const groups = groupCells(
    cells.filter((cell) => !options.isUnreadable(cell)),
    base,
    head,
  );
  const apart = toldApart(cells);
  const compared = [...groups.values()].flatMap((group) =>
    compareGroup(group, { base, head }, { at: options.at, apart }),
  );
  return { groups: compared, tooMany: [] };
}

/** Policies that are on one side only or mean something else there, and those that a changed waiver speaks of. */
function affectedPolicies(base: DiffInput, head: DiffInput): readonly EffectivePolicy[] {
  const before = new Map(base.policies.map((policy) => [policy.name, policy]));
  const after = new Map(head.policies.map((policy) => [policy.name, policy]));
  const waived = changedWaivers(base.waivers, head.waivers);
  const differs = (name: string): boolean => {
    const [old, young] = [before.get(name), after.get(name)];
    return old !== young && old?.digest !== young?.digest;
  };
  const isAffected = (policy: EffectivePolicy): boolean =>
    differs(policy.name) || waived.some((waiver) => mayConcern(waiver, policy));
  return [...base.policies, ...head.policies].filter(isAffected);
}

/** Waivers with permits that are new, gone or different, of either side. */
function changedWaivers(before: readonly Waiver[], after: readonly Waiver[]): readonly Waiver[] {
  const old = new Map(before.map((waiver) => [waiver.name, waiverText(waiver)]));
  const young = new Map(after.map((waiver) => [waiver.name, waiverText(waiver)]));
  return [...before, ...after].filter(({ permits, name }) => permits !== null && old.get(name) !== young.get(name));
}

function waiverText({ permits, target, expires }: Waiver): string {
  return canonicalJson({ permits: permits?.spec ?? null, target, expires: expires.text });
}

function mayConcern({ target }: Waiver, { name, chain, appliesTo }: EffectivePolicy): boolean {
  if (target === null) return false;
  if (target.policy !== null) return target.policy === name || chain.includes(target.policy);
  return mayMeet(target.service, appliesTo.services) && mayMeet(target.environment, appliesTo.environments);
}

function mayMeet(name: string | null, patterns: readonly string[] | 'all'): boolean {
  if (name === null || patterns === 'all') return true;
  return patterns.some((pattern) => patternCovers(pattern, name) || patternCovers(name, pattern));
}

interface CellGroup {
  readonly cells: TargetCell[];
}

/** Where the same policies of both sides and the same waivers may hold, the same comes out. */
function groupCells(cells: readonly TargetCell[], base: DiffInput, head: DiffInput): ReadonlyMap<string, CellGroup> {
  const groups = new Map<string, CellGroup>();
  const targetsOfWaivers = [...base.waivers, ...head.waivers].flatMap(({ target, permits }) =>
    target === null || permits === null ? [] : [target],
  );
  const [numbersBefore, numbersAfter] = [selectors(base.policies), selectors(head.policies)];
  for (const cell of cells) {
    const waived = targetsOfWaivers.map(
      ({ service, environment }) =>
        (service === null || patternCovers(service, cell.service)) &&
        (environment === null || patternCovers(environment, cell.environment)),
    );
    const key = `${numbersBefore(cell)};${numbersAfter(cell)};${waived.map(Number).join('')}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { cells: [cell] });
    else group.cells.push(cell);
  }
  return groups;
}

/** Which of the policies select a cell, as text. Policies of one scope are asked once. */
function selectors(policies: readonly EffectivePolicy[]): (cell: TargetCell) => string {
  const scopes = new Map<string, { readonly policy: EffectivePolicy; readonly numbers: number[] }>();
  for (const [number, policy] of policies.entries()) {
    const key = JSON.stringify(policy.appliesTo);
    const scope = scopes.get(key);
    if (scope === undefined) scopes.set(key, { policy, numbers: [number] });
    else scope.numbers.push(number);
  }
  const all = [...scopes.values()];
  return (cell) => all.flatMap(({ policy, numbers }) => (selects(policy, cell) ? numbers : [])).join();
}

function compareGroup(
  { cells }: CellGroup,
  { base, head }: { readonly base: DiffInput; readonly head: DiffInput },
  { at, apart }: { readonly at: number; readonly apart: ToldApart },
): readonly TargetGroup[] {
  const [cell] = cells;
  if (cell === undefined) return [];
  const there = [base, head].flatMap(({ policies }) => policies.filter((policy) => selects(policy, cell)));
  const classes = TOKEN_CLASSES.filter((tokenClass) => there.some(({ tokens }) => tokens[tokenClass] !== undefined));
  const waivers = { before: base.waivers, after: head.waivers };
  return classes.flatMap((tokenClass: TokenClass): readonly TargetGroup[] => {
    const before = targetSide(base, cell, tokenClass, at);
    const after = targetSide(head, cell, tokenClass, at);
    const tellsPromises = tokenClass === classes[0];
    const comparison = compareTarget({ tokenClass, before, after, tellsPromises, waivers });
    if (comparison === null) return [];
    const names = [...before.contributors, ...after.contributors];
    return [
      {
        comparison,
        name: nameTargets(cells, apart),
        targets: cells.map((target) => ({ ...target, verifiers: verifiersIn(target, names, head.inventories) })),
        sides: { before, after },
      },
    ];
  });
}

function tooMany(affected: readonly EffectivePolicy[]): PolicyChange {
  const names = [...new Set(affected.map(({ name }) => name))].sort();
  const name = names.length > 3 ? `${names.length} policies` : names.join(', ');
  return unknownChange(name, names, `selectors of the policies make more than ${MAX_CELLS} different targets`);
}
