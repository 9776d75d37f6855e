/** Holds recorded uses against the policies before and after a change. */
import type { ModelMismatch, ReplayCause, ReplayOutcome, ReplayResult } from '../model/replay.ts';
import type { RecordedUse } from '../model/recorded-use.ts';
import type { MutableCounts } from './count-groups.ts';
import { addCounts, createGroupCounter, noCounts, usesOf } from './count-groups.ts';
import type { DecisionInputs, UseDecision } from './decide-use.ts';
import { routeName } from './route-name.ts';
import type { Shape } from './use-outcome.ts';
import { outcomeOf } from './use-outcome.ts';
import { shapeOf } from './use-shape.ts';

export interface ReplayOptions {
  /** The decision of everything that applied to the use before, and applies after. */
  readonly before: (use: RecordedUse) => UseDecision;
  readonly after: (use: RecordedUse) => UseDecision;
  /** What either of them looks at; null makes every use a decision of its own. */
  readonly inputs: DecisionInputs | null;
  /** Clients and routes that are told one by one. */
  readonly top?: number;
}

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

/** The two halves of `add`: a decision for a use, and a line that has it. */
export interface ShapeCounter {
  readonly shapeFor: (use: RecordedUse) => Shape;
  readonly count: (shape: Shape, line: CountedLine) => void;
}

export interface Replay extends ShapeCounter {
  readonly add: (use: RecordedUse, file: string, line: number) => void;
  readonly findings: () => ReplayFindings;
}

/** Decisions that are remembered. */
const MAX_SHAPES = 50_000;

const TOP = 10;
const EXAMPLES = 3;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Counts outcomes of uses in whatever order they come; memory does not grow with their number. */
export function createReplay({ before, after, inputs, top = TOP }: ReplayOptions): Replay {
  const shapes = new Map<string, Shape>();
  const outcomes = noCounts();
  const minutes = new Map<number, MutableCounts>();
  const clients = createGroupCounter();
  const routes = createGroupCounter();
  const causes = {
    revoked: new Map<string, number>(),
    gained: new Map<string, number>(),
    open: new Map<string, number>(),
  };
  const mismatches = new Map<
    string,
    { kind: ModelMismatch['kind']; cause: string | null; uses: number; examples: { file: string; line: number }[] }
  >();
  let first = Infinity;
  let last = -Infinity;
  let lastPruned = -Infinity;
  let settledByRecord = 0;

  const decideShape = (use: RecordedUse): Shape => outcomeOf(before(use), after(use), use.decision);

  const shapeFor = (use: RecordedUse): Shape => {
    if (inputs === null) return decideShape(use);
    const key = shapeOf(use, inputs);
    const known = shapes.get(key);
    if (known !== undefined) return known;
    const shape = decideShape(use);
    if (shapes.size >= MAX_SHAPES) shapes.clear();
    shapes.set(key, shape);
    return shape;
  };

  const addTime = (time: number, outcome: ReplayOutcome, count: number): void => {
    if (time < first) first = time;
    if (time > last) last = time;
    const minute = Math.floor(time / MINUTE);
    // Nothing that is a day older than the newest line will be asked for.
    if (minute < Math.floor((last - DAY) / MINUTE)) return;
    let counts = minutes.get(minute);
    if (counts === undefined) {
      counts = noCounts();
      minutes.set(minute, counts);
      if (last - lastPruned > DAY) {
        lastPruned = last;
        for (const old of minutes.keys()) if (old < Math.floor((last - DAY) / MINUTE)) minutes.delete(old);
      }
    }
    counts[outcome] += count;
  };

  const addMismatch = (shape: NonNullable<Shape['mismatch']>, { uses, file, line }: CountedLine): void => {
    for (const cause of shape.causes) {
      const key = `${shape.kind} ${cause}`;
      const known = mismatches.get(key) ?? { kind: shape.kind, cause, uses: 0, examples: [] };
      mismatches.set(key, known);
      known.uses += uses;
      if (known.examples.length < EXAMPLES) known.examples.push({ file, line });
    }
  };

  const count = (shape: Shape, line: CountedLine): void => {
    const { outcome } = shape;
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
    if (shape.mismatch !== null) addMismatch(shape.mismatch, line);
  };

  return {
    shapeFor,
    count,
    add: (use, file, line) => {
      count(shapeFor(use), {
        time: use.time,
        uses: use.count,
        client: use.clientId,
        route: use.route === null ? null : routeName(use.route),
        file,
        line,
      });
    },
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
  const from = Math.floor((last - DAY) / MINUTE);
  const outcomes = noCounts();
  for (const [minute, counts] of minutes) if (minute >= from) addCounts(outcomes, counts);
  return { from: from * MINUTE, uses: usesOf(outcomes), outcomes };
}

function ranked(counts: ReadonlyMap<string, number>): readonly ReplayCause[] {
  return [...counts]
    .map(([cause, uses]) => ({ cause, uses }))
    .sort((a, b) => b.uses - a.uses || (a.cause < b.cause ? -1 : 1));
}
