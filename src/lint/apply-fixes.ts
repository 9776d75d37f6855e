import type { Finding } from '../model/finding.ts';
import type { TextEdit } from '../model/fix.ts';
import { editDocument } from '../source/edit-document.ts';

export interface FixedFile {
  readonly text: string;
  /** Findings that were repaired. */
  readonly count: number;
}

/**
 * Applies the safe repairs of one file, one after another on the text as it is by then. One that cannot be written
 * without touching anything else is left out.
 *
 * @param findings of this file
 */
export function applyFixes(file: string, text: string, findings: readonly Finding[]): FixedFile {
  let current = text;
  let count = 0;
  // From the end, so that the place of a document before it stays.
  const fixable = findings.filter(({ fix }) => fix?.safe === true && fix.document.file === file);
  for (const { fix } of [...fixable].sort((a, b) => b.at.line - a.at.line)) {
    const edits = fix === undefined ? null : editDocument(file, current, fix);
    if (edits === null || edits.length === 0) continue;
    current = applyEdits(current, edits);
    count += 1;
  }
  return { text: current, count };
}

/** Applies edits that do not overlap. */
function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const offset = (line: number, column: number): number => (starts[line - 1] ?? text.length) + column - 1;
  return [...edits]
    .sort((a, b) => b.at.line - a.at.line || b.at.column - a.at.column)
    .reduce(
      (result, { at, newText }) =>
        result.slice(0, offset(at.line, at.column)) + newText + result.slice(offset(at.endLine, at.endColumn)),
      text,
    );
}
