import type { AttackCell, AttackMatrix } from '../model/attack.ts';
import { isAttackKind } from '../model/attack.ts';

/** The matrix of a stored result. Kinds of attack come with their words there, and another version may know others. */
export interface WrittenMatrix {
  readonly kinds: readonly { readonly kind: string }[];
  readonly units: readonly string[];
  readonly cells: readonly (Omit<AttackCell, 'kind'> & { readonly kind: string })[];
}

/** The first kind of attack that this version does not know; undefined when it knows all. */
export function strangeKind(matrix: WrittenMatrix | undefined): string | undefined {
  if (matrix === undefined) return undefined;
  return [...matrix.kinds, ...matrix.cells].map(({ kind }) => kind).find((kind) => !isAttackKind(kind));
}

/** The matrix without the words; null for drills without attacks. Kinds that `strangeKind` tells of are left out. */
export function matrixOf(matrix: WrittenMatrix | undefined): AttackMatrix | null {
  if (matrix === undefined) return null;
  return {
    kinds: matrix.kinds.map(({ kind }) => kind).filter(isAttackKind),
    units: matrix.units,
    cells: matrix.cells.flatMap((cell) => {
      const { kind } = cell;
      return isAttackKind(kind) ? [{ ...cell, kind }] : [];
    }),
  };
}
