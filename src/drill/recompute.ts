import type { DrillResult, JudgedPrediction } from '../model/drill.ts';
import { UserError } from '../model/failure.ts';
import { planDigest } from './drill-digest.ts';
import { readEvidence } from './evidence.ts';
import type { JournalFault } from './journal.ts';
import { readJournal } from './journal.ts';
import { resultOf } from './result.ts';

/** What a journal gives when everything is worked out again. */
export interface Recomputed {
  readonly lines: number;
  readonly faults: readonly JournalFault[];
  /** Null when the journal does not hold a whole run of a version that recorded what it judged by. */
  readonly result: DrillResult | null;
  readonly predictions: readonly JudgedPrediction[];
  /** Why there is no result; null when there is one. */
  readonly unusable: string | null;
}

/** Reads a journal, checks its chain, and makes its result with the functions that a run makes it with. */
export function recompute(text: string): Recomputed {
  const { lines, faults, sha256 } = readJournal(text);
  try {
    const evidence = readEvidence(lines);
    const isBound = planDigest(evidence.plan) === evidence.start.planDigest;
    const unbound = { line: 2, what: 'holds another plan than the first line is bound to' };
    return {
      lines: lines.length,
      faults: isBound ? faults : [...faults, unbound],
      result: resultOf(evidence, { sha256, lines: lines.length }),
      predictions: evidence.plan.predictions,
      unusable: null,
    };
  } catch (error) {
    if (faults.length === 0 && !(error instanceof UserError)) throw error;
    // A line that somebody wrote by hand can have any shape: what it breaks is one more reason not to believe it.
    const unusable = error instanceof UserError ? error.message : 'its lines do not have the shape of a journal';
    return { lines: lines.length, faults, result: null, predictions: [], unusable };
  }
}
