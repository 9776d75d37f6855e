/** The verdict on two sets of accepted tokens. */
import type { Verdict } from '../model/change.ts';
import type { Box } from './box.ts';
import type { Part } from './box-algebra.ts';
import { boxesWithout } from './box-algebra.ts';

/** What a target accepts. `everything`: no policy governs it. `unknown`: it cannot be told. */
export type Accepted = 'everything' | 'unknown' | readonly Box[];

export interface BoxComparison {
  readonly verdict: Verdict;
  /** Accepted after, not before. */
  readonly gained: readonly Part[];
  /** Accepted before, not after. */
  readonly lost: readonly Part[];
}

/** Exact: the verdict is `equivalent` only when no token tells the two apart. */
export function compareBoxes(before: Accepted, after: Accepted): BoxComparison {
  const none = { gained: [], lost: [] };
  if (before === 'unknown' || after === 'unknown') return { verdict: 'unknown', ...none };
  if (after === 'everything') return { verdict: before === 'everything' ? 'equivalent' : 'ungoverned', ...none };
  if (before === 'everything') return { verdict: after.length === 0 ? 'dead' : 'less_permissive', ...none };
  const gained = boxesWithout(after, before);
  const lost = boxesWithout(before, after);
  if (gained === null || lost === null) return { verdict: 'unknown', ...none };
  return { verdict: verdictOf({ gained, lost, isDead: after.length === 0 }), gained, lost };
}

function verdictOf(found: { gained: readonly Part[]; lost: readonly Part[]; isDead: boolean }): Verdict {
  const { gained, lost, isDead } = found;
  if (lost.length === 0) return gained.length === 0 ? 'equivalent' : 'more_permissive';
  if (isDead) return 'dead';
  return gained.length === 0 ? 'less_permissive' : 'incomparable';
}
