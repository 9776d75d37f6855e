import type { Finding } from '../model/finding.ts';
import { editDocument } from '../source/edit-document.ts';

export interface FixedFile {
  readonly text: string;
  /** Findings that were repaired. */
  readonly count: number;
}

/**
 * Applies the repairs of one file, one after another on the text as it is by then. One that cannot be written without
 * touching anything else is left out.
 *
 * @param findings of this file
 * @param which `safe` ones only, or `all`: what is suggested to a person too
 */
export function applyFixes(
  file: string,
  text: string,
  findings: readonly Finding[],
  which: 'safe' | 'all' = 'safe',
): FixedFile {
  let current = text;
  let count = 0;
  // From the end, so that the place of a document before it stays.
  const fixable = findings.filter(
    ({ fix }) => fix !== undefined && (fix.safe || which === 'all') && fix.document.file === file,
  );
  for (const { fix } of [...fixable].sort((a, b) => b.at.line - a.at.line || b.at.column - a.at.column)) {
    const changed = fix === undefined ? null : editDocument(file, current, fix);
    if (changed === null || changed === current) continue;
    current = changed;
    count += 1;
  }
  return { text: current, count };
}
