import { Buffer } from 'node:buffer';
import type { ScopeUse, UseWhen } from '../model/incident-scope.ts';

/** Where and when a use was. */
export interface UsePlace {
  readonly time: number | null;
  readonly when: UseWhen;
  readonly file: string;
  readonly line: number;
}

export interface KeptUses {
  readonly add: (use: ScopeUse) => void;
  /** Keeps the line of a use, of which the use is made only if the line is still kept in the end. */
  readonly addLine: (place: UsePlace, bytes: Uint8Array, start: number, end: number) => void;
  /** Counts a use that stands no chance, without making anything of it; false when it must be added. */
  readonly skips: (place: UsePlace) => boolean;
  /** By time, those without one last. @param makeUse for those of which only the line was kept */
  readonly result: (makeUse: (place: UsePlace, text: string) => ScopeUse) => readonly ScopeUse[];
  readonly leftOut: () => number;
  readonly state: () => KeptUsesState;
  /** Adds the next part of a file. @param linesBefore lines of the file that came before the part */
  readonly merge: (state: KeptUsesState, linesBefore: number) => void;
}

/** What is kept, as it goes from one thread to another. */
export interface KeptUsesState {
  readonly kept: readonly Kept[];
  readonly lines: Uint8Array;
  readonly leftOut: number;
}

interface Kept extends UsePlace {
  /** Null where only the line is kept, from `start` to `end` of the lines. */
  readonly use: ScopeUse | null;
  readonly start: number;
  readonly end: number;
}

/** A place, and the use where it is known already. */
type Ranked = UsePlace & { readonly use?: ScopeUse | null };

function isForged({ use }: Ranked): boolean {
  return use?.isForged === true;
}

const RANK: Readonly<Record<UseWhen, number>> = { after: 0, unknown: 1, before: 2 };

/** Room for lines at first, in bytes. */
const FIRST_BYTES = 64 * 1024;

/**
 * Keeps so many uses, whatever their order: forged ones, then the first ones after the leak before all others, then those nearest before it.
 */
export function createKeptUses(most: number): KeptUses {
  let kept: Kept[] = [];
  let leftOut = 0;
  /** The least of those that were kept when there was no more room. */
  let least: Kept | null = null;
  // Lines lie in one piece of memory, not in a string each: most are given up again.
  let lines = Buffer.alloc(FIRST_BYTES);
  let spare = Buffer.alloc(0);
  let length = 0;

  const room = (bytes: number): void => {
    if (length + bytes <= lines.length) return;
    const wider = Buffer.alloc(Math.max(lines.length * 2, length + bytes));
    lines.copy(wider, 0, 0, length);
    lines = wider;
  };

  /** Moves the lines that are still kept to the beginning of the other piece of memory. */
  const compact = (): void => {
    if (spare.length < lines.length) spare = Buffer.alloc(lines.length);
    let to = 0;
    kept = kept.map((each) => {
      if (each.use !== null) return each;
      const start = to;
      to += lines.copy(spare, to, each.start, each.end);
      return { time: each.time, when: each.when, file: each.file, line: each.line, use: null, start, end: to };
    });
    [lines, spare] = [spare, lines];
    length = to;
  };

  const cut = (): void => {
    if (kept.length <= most) return;
    leftOut += kept.length - most;
    kept = kept.sort(byImportance).slice(0, most);
    least = kept.at(-1) ?? null;
    if (length > 0) compact();
  };

  const push = (use: Kept): void => {
    kept.push(use);
    if (kept.length >= most * 2 + 1) cut();
  };

  const addLine = ({ time, when, file, line }: UsePlace, bytes: Uint8Array, start: number, end: number): void => {
    room(end - start);
    const from = length;
    lines.set(bytes.subarray(start, end), from);
    length += end - start;
    push({ time, when, file, line, use: null, start: from, end: length });
  };

  return {
    addLine,
    add: (use) => {
      const { time, when, file, line } = use;
      push({ time, when, file, line, use, start: 0, end: 0 });
    },
    skips: (place) => {
      if (least === null || byImportance(place, least) < 0) return false;
      leftOut += 1;
      return true;
    },
    result: (makeUse) => {
      cut();
      return [...kept]
        .sort(byTime)
        .map((each) => each.use ?? makeUse(each, lines.toString('utf8', each.start, each.end)));
    },
    leftOut: () => {
      cut();
      return leftOut;
    },
    state: () => {
      cut();
      return { kept, lines: Uint8Array.from(lines.subarray(0, length)), leftOut };
    },
    merge: (state, linesBefore) => {
      for (const { time, when, file, line: number, use, start, end } of state.kept) {
        const line = number + linesBefore;
        if (use === null) addLine({ time, when, file, line }, state.lines, start, end);
        else push({ time, when, file, line, use: { ...use, line }, start: 0, end: 0 });
      }
      leftOut += state.leftOut;
    },
  };
}

function byImportance(a: Ranked, b: Ranked): number {
  const forged = Number(isForged(b)) - Number(isForged(a));
  if (forged !== 0) return forged;
  const rank = RANK[a.when] - RANK[b.when];
  if (rank !== 0) return rank;
  return a.when === 'before' ? byTime(b, a) : byTime(a, b);
}

function byTime(a: UsePlace, b: UsePlace): number {
  if (a.time !== b.time) return (a.time ?? Infinity) - (b.time ?? Infinity);
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line;
}
