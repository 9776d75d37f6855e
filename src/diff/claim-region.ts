/** What claims may hold, claim by claim; a claim without an entry may hold anything or be missing. */
import type { SetFamily } from './set-family.ts';
import { ANY_SET, commonSets, hasSet, noSets, sameSets, setsWithout } from './set-family.ts';

export interface ClaimRegion {
  readonly mayBeAbsent: boolean;
  /** The values, as a set of their texts; a claim with one value is a set of one. */
  readonly values: SetFamily;
}

export type ClaimRegions = ReadonlyMap<string, ClaimRegion>;

export const ANY_CLAIM: ClaimRegion = { mayBeAbsent: true, values: ANY_SET };

/** Whether both are written alike, which is enough to be the same. */
export function sameClaims(a: ClaimRegions, b: ClaimRegions): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [name, { mayBeAbsent, values }] of a) {
    const other = b.get(name);
    if (other === undefined || other.mayBeAbsent !== mayBeAbsent || !sameSets(values, other.values)) return false;
  }
  return true;
}

/** Null when some claim can neither hold anything nor be missing. */
export function commonClaims(a: ClaimRegions, b: ClaimRegions): ClaimRegions | null {
  if (a === b) return a;
  const common = new Map(a);
  for (const [name, region] of b) {
    const both = commonRegion(a.get(name) ?? ANY_CLAIM, region);
    if (both === null) return null;
    common.set(name, both);
  }
  return common;
}

function commonRegion(a: ClaimRegion, b: ClaimRegion): ClaimRegion | null {
  return sound({ mayBeAbsent: a.mayBeAbsent && b.mayBeAbsent, values: commonSets(a.values, b.values) });
}

function sound(region: ClaimRegion): ClaimRegion | null {
  return region.mayBeAbsent || !noSets(region.values) ? region : null;
}

/** One part per claim of `b`; they exclude each other. */
export function claimsWithout(a: ClaimRegions, b: ClaimRegions): readonly ClaimRegions[] {
  const parts: ClaimRegions[] = [];
  let left = a;
  for (const [name, region] of b) {
    const held = left.get(name) ?? ANY_CLAIM;
    const beyond = sound({
      mayBeAbsent: held.mayBeAbsent && !region.mayBeAbsent,
      values: setsWithout(held.values, region.values),
    });
    if (beyond !== null) parts.push(new Map(left).set(name, beyond));
    const inside = commonRegion(held, region);
    if (inside === null) break;
    left = new Map(left).set(name, inside);
  }
  return parts;
}

/** `values` is null for a claim that is missing. */
export function hasClaim({ mayBeAbsent, values }: ClaimRegion, given: readonly string[] | null): boolean {
  return given === null ? mayBeAbsent : hasSet(values, given);
}
