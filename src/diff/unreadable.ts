/** Policies that one side has and that could not be resolved there: what holds at their targets is unknown. */
import type { PolicyChange } from '../model/change.ts';
import type { Problem } from '../model/failure.ts';
import { showLocation } from '../model/location.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import { selects } from '../policy/compose-target.ts';
import type { DiffInput } from './diff-input.ts';
import type { TargetCell } from './target-cells.ts';
import { unknownChange } from './unknown-change.ts';

export interface Unreadable {
  readonly changes: readonly PolicyChange[];
  /** Whether such a policy holds at the target on the side that can be read. */
  readonly concerns: (cell: TargetCell) => boolean;
}

/** One unknown change for each policy that is broken on a side. The others are compared as if nothing were. */
export function unreadableChanges(base: DiffInput, head: DiffInput): Unreadable {
  const broken = new Map([...brokenPolicies(head, base), ...brokenPolicies(base, head)]);
  const known = [...base.policies, ...head.policies].filter(({ name }) => broken.has(name));
  return {
    changes: [...broken].map(([name, why]) => unknownChange(`policy ${name}`, [name], why)),
    concerns: (cell) => known.some((policy) => selects(policy, cell)),
  };
}

/** By name: why a policy of this side, or of a file of this side that has it on the other one, cannot be relied on. */
function brokenPolicies(side: DiffInput, other: DiffInput): readonly (readonly [string, string])[] {
  const resolved = new Set(side.policies.map(({ name }) => name));
  const faulty = new Map<string, Problem>();
  for (const problem of side.problems) {
    const file = problem.at?.file;
    if (file !== undefined && !faulty.has(file)) faulty.set(file, problem);
  }
  const lost = side.declared.filter(({ name }) => !resolved.has(name)).map(({ name, file }) => [name, file] as const);
  const inFaulty = [...side.policies, ...missing(side, other)]
    .filter(({ file }) => faulty.has(file))
    .map(({ name, file }) => [name, file] as const);
  return [...lost, ...inFaulty].map(([name, file]) => [name, reasonOf(file, faulty, side)] as const);
}

/** Policies of the other side whose file is broken here, so that they may be in it. */
function missing(side: DiffInput, other: DiffInput): readonly EffectivePolicy[] {
  const here = new Set([...side.policies, ...side.declared].map(({ name }) => name));
  return other.policies.filter(({ name }) => !here.has(name));
}

function reasonOf(file: string, faulty: ReadonlyMap<string, Problem>, { label }: DiffInput): string {
  const problem = faulty.get(file);
  if (problem === undefined) return `the policies that it extends could not be resolved in ${label}`;
  const place = problem.at === null || problem.at === undefined ? file : showLocation(problem.at);
  return `${place} in ${label}: ${problem.message}`;
}
