import type { FixPlan } from '../model/fix.ts';
import type { Location } from '../model/location.ts';
import { editDocument } from '../source/edit-document.ts';
import { editTogether } from '../source/edit-together.ts';

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
  // From the end, so that the place of a document before it stays.
  const fixable = findings.filter(
    ({ fix }) => fix !== undefined && (fix.safe || which === 'all') && fix.document.file === file,
  );
  const plans = [...fixable].sort(byPlaceFromTheEnd).flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
  const groups = bySameFlip(plans);
  const first = groups.flatMap(([plan]) => (plan === undefined ? [] : [plan]));
  const { text: together, done, lost } = editTogether(file, text, first);
  let current = together;
  let budget = MAX_READ_AGAIN;
  const repaired = new Set(done);
  for (const plan of first) {
    if (done.has(plan) || lost.has(plan)) continue;
    budget -= current.length;
    const changed = budget < 0 ? null : editDocument(file, current, plan);
    if (changed === null || changed === current) continue;
    current = changed;
    repaired.add(plan);
  }
  return { text: current, count: groups.filter(([plan]) => plan !== undefined && repaired.has(plan)).flat().length };
}

/** Most characters that are read again for repairs that are made one by one; those beyond wait for the next run. */
const MAX_READ_AGAIN = 4_000_000;

/** Plans that flip the same flag are one group, every other plan is one of its own. */
function bySameFlip(plans: readonly FixPlan[]): readonly (readonly FixPlan[])[] {
  const groups = new Map<unknown, FixPlan[]>();
  for (const plan of plans) {
    const key = plan.changes.every(({ kind }) => kind === 'flip') ? JSON.stringify(plan.changes) : plan;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [plan]);
    else group.push(plan);
  }
  return [...groups.values()];
}

function byPlaceFromTheEnd({ at: a }: Repairable, { at: b }: Repairable): number {
  return a === null || b === null ? 0 : b.line - a.line || b.column - a.column;
}
