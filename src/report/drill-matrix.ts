import type { AttackCell, AttackKind, AttackMatrix } from '../model/attack.ts';
import { attackOf, isForgery } from '../model/attack.ts';
import type { DrillResult } from '../model/drill.ts';
import { countOf } from './drill-numbers.ts';

/** Words of one cell, the same in every format. */
export const OUTCOME_WORDS: Readonly<Record<AttackCell['outcome'], string>> = {
  refused: 'refused',
  accepted: 'ACCEPTED',
  undecided: 'undecided',
  excluded: 'excluded',
};

/** Marks of one cell where there is no room for words. */
const OUTCOME_MARKS: Readonly<Record<AttackCell['outcome'], string>> = {
  refused: '·',
  accepted: 'A',
  undecided: '?',
  excluded: '–',
};

/** Kinds that one sentence names; the table has all. */
const MOST_NAMED = 3;

/** The cells of one kind, in the order of the units; a cell that is missing was never tried. */
export function rowOf({ cells, units }: AttackMatrix, kind: AttackKind): readonly (AttackCell | null)[] {
  return units.map((unit) => cells.find((cell) => cell.unit === unit && cell.kind === kind) ?? null);
}

/** `forged tokens`, `stolen tokens`, or both. */
function attacksNoun({ kinds }: AttackMatrix): string {
  const forged = kinds.some(isForgery);
  const replayed = kinds.some((kind) => !isForgery(kind));
  return forged && replayed ? 'forged and stolen tokens' : forged ? 'forged tokens' : 'stolen bound tokens';
}

/** What the run found, without a full stop; the caller adds the verdict. */
export function matrixHeadline(matrix: AttackMatrix): string {
  const accepted = matrix.cells.filter(({ outcome }) => outcome === 'accepted');
  const open = matrix.cells.filter(({ outcome }) => outcome === 'undecided' || outcome === 'excluded');
  const noun = attacksNoun(matrix);
  if (accepted.length > 0) {
    const units = new Set(accepted.map(({ unit }) => unit)).size;
    const kinds = [...new Set(accepted.map(({ kind }) => kind))];
    return `${units} of ${countOf(matrix.units.length, 'verifier')} accepted ${noun} (${kinds.join(', ')})`;
  }
  if (open.length > 0 || matrix.cells.length === 0)
    return `No ${noun} were accepted, but ${open.length} of ${countOf(matrix.cells.length, 'attempt')} showed nothing for certain`;
  return `Every verifier refused ${noun} of all ${matrix.kinds.length} kinds from the first probe on`;
}

/** The most useful thing to do now, without a full stop; null when nothing was accepted. */
export function matrixAction({ cells, units }: AttackMatrix): string | null {
  const acceptedBy = (unit: string): readonly AttackCell[] =>
    cells.filter((cell) => cell.unit === unit && cell.outcome === 'accepted');
  const worst = units.toSorted((a, b) => acceptedBy(b).length - acceptedBy(a).length)[0];
  const accepted = worst === undefined ? [] : acceptedBy(worst);
  if (worst === undefined || accepted.length === 0) return null;
  const named = accepted.slice(0, MOST_NAMED).map(({ kind }) => `\`${kind}\` (${attackOf(kind).reference})`);
  const more = accepted.length - named.length;
  const what = `${named.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
  const others = units.filter((unit) => unit !== worst && acceptedBy(unit).length > 0);
  return `make ${worst} refuse ${what}${others.length === 0 ? '' : `; then ${countOf(others.length, 'more verifier')}`}`;
}

/** The matrix as plain text: a numbered column per verifier, so that many fit side by side. */
export function matrixLines(matrix: AttackMatrix): readonly string[] {
  const width = Math.max(...matrix.kinds.map((kind) => kind.length));
  const column = String(matrix.units.length).length + 1;
  const marks = (cells: readonly string[]): string => cells.map((cell) => cell.padStart(column)).join('');
  return [
    `${' '.repeat(width)} ${marks(matrix.units.map((_, index) => String(index + 1)))}`,
    ...matrix.kinds.map(
      (kind) =>
        `${kind.padEnd(width)} ${marks(rowOf(matrix, kind).map((cell) => (cell === null ? '–' : OUTCOME_MARKS[cell.outcome])))}`,
    ),
  ];
}

/** What the numbers and marks of `matrixLines` mean. */
export function matrixLegend({ units }: AttackMatrix): string {
  const numbers = units.map((unit, index) => `${index + 1} ${unit}`).join(', ');
  return `${numbers}. A accepted, · refused from the first probe on, ? no clear answer, – excluded.`;
}

/** How many cells ended in which way, for one fact of a report. */
export function refusedText({ matrix }: DrillResult): string {
  const cells = matrix?.cells ?? [];
  return `${cells.filter(({ outcome }) => outcome === 'refused').length} of ${cells.length}`;
}
