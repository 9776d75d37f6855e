import type { Document } from 'yaml';
import { LineCounter } from 'yaml';
import type { FixPlan, PointedChange } from '../model/fix.ts';
import type { Splice } from './edit-document.ts';
import { comments } from './comment-texts.ts';
import { applyToData, dataOf, parse, spliceFor } from './edit-document.ts';
import { refuseText } from './limits.ts';
import { pointedAt } from './pointed-change.ts';
import { lineEndOf } from './write-scalar.ts';

interface Edit {
  readonly plan: FixPlan;
  /** Which document of the file. */
  readonly index: number;
  readonly change: PointedChange;
  readonly splice: Splice;
}

export interface EditedTogether {
  readonly text: string;
  /** Plans whose changes are in it; the others are for `editDocument`, one after another. */
  readonly done: ReadonlySet<FixPlan>;
  /** Plans for documents with syntax errors, which nothing can be written into. */
  readonly lost: ReadonlySet<FixPlan>;
}

/**
 * Makes all changes that touch different places of a text at once, because reading it back after each takes time that
 * grows with the square of the file. What comes of it is read back once and compared with what was meant.
 */
export function editTogether(file: string, text: string, plans: readonly FixPlan[]): EditedTogether {
  const lost = new Set<FixPlan>();
  const nothing: EditedTogether = { text, done: new Set(), lost };
  if (plans.length === 0 || refuseText(file, text) !== null) return nothing;
  const lines = new LineCounter();
  const documents = parse(text, lines);
  const isJson = file.toLowerCase().endsWith('.json');
  const target = { text, isJson, eol: lineEndOf(text) };
  const starts = documents.map(({ range }) => lines.linePos(range[0]).line);
  const edits = plans.flatMap((plan): readonly Edit[] => {
    const [change, ...others] = plan.changes;
    const index = starts.findLastIndex((line) => line <= plan.document.line);
    const document = documents[index];
    if (document === undefined || document.errors.length > 0) lost.add(plan);
    if (others.length > 0 || document === undefined || lost.has(plan)) return [];
    const pointed = 'pointer' in change ? change : pointedAt(document, change, lines);
    const splice = pointed === null ? null : spliceFor(document, pointed, target);
    return pointed === null || splice === null ? [] : [{ plan, index, change: pointed, splice }];
  });
  const kept = apart(edits);
  const changed = spliced(text, kept);
  return isMeant(changed, documents, kept) && comments(changed) === comments(text)
    ? { text: changed, done: new Set(kept.map(({ plan }) => plan)), lost }
    : nothing;
}

/** From the end of the text, without those that touch one behind them. */
function apart(edits: readonly Edit[]): readonly Edit[] {
  const kept: Edit[] = [];
  let before = Number.POSITIVE_INFINITY;
  for (const edit of [...edits].sort((a, b) => b.splice.start - a.splice.start || b.splice.end - a.splice.end)) {
    if (edit.splice.end >= before) continue;
    kept.push(edit);
    before = edit.splice.start;
  }
  return kept;
}

function spliced(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { splice } of [...edits].reverse()) {
    parts.push(text.slice(from, splice.start), splice.text);
    from = splice.end;
  }
  return parts.join('') + text.slice(from);
}

/** Whether the changed text reads as the old data with all changes applied. */
function isMeant(text: string, documents: readonly Document.Parsed[], edits: readonly Edit[]): boolean {
  const after = parse(text, new LineCounter());
  if (after.length !== documents.length || after.some(({ errors }) => errors.length > 0)) return false;
  const wanted = new Map<number, Document>();
  for (const { index, change } of edits) {
    const document = wanted.get(index) ?? documents[index]?.clone();
    if (document === undefined) return false;
    applyToData(document, change);
    wanted.set(index, document);
  }
  return [...wanted].every(([index, document]) => {
    const found = after[index];
    const meant = dataOf(document);
    return found !== undefined && meant !== null && dataOf(found) === meant;
  });
}
