/**
 * Families of sets of names, for claims that hold several: "one audience at least is ours", "every audience is ours". A
 * clause is all sets that lie within some names and meet each of some others; a family is a union of clauses. That is
 * closed under intersection and difference, and whether a clause is empty shows at once.
 */
import type { ValueSet } from './value-set.ts';
import {
  EVERY_VALUE,
  commonValues,
  complementOf,
  hasValue,
  noValues,
  pickValue,
  sameValues,
  valuesOf,
  valuesWithout,
} from './value-set.ts';

interface Clause {
  readonly within: ValueSet;
  readonly meets: readonly ValueSet[];
}

export type SetFamily = readonly Clause[];

/** Every set with a member. */
export const ANY_SET: SetFamily = [{ within: EVERY_VALUE, meets: [EVERY_VALUE] }];

/** Sets with a member among the names. */
export function setsMeeting(names: readonly string[]): SetFamily {
  return sound([{ within: EVERY_VALUE, meets: [valuesOf(names)] }]);
}

/** Sets that have a member, and none beside the names. */
export function setsOf(names: readonly string[]): SetFamily {
  const within = valuesOf(names);
  return sound([{ within, meets: [within] }]);
}

/** Sets without a member beside the names, the empty one too. */
export function setsWithin(names: readonly string[]): SetFamily {
  return [{ within: valuesOf(names), meets: [] }];
}

/** The sets of one member each. */
export function singletons(names: readonly string[]): SetFamily {
  return names.map((name) => ({ within: valuesOf([name]), meets: [valuesOf([name])] }));
}

/** Whether both are written alike, which is enough to be the same. */
export function sameSets(a: SetFamily, b: SetFamily): boolean {
  return a === b || (a.length === b.length && a.every((clause, index) => sameClause(clause, b[index])));
}

function sameClause(a: Clause, b: Clause | undefined): boolean {
  if (b === undefined || a.meets.length !== b.meets.length || !sameValues(a.within, b.within)) return false;
  return a.meets.every((met, index) => sameValues(met, b.meets[index] ?? EVERY_VALUE));
}

export function commonSets(a: SetFamily, b: SetFamily): SetFamily {
  if (a === b) return a;
  return sound(
    a.flatMap((left) =>
      b.map((right) => ({ within: commonValues(left.within, right.within), meets: [...left.meets, ...right.meets] })),
    ),
  );
}

export function setsWithout(a: SetFamily, b: SetFamily): SetFamily {
  return b.reduce((left, clause) => left.flatMap((each) => clauseWithout(each, clause)), a);
}

/** Outside of the names of the other clause, or missing one of what it meets. The parts exclude each other. */
function clauseWithout(a: Clause, b: Clause): SetFamily {
  const parts: Clause[] = [{ within: a.within, meets: [...a.meets, complementOf(b.within)] }];
  let inside: Clause = { within: commonValues(a.within, b.within), meets: a.meets };
  for (const met of b.meets) {
    parts.push({ within: valuesWithout(inside.within, met), meets: inside.meets });
    inside = { within: inside.within, meets: [...inside.meets, met] };
  }
  return sound(parts);
}

function sound(clauses: readonly Clause[]): SetFamily {
  return clauses.filter(({ within, meets }) => meets.every((met) => !noValues(commonValues(met, within))));
}

export function noSets(family: SetFamily): boolean {
  return family.length === 0;
}

export function hasSet(family: SetFamily, set: readonly string[]): boolean {
  return family.some(
    ({ within, meets }) =>
      set.every((member) => hasValue(within, member)) &&
      meets.every((met) => set.some((member) => hasValue(met, member))),
  );
}

/** A small set of the family; null when there is none. */
export function pickSet(family: SetFamily, wishes: readonly string[], fresh: string): readonly string[] | null {
  const picks = family.flatMap(({ within, meets }) => {
    const chosen: string[] = [];
    for (const met of meets) {
      const open = commonValues(met, within);
      if (chosen.some((member) => hasValue(open, member))) continue;
      const member = pickValue(open, wishes, fresh);
      if (member === null) return [];
      chosen.push(member);
    }
    return [withoutNeedless(chosen, meets)];
  });
  return picks.toSorted((a, b) => a.length - b.length)[0] ?? null;
}

/** A later choice may serve an earlier wish as well. */
function withoutNeedless(chosen: readonly string[], meets: readonly ValueSet[]): readonly string[] {
  return chosen.reduceRight<readonly string[]>((kept, member) => {
    const fewer = kept.filter((each) => each !== member);
    const serves = meets.every((met) => fewer.some((each) => hasValue(met, each)));
    return serves ? fewer : kept;
  }, chosen);
}
