/** Counts of a replay: what came of the uses, by time, client, route and cause; parts that were counted apart can be put together. */
import type { LogPlace, ModelMismatch, ReplayCause, ReplayOutcome, ReplayResult } from '../model/replay.ts';
import type { GroupState, MutableCounts } from './count-groups.ts';
import { addCounts, createGroupCounter, noCounts, usesOf } from './count-groups.ts';
import type { Shape } from './use-outcome.ts';

/** What the replay found; the rest of a `ReplayResult` is about the files and the gate. */
export type ReplayFindings = Omit<ReplayResult, 'logs' | 'problems' | 'gate'>;

/** One line of a known shape. */
export interface CountedLine {
  readonly time: number | null;
  readonly uses: number;
  readonly client: string | null;
  /** Name of the route, as `routeName` gives it. */
  readonly route: string | null;
  readonly file: string;
  readonly line: number;
}

interface CountedMismatch {
  readonly kind: ModelMismatch['kind'];
  readonly cause: string | null;
  uses: number;
  readonly examples: LogPlace[];
}

type CauseCounts = Readonly<Record<'revoked' | 'gained' | 'open', Map<string, number>>>;

/** What was counted so far, as it goes from one thread to another. */
export interface TallyState {
  readonly outcomes: MutableCounts;
  readonly first: number;
  readonly last: number;
  /** By minute since the epoch. */
  readonly minutes: ReadonlyMap<number, MutableCounts>;
  readonly clients: GroupState;
  readonly routes: GroupState;
  readonly causes: CauseCounts;
  readonly mismatches: ReadonlyMap<string, CountedMismatch>;
  readonly settledByRecord: number;
}

export interface Tally {
  readonly count: (shape: Shape, line: CountedLine) => void;
  readonly state: () => TallyState;
  /** Adds the next part of a log. @param linesBefore lines of the file that came before the part */
  readonly merge: (state: TallyState, linesBefore: number) => void;
  readonly findings: () => ReplayFindings;
}

const EXAMPLES = 3;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Counts in whatever order lines come; memory does not grow with their number. @param top groups that are told one by one */
export function createTally(top: number): Tally {
  const outcomes = noCounts();
  const minutes = new Map<number, MutableCounts>();
  const clients = createGroupCounter();
  const routes = createGroupCounter();
  const causes: CauseCounts = { revoked: new Map(), gained: new Map(), open: new Map() };
  const mismatches = new Map<string, CountedMismatch>();
  let first = Infinity;
  let last = -Infinity;
  let lastPruned = -Infinity;
  let settledByRecord = 0;

  const minuteOf = (minute: number): MutableCounts => {
    const known = minutes.get(minute);
    if (known !== undefined) return known;
    const counts = noCounts();
    minutes.set(minute, counts);
    if (last - lastPruned > DAY) {
      lastPruned = last;
      for (const old of minutes.keys()) if (old < dayBefore(last)) minutes.delete(old);
    }
    return counts;
  };

  const addTime = (time: number, outcome: ReplayOutcome, count: number): void => {
    if (time < first) first = time;
    if (time > last) last = time;
    const minute = Math.floor(time / MINUTE);
    // Nothing that is a day older than the newest line will be asked for.
    if (minute >= dayBefore(last)) minuteOf(minute)[outcome] += count;
  };

  const addMismatch = (
    { kind, cause }: Pick<CountedMismatch, 'kind' | 'cause'>,
    uses: number,
    examples: readonly LogPlace[],
  ): void => {
    const key = `${kind} ${cause}`;
    const known = mismatches.get(key) ?? { kind, cause, uses: 0, examples: [] };
    mismatches.set(key, known);
    known.uses += uses;
    known.examples.push(...examples.slice(0, EXAMPLES - known.examples.length));
  };

  const count = (shape: Shape, line: CountedLine): void => {
    const { outcome, mismatch } = shape;
    const { uses, time } = line;
    outcomes[outcome] += uses;
    if (time !== null) addTime(time, outcome, uses);
    clients.add(line.client, outcome, uses, time);
    routes.add(line.route, outcome, uses, time);
    if (shape.isSettled) settledByRecord += uses;
    if (outcome !== 'NO_CHANGE') {
      const list = outcome === 'REVOKED' ? causes.revoked : outcome === 'GAINED' ? causes.gained : causes.open;
      for (const cause of shape.causes) list.set(cause, (list.get(cause) ?? 0) + uses);
    }
    for (const cause of mismatch?.causes ?? []) {
      if (mismatch !== null) addMismatch({ kind: mismatch.kind, cause }, uses, [{ file: line.file, line: line.line }]);
    }
  };

  const merge = (state: TallyState, linesBefore: number): void => {
    addCounts(outcomes, state.outcomes);
    first = Math.min(first, state.first);
    last = Math.max(last, state.last);
    for (const [minute, counts] of state.minutes) if (minute >= dayBefore(last)) addCounts(minuteOf(minute), counts);
    clients.merge(state.clients);
    routes.merge(state.routes);
    for (const kind of ['revoked', 'gained', 'open'] as const) {
      for (const [cause, uses] of state.causes[kind]) causes[kind].set(cause, (causes[kind].get(cause) ?? 0) + uses);
    }
    for (const mismatch of state.mismatches.values()) {
      const examples = mismatch.examples.map(({ file, line }) => ({ file, line: line + linesBefore }));
      addMismatch(mismatch, mismatch.uses, examples);
    }
    settledByRecord += state.settledByRecord;
  };

  return {
    count,
    merge,
    state: () => ({
      outcomes,
      first,
      last,
      minutes,
      clients: clients.state(),
      routes: routes.state(),
      causes,
      mismatches,
      settledByRecord,
    }),
    findings: () => {
      const uses = usesOf(outcomes);
      const open = outcomes.MAYBE_GAINED + outcomes.MAYBE_REVOKED + outcomes.UNKNOWN_CHANGE;
      return {
        window: Number.isFinite(first) ? { first, last } : null,
        uses,
        outcomes: { ...outcomes },
        decidable: uses === 0 ? null : (uses - open) / uses,
        settledByRecord,
        lastDay: Number.isFinite(last) ? lastDayOf(minutes, last) : null,
        clients: clients.result(top),
        routes: routes.result(top),
        revokedBy: ranked(causes.revoked),
        gainedBy: ranked(causes.gained),
        undecided: ranked(causes.open),
        mismatches: [...mismatches.values()].sort(
          (a, b) => b.uses - a.uses || (`${a.kind} ${a.cause}` < `${b.kind} ${b.cause}` ? -1 : 1),
        ),
      };
    },
  };
}

function lastDayOf(minutes: ReadonlyMap<number, MutableCounts>, last: number): ReplayFindings['lastDay'] {
  const from = dayBefore(last);
  const outcomes = noCounts();
  for (const [minute, counts] of minutes) if (minute >= from) addCounts(outcomes, counts);
  return { from: from * MINUTE, uses: usesOf(outcomes), outcomes };
}

function ranked(counts: ReadonlyMap<string, number>): readonly ReplayCause[] {
  return [...counts]
    .map(([cause, uses]) => ({ cause, uses }))
    .sort((a, b) => b.uses - a.uses || (a.cause < b.cause ? -1 : 1));
}

/** The minute that is a day before a time. */
function dayBefore(time: number): number {
  return Math.floor((time - DAY) / MINUTE);
}
