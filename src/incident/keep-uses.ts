import type { ScopeUse, UseWhen } from '../model/incident-scope.ts';

export interface KeptUses {
  readonly add: (use: ScopeUse) => void;
  /** By time, those without one last. */
  readonly result: () => readonly ScopeUse[];
  readonly leftOut: () => number;
}

const RANK: Readonly<Record<UseWhen, number>> = { after: 0, unknown: 1, before: 2 };

/**
 * Keeps so many uses, whatever their order: the first ones after the leak before all others, then those nearest before it.
 */
export function createKeptUses(most: number): KeptUses {
  let kept: ScopeUse[] = [];
  let leftOut = 0;
  const cut = (): void => {
    if (kept.length <= most) return;
    leftOut += kept.length - most;
    kept = kept.sort(byImportance).slice(0, most);
  };
  return {
    add: (use) => {
      kept.push(use);
      if (kept.length >= most * 2 + 1) cut();
    },
    result: () => {
      cut();
      return [...kept].sort(byTime);
    },
    leftOut: () => {
      cut();
      return leftOut;
    },
  };
}

function byImportance(a: ScopeUse, b: ScopeUse): number {
  const rank = RANK[a.when] - RANK[b.when];
  if (rank !== 0) return rank;
  return a.when === 'before' ? byTime(b, a) : byTime(a, b);
}

function byTime(a: ScopeUse, b: ScopeUse): number {
  if (a.time !== b.time) return (a.time ?? Infinity) - (b.time ?? Infinity);
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line;
}
