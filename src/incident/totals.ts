import type { RecordedDecision } from '../model/recorded-use.ts';
import type { ScopeTotals, ScopeUse, UseWhen } from '../model/incident-scope.ts';

/** Counts of all uses of an incident. */
export interface Totals {
  readonly add: (use: ScopeUse) => void;
  /** A use that the line says itself to be one. @param time milliseconds since the epoch */
  readonly addDirect: (time: number, when: UseWhen, count: number, decision: RecordedDecision | null) => void;
  readonly result: () => ScopeTotals;
  readonly merge: (totals: ScopeTotals) => void;
}

export function createTotals(): Totals {
  const counts = { uses: 0, before: 0, after: 0, undated: 0, derived: 0, accepted: 0, rejected: 0 };
  const times = { first: Infinity, last: -Infinity, firstAfter: Infinity };

  const addDirect: Totals['addDirect'] = (time, when, count, decision) => {
    counts.uses += count;
    counts[when === 'unknown' ? 'undated' : when] += count;
    if (decision !== null) counts[decision === 'accept' ? 'accepted' : 'rejected'] += count;
    if (time < times.first) times.first = time;
    if (time > times.last) times.last = time;
    if (when === 'after' && time < times.firstAfter) times.firstAfter = time;
  };

  return {
    addDirect,
    add: ({ time, when, count, isDerived, decision }) => {
      addDirect(time ?? NaN, when, count, decision);
      if (isDerived) counts.derived += count;
    },
    result: () => ({
      ...counts,
      first: finite(times.first),
      last: finite(times.last),
      firstAfter: finite(times.firstAfter),
    }),
    merge: ({ first, last, firstAfter, ...more }) => {
      for (const name of COUNTS) counts[name] += more[name];
      times.first = Math.min(times.first, first ?? Infinity);
      times.last = Math.max(times.last, last ?? -Infinity);
      times.firstAfter = Math.min(times.firstAfter, firstAfter ?? Infinity);
    },
  };
}

const COUNTS = ['uses', 'before', 'after', 'undated', 'derived', 'accepted', 'rejected'] as const;

function finite(time: number): number | null {
  return Number.isFinite(time) ? time : null;
}
