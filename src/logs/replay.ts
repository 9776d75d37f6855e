/** Holds recorded uses against the policies before and after a change. */
import type { ModelMismatch, ReplayCause, ReplayOutcome, ReplayResult } from '../model/replay.ts';
import type { RecordedDecision, RecordedUse } from '../model/recorded-use.ts';
import type { MutableCounts } from './count-groups.ts';
import { addCounts, createGroupCounter, noCounts, usesOf } from './count-groups.ts';
import type { DecisionInputs, Undecided, UseDecision } from './decide-use.ts';
import { routeName } from './route-name.ts';
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

/** What is decided once for all uses of a shape. */
export interface Shape {
  readonly outcome: ReplayOutcome;
  readonly isSettled: boolean;
  /** Dimensions that make the change, or that leave it open. */
  readonly causes: readonly string[];
  readonly mismatch: { readonly kind: ModelMismatch['kind']; readonly causes: readonly (string | null)[] } | null;
}

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

  const decideShape = (use: RecordedUse): Shape => shapeWith(before(use), after(use), use.decision);

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

/**
 * The change from two decisions. Where the old policy leaves a decision open, the recorded one takes its place: a use
 * that was accepted met every check that the log says too little for, under the new policy too where the check is the
 * same one. A use that was refused loses nothing, and a policy may not have been the reason: it gains nothing for sure.
 */
function shapeWith(before: UseDecision, after: UseDecision, recorded: RecordedDecision | null): Shape {
  const mismatch = mismatchOf(before, recorded);
  const isSettled = before.verdict === 'unknown' && recorded !== null;
  const of = (outcome: ReplayOutcome, causes: readonly string[] = []): Shape => ({
    outcome,
    isSettled,
    causes,
    mismatch,
  });
  const open = before.verdict === 'unknown' ? before.undecided : [];
  const wasRefused = recorded === 'reject' && before.verdict !== 'reject';
  if (wasRefused && (before.verdict === 'accept' || after.verdict === 'reject')) return of('NO_CHANGE');
  if (after.verdict !== 'unknown') {
    if (wasRefused) return of('MAYBE_GAINED', open.map(nameOf));
    const outcome = CHANGES[isSettled ? recorded : before.verdict][after.verdict];
    return of(outcome, causesOf(outcome, before, after));
  }
  const added = after.undecided.filter(({ key }) => !open.some((one) => one.key === key));
  const dropped = open.filter(({ key }) => !after.undecided.some((one) => one.key === key));
  // An empty list says nothing: whoever decided did not tell which checks are open.
  const isListed = open.length > 0 && after.undecided.length > 0;
  if (isListed && added.length === 0) {
    if (dropped.length === 0 || recorded === 'accept') return of('NO_CHANGE');
    return of('MAYBE_GAINED', dropped.map(nameOf));
  }
  const isNarrower = isListed && dropped.length === 0 && recorded === null;
  return of(
    isNarrower ? 'MAYBE_REVOKED' : CHANGES[isSettled ? recorded : before.verdict].unknown,
    (added.length > 0 ? added : after.undecided).map(nameOf),
  );
}

const CHANGES: Readonly<Record<UseDecision['verdict'], Readonly<Record<UseDecision['verdict'], ReplayOutcome>>>> = {
  accept: { accept: 'NO_CHANGE', reject: 'REVOKED', unknown: 'MAYBE_REVOKED' },
  reject: { accept: 'GAINED', reject: 'NO_CHANGE', unknown: 'MAYBE_GAINED' },
  unknown: { accept: 'MAYBE_GAINED', reject: 'MAYBE_REVOKED', unknown: 'UNKNOWN_CHANGE' },
};

function causesOf(outcome: ReplayOutcome, before: UseDecision, after: UseDecision): readonly string[] {
  if (outcome === 'REVOKED') return after.verdict === 'reject' ? after.causes : [];
  if (outcome === 'GAINED') return before.verdict === 'reject' ? before.causes : [];
  return before.verdict === 'unknown' ? before.undecided.map(nameOf) : [];
}

function nameOf({ dimension, member }: Undecided): string {
  return member === null || SELF_NAMED.has(dimension) ? dimension : `${dimension} ${member}`;
}

/** Dimensions with one member, which needs no telling. */
const SELF_NAMED: ReadonlySet<string> = new Set([
  'algorithm',
  'typ',
  'crit',
  'kid',
  'issuer',
  'audience',
  'binding',
  'key_strength',
]);

function mismatchOf(before: UseDecision, recorded: RecordedDecision | null): Shape['mismatch'] {
  if (before.verdict === 'reject' && recorded === 'accept') return { kind: 'accepted', causes: before.causes };
  if (before.verdict === 'accept' && recorded === 'reject') return { kind: 'rejected', causes: [null] };
  return null;
}
