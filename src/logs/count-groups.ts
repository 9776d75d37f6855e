import type { OutcomeCounts, ReplayGroup, ReplayGrouping, ReplayOutcome } from '../model/replay.ts';
import { REPLAY_OUTCOMES } from '../model/replay.ts';

export type MutableCounts = Record<ReplayOutcome, number>;

export function noCounts(): MutableCounts {
  return { NO_CHANGE: 0, GAINED: 0, REVOKED: 0, MAYBE_GAINED: 0, MAYBE_REVOKED: 0, UNKNOWN_CHANGE: 0 };
}

export function addCounts(to: MutableCounts, counts: OutcomeCounts): void {
  for (const outcome of REPLAY_OUTCOMES) to[outcome] += counts[outcome];
}

interface Group {
  readonly name: string | null;
  readonly outcomes: MutableCounts;
  last: number | null;
}

/** What was counted so far, as it goes from one thread to another. */
export interface GroupState {
  readonly groups: readonly {
    readonly name: string | null;
    readonly outcomes: OutcomeCounts;
    readonly last: number | null;
  }[];
  readonly folded: OutcomeCounts;
  readonly foldedGroups: number;
}

export interface GroupCounter {
  readonly add: (name: string | null, outcome: ReplayOutcome, count: number, time: number | null) => void;
  readonly state: () => GroupState;
  /** Adds what was counted elsewhere. */
  readonly merge: (state: GroupState) => void;
  /** @param top groups that are told one by one */
  readonly result: (top: number) => ReplayGrouping;
}

/** Most groups that are counted one by one. */
const MAX_GROUPS = 10_000;

/**
 * Counts by name in bounded memory: when there are too many names, the half with the fewest changes is put together, so
 * that a name with many changes stays a name of its own.
 */
export function createGroupCounter(maxGroups: number = MAX_GROUPS): GroupCounter {
  const groups = new Map<string | null, Group>();
  const folded = noCounts();
  let foldedGroups = 0;

  const fold = (): void => {
    const weakest = [...groups.values()].sort(worstFirst).slice(Math.ceil(maxGroups / 2));
    for (const { name, outcomes } of weakest) {
      addCounts(folded, outcomes);
      groups.delete(name);
    }
    foldedGroups += weakest.length;
  };

  const groupFor = (name: string | null): Group => {
    const known = groups.get(name);
    if (known !== undefined) return known;
    if (groups.size >= maxGroups) fold();
    const group = { name, outcomes: noCounts(), last: null };
    groups.set(name, group);
    return group;
  };

  return {
    add: (name, outcome, count, time) => {
      const group = groupFor(name);
      group.outcomes[outcome] += count;
      if (time !== null && (group.last === null || time > group.last)) group.last = time;
    },
    state: () => ({ groups: [...groups.values()], folded, foldedGroups }),
    merge: (state) => {
      for (const { name, outcomes, last } of state.groups) {
        const group = groupFor(name);
        addCounts(group.outcomes, outcomes);
        if (last !== null && (group.last === null || last > group.last)) group.last = last;
      }
      addCounts(folded, state.folded);
      foldedGroups += state.foldedGroups;
    },
    result: (top) => {
      const sorted = [...groups.values()].sort(worstFirst);
      const outcomes = noCounts();
      addCounts(outcomes, folded);
      const rest = sorted.slice(top);
      for (const group of rest) addCounts(outcomes, group.outcomes);
      return {
        top: sorted.slice(0, top).map(groupOf),
        others: { groups: rest.length + foldedGroups, uses: usesOf(outcomes), outcomes },
        isAtLeast: foldedGroups > 0,
      };
    },
  };
}

function groupOf({ name, outcomes, last }: Group): ReplayGroup {
  return { name, uses: usesOf(outcomes), outcomes, last };
}

export function usesOf(outcomes: OutcomeCounts): number {
  return REPLAY_OUTCOMES.reduce((sum, outcome) => sum + outcomes[outcome], 0);
}

/** Revoked first, then what may be, then what is gained; equal ones by size and by name. */
function worstFirst(a: Group, b: Group): number {
  for (const outcome of [
    'REVOKED',
    'MAYBE_REVOKED',
    'GAINED',
    'MAYBE_GAINED',
    'UNKNOWN_CHANGE',
    'NO_CHANGE',
  ] as const) {
    if (a.outcomes[outcome] !== b.outcomes[outcome]) return b.outcomes[outcome] - a.outcomes[outcome];
  }
  const [left, right] = [a.name ?? '', b.name ?? ''];
  return left < right ? -1 : left > right ? 1 : 0;
}
