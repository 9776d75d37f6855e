import type { ScopeUse, UseWhen } from '../model/incident-scope.ts';

/** A use, or the text of its line, of which the use is made only if it is still kept in the end. */
export interface KeptUse {
  readonly time: number | null;
  readonly when: UseWhen;
  readonly file: string;
  readonly line: number;
  readonly use: ScopeUse | string;
}

export interface KeptUses {
  readonly add: (use: KeptUse) => void;
  /** Counts a use that stands no chance, without making anything of it; false when it must be added. */
  readonly skips: (time: number | null, when: UseWhen, file: string, line: number) => boolean;
  /** By time, those without one last. @param makeUse for those of which only the line was kept */
  readonly result: (makeUse: (kept: KeptUse, text: string) => ScopeUse) => readonly ScopeUse[];
  readonly leftOut: () => number;
  readonly state: () => KeptUsesState;
  /** Adds the next part of a file. @param linesBefore lines of the file that came before the part */
  readonly merge: (state: KeptUsesState, linesBefore: number) => void;
}

/** What is kept, as it goes from one thread to another. */
export interface KeptUsesState {
  readonly kept: readonly KeptUse[];
  readonly leftOut: number;
}

const RANK: Readonly<Record<UseWhen, number>> = { after: 0, unknown: 1, before: 2 };

type Place = Omit<KeptUse, 'use'>;

/**
 * Keeps so many uses, whatever their order: the first ones after the leak before all others, then those nearest before it.
 */
export function createKeptUses(most: number): KeptUses {
  let kept: KeptUse[] = [];
  let leftOut = 0;
  /** The least of those that were kept when there was no more room. */
  let least: KeptUse | null = null;

  const cut = (): void => {
    if (kept.length <= most) return;
    leftOut += kept.length - most;
    kept = kept.sort(byImportance).slice(0, most);
    least = kept.at(-1) ?? null;
  };

  const add = (use: KeptUse): void => {
    kept.push(use);
    if (kept.length >= most * 2 + 1) cut();
  };

  return {
    add,
    skips: (time, when, file, line) => {
      if (least === null || byImportance({ time, when, file, line }, least) < 0) return false;
      leftOut += 1;
      return true;
    },
    result: (makeUse) => {
      cut();
      return [...kept]
        .sort(byTime)
        .map((each) => (typeof each.use === 'string' ? makeUse(each, each.use) : each.use));
    },
    leftOut: () => {
      cut();
      return leftOut;
    },
    state: () => {
      cut();
      return { kept, leftOut };
    },
    merge: (state, linesBefore) => {
      for (const each of state.kept) {
        const line = each.line + linesBefore;
        add({ ...each, line, use: typeof each.use === 'string' ? each.use : { ...each.use, line } });
      }
      leftOut += state.leftOut;
    },
  };
}

function byImportance(a: Place, b: Place): number {
  const rank = RANK[a.when] - RANK[b.when];
  if (rank !== 0) return rank;
  return a.when === 'before' ? byTime(b, a) : byTime(a, b);
}

function byTime(a: Place, b: Place): number {
  if (a.time !== b.time) return (a.time ?? Infinity) - (b.time ?? Infinity);
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line;
}
