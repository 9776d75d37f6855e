/** Sets of names out of an endless supply of names: a finite one, or all but a finite one. Closed under everything. */
export interface ValueSet {
  /** True: every name but `members`. */
  readonly isComplement: boolean;
  readonly members: ReadonlySet<string>;
}

export const EVERY_VALUE: ValueSet = { isComplement: true, members: new Set() };

export function valuesOf(members: Iterable<string>): ValueSet {
  return { isComplement: false, members: new Set(members) };
}

export function complementOf({ isComplement, members }: ValueSet): ValueSet {
  return { isComplement: !isComplement, members };
}

export function commonValues(a: ValueSet, b: ValueSet): ValueSet {
  if (a === b) return a;
  if (a.isComplement && b.isComplement) {
    return { isComplement: true, members: new Set([...a.members, ...b.members]) };
  }
  const [finite, other] = a.isComplement ? [b, a] : [a, b];
  return valuesOf([...finite.members].filter((member) => hasValue(other, member)));
}

export function valuesWithout(a: ValueSet, b: ValueSet): ValueSet {
  return commonValues(a, complementOf(b));
}

/** Whether every name of the first is one of the second. */
export function valuesWithin(a: ValueSet, b: ValueSet): boolean {
  if (a === b) return true;
  if (a.isComplement) {
    if (!b.isComplement) return false;
    for (const member of b.members) if (!a.members.has(member)) return false;
    return true;
  }
  for (const member of a.members) if (!hasValue(b, member)) return false;
  return true;
}

/** Whether both are written alike, which is enough to be the same. */
export function sameValues(a: ValueSet, b: ValueSet): boolean {
  return a === b || (a.isComplement === b.isComplement && a.members.size === b.members.size && valuesWithin(a, b));
}

/** A complement is never empty: names do not run out. */
export function noValues({ isComplement, members }: ValueSet): boolean {
  return !isComplement && members.size === 0;
}

export function hasValue({ isComplement, members }: ValueSet, value: string): boolean {
  return members.has(value) !== isComplement;
}

/** One member: the first of the wishes that is in it, else the first in order, else a name made up from `fresh`. */
export function pickValue(set: ValueSet, wishes: readonly string[], fresh: string): string | null {
  const wished = wishes.find((wish) => hasValue(set, wish));
  if (wished !== undefined) return wished;
  if (!set.isComplement) return [...set.members].sort()[0] ?? null;
  let name = fresh;
  for (let count = 2; set.members.has(name); count += 1) name = `${fresh}-${count}`;
  return name;
}
