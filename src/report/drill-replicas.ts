/** Replicas of one verifier, told together: with hundreds of units a reader asks for verifiers first. */
import type { UnitResult } from '../model/drill.ts';
import type { ArmResult } from './drill-wording.ts';
import { unitVerdict } from './drill-wording.ts';

/** The units of one verifier in one arm. */
export interface Replicas {
  readonly verifier: string;
  /** The one that decides how the verifier did. */
  readonly worst: UnitResult;
  /** All of them, the worst first. */
  readonly units: readonly UnitResult[];
}

const RANK = { missed: 0, inconclusive: 1, excluded: 2, met: 3 } as const;

/** Verifiers in the order of their first units. */
export function replicasOf(arm: ArmResult): readonly Replicas[] {
  const groups = new Map<string, UnitResult[]>();
  for (const unit of arm.units) groups.set(unit.verifier, [...(groups.get(unit.verifier) ?? []), unit]);
  return [...groups].flatMap(([verifier, found]) => {
    const units = found.toSorted(worstFirst);
    const [worst] = units;
    return worst === undefined ? [] : [{ verifier, worst, units }];
  });
}

function worstFirst(a: UnitResult, b: UnitResult): number {
  const rank = RANK[unitVerdict(a)] - RANK[unitVerdict(b)];
  if (rank !== 0) return rank;
  const [left, right] = [endOf(a), endOf(b)];
  if (left !== right) return right > left ? 1 : -1;
  return b.flaps - a.flaps;
}

function endOf({ interval }: UnitResult): number {
  if (interval === null) return 0;
  return interval.upper === 'unbounded' ? Infinity : interval.upper;
}

/** What tells a replica from the others of its verifier: mostly an address. */
export function replicaName({ unit, verifier }: UnitResult): string {
  return unit.startsWith(`${verifier}/`) ? unit.slice(verifier.length + 1) : unit;
}
