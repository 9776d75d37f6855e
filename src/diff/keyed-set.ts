/** Pairs of a name and something that goes with it: an issuer and where its keys are, an algorithm and the size of its key. */
export type KeyedSet<Inner> = ReadonlyMap<string, Inner>;

/** What the second members of the pairs can do. */
export interface InnerAlgebra<Inner> {
  readonly common: (a: Inner, b: Inner) => Inner;
  readonly without: (a: Inner, b: Inner) => readonly Inner[];
  readonly isEmpty: (inner: Inner) => boolean;
  readonly isWithin: (a: Inner, b: Inner) => boolean;
}

export function pairsWithin<Inner>({ isWithin }: InnerAlgebra<Inner>, a: KeyedSet<Inner>, b: KeyedSet<Inner>): boolean {
  if (a === b) return true;
  for (const [name, inner] of a) {
    const other = b.get(name);
    if (other === undefined || !isWithin(inner, other)) return false;
  }
  return true;
}

export function commonPairs<Inner>(
  algebra: InnerAlgebra<Inner>,
  a: KeyedSet<Inner>,
  b: KeyedSet<Inner>,
): KeyedSet<Inner> {
  if (a === b) return a;
  const common = new Map<string, Inner>();
  for (const [name, inner] of a) {
    const other = b.get(name);
    if (other === undefined) continue;
    const both = algebra.common(inner, other);
    if (!algebra.isEmpty(both)) common.set(name, both);
  }
  return common;
}

/** The names that only `a` has in one part; what is left of each common name in parts of its own. */
export function pairsWithout<Inner>(
  algebra: InnerAlgebra<Inner>,
  a: KeyedSet<Inner>,
  b: KeyedSet<Inner>,
): readonly KeyedSet<Inner>[] {
  const own = new Map([...a].filter(([name]) => !b.has(name)));
  const rests = [...a].flatMap(([name, inner]) => {
    const other = b.get(name);
    if (other === undefined) return [];
    return algebra
      .without(inner, other)
      .filter((rest) => !algebra.isEmpty(rest))
      .map((rest) => new Map([[name, rest]]));
  });
  return own.size > 0 ? [own, ...rests] : rests;
}
