import type { FixPlan } from '../model/fix.ts';
import type { Location } from '../model/location.ts';
import { editDocument } from '../source/edit-document.ts';

/** A finding, or a problem of a document, that may know its repair. */
export interface Repairable {
  readonly at: Location | null;
  readonly fix?: FixPlan;
}

export interface FixedFile {
  readonly text: string;
  /** Findings that were repaired. */
  readonly count: number;
}

/**
 * Applies the repairs of one file, one after another on the text as it is by then. One that cannot be written without
 * touching anything else is left out; a flag that several findings want flipped is flipped once.
 *
 * @param findings of this file
 * @param which `safe` ones only, or `all`: what is suggested to a person too
 */
export function applyFixes(
  file: string,
  text: string,
  findings: readonly Repairable[],
  which: 'safe' | 'all' = 'safe',
): FixedFile {
  let current = text;
  let count = 0;
  // From the end, so that the place of a document before it stays.
  const fixable = findings.filter(
    ({ fix }) => fix !== undefined && (fix.safe || which === 'all') && fix.document.file === file,
  );
  const flips = new Set<string>();
  for (const { fix } of [...fixable].sort(byPlaceFromTheEnd)) {
    if (fix === undefined) continue;
    if (flips.has(JSON.stringify(fix.changes))) {
      count += 1;
      continue;
    }
    const changed = editDocument(file, current, fix);
    if (changed === null || changed === current) continue;
    current = changed;
    count += 1;
    if (fix.changes.every(({ kind }) => kind === 'flip')) flips.add(JSON.stringify(fix.changes));
  }
  return { text: current, count };
}

function byPlaceFromTheEnd({ at: a }: Repairable, { at: b }: Repairable): number {
  return a === null || b === null ? 0 : b.line - a.line || b.column - a.column;
}
