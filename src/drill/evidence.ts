import type {
  AttackProbe,
  Calibration,
  Effect,
  ExpectedAnswer,
  JournalEvent,
  JournalLine,
  JudgedPlan,
  Probe,
} from '../model/drill.ts';
import type { PhaseSeen } from '../model/phase.ts';
import type { ClockSample, VantageState } from '../model/vantage.ts';
import { UserError } from '../model/failure.ts';
import type { Arm } from '../model/prediction.ts';
import type { ClockJump } from './clock-jumps.ts';
import { clockJumps } from './clock-jumps.ts';
import { onRunClock } from './clock-offset.ts';
import type { Marks } from './method.ts';

export type RunStart = Extract<JournalEvent, { type: 'run.start' }>;

/** Everything one arm brought to light. Times are run time in milliseconds. */
export interface ArmEvidence {
  readonly arm: Arm;
  readonly calibrations: readonly Calibration[];
  readonly closing: readonly Calibration[];
  /** Null when the arm never came to contain anything. */
  readonly marks: Marks | null;
  /** Null when containment waited for no fetch. */
  readonly phase: PhaseSeen | null;
  readonly answers: readonly ExpectedAnswer[];
  readonly probes: readonly Probe[];
  /** Probes that a limit kept from being sent, by unit. */
  readonly dropped: ReadonlyMap<string, number>;
  /** Attempts of the drill's attacks; empty in drills without. */
  readonly attacks: readonly AttackProbe[];
  /** Agents that did not watch this arm to its end, with the reason. What they were to probe is censored. */
  readonly absent: ReadonlyMap<string, string>;
}

/** What a journal says of one agent. */
export interface VantageEvidence {
  readonly id: string;
  /** What became of it. */
  readonly state: VantageState;
  readonly why: string;
  readonly samples: readonly ClockSample[];
}

export interface EffectEvidence {
  readonly effect: Effect;
  /** The last word of its undo; null when none was tried. */
  readonly undo: { readonly gone: boolean; readonly why: string } | null;
}

/** What a journal says about one run: the only thing that a result is made from. */
export interface RunEvidence {
  readonly start: RunStart;
  readonly plan: JudgedPlan;
  /** Arms that came to their end. */
  readonly arms: readonly ArmEvidence[];
  readonly effects: readonly EffectEvidence[];
  /** Empty when the running process probed. */
  readonly vantages: readonly VantageEvidence[];
  /** Why the run was stopped; null when it came to its end. */
  readonly stopped: string | null;
  readonly clean: boolean;
  readonly durationMs: number;
  /** When the wall clock was set while the run went on. */
  readonly jumps: readonly ClockJump[];
}

/**
 * Sorts the lines of a journal by what they are evidence of.
 *
 * @throws UserError drill/journal-unusable for a journal that does not hold a whole run, or is older than its plan
 */
export function readEvidence(lines: readonly JournalLine[]): RunEvidence {
  const events = lines.map(({ event }) => event);
  const start = first(events, 'run.start');
  const plan = first(events, 'plan');
  const end = lines.findLast(({ event }) => event.type === 'run.end');
  if (start === undefined) throw unusable('the journal has no start of a run');
  if (start.planDigest === undefined || plan === undefined)
    throw unusable(
      `the journal was written by ${start.tool}, before journals held what a run is judged by`,
      'its chain can be read, its result cannot be worked out again; run the drill again with this version',
    );
  if (end?.event.type !== 'run.end') throw unusable('the run of the journal has not ended', 'firebreak drill recover');
  const vantages = vantageEvidence(plan.plan, events);
  const abort = events.findLast(({ type }) => type === 'abort');
  return {
    start,
    plan: plan.plan,
    arms: start.arms.flatMap((arm) => armEvidence(arm, events, vantages) ?? []),
    effects: effectEvidence(events),
    vantages,
    stopped: abort?.type === 'abort' ? abort.why : cutShort(end.event.outcome),
    clean: end.event.clean,
    // Whoever recovers a run counts from its own beginning.
    jumps: clockJumps(lines),
    durationMs: lines.reduce((longest, { t }) => Math.max(longest, t), 0),
  };
}

/** A run that died says nothing of its end; who recovered it does. */
function cutShort(outcome: Extract<JournalEvent, { type: 'run.end' }>['outcome']): string | null {
  return outcome === 'completed' ? null : 'it did not come to its end, and was put back later';
}

function first<Type extends JournalEvent['type']>(
  events: readonly JournalEvent[],
  type: Type,
): Extract<JournalEvent, { type: Type }> | undefined {
  return events.find((event): event is Extract<JournalEvent, { type: Type }> => event.type === type);
}

function vantageEvidence({ units }: JudgedPlan, events: readonly JournalEvent[]): readonly VantageEvidence[] {
  const ids = [...new Set(units.flatMap(({ vantage }) => vantage ?? []))];
  return ids.map((id) => {
    const mine = events.filter((event) => 'vantage' in event && event.vantage === id);
    const words = mine.filter((event) => event.type === 'vantage');
    // Whoever was gone once has not seen everything, whatever was said of it later.
    const word = words.find(({ state }) => state === 'lost' || state === 'missing') ?? words.at(-1);
    return {
      id,
      state: word?.state ?? 'missing',
      why: word?.why ?? 'the run ended before it was asked',
      samples: mine.flatMap((event) => (event.type === 'clock' ? [event.sample] : [])),
    };
  });
}

/** Agents that were gone when an arm ended. */
function absentAt(end: number, events: readonly JournalEvent[]): ReadonlyMap<string, string> {
  const gone = new Map<string, string>();
  for (const event of events.slice(0, end))
    if (event.type === 'vantage' && (event.state === 'lost' || event.state === 'missing'))
      gone.set(
        event.vantage,
        `agent ${event.vantage} ${event.state === 'lost' ? 'was lost' : 'did not come'}: ${event.why}`,
      );
  return gone;
}

function armEvidence(
  arm: Arm,
  events: readonly JournalEvent[],
  vantages: readonly VantageEvidence[],
): ArmEvidence | null {
  const mine = events.filter((event) => 'arm' in event && event.arm === arm);
  const end = events.findIndex((event) => event.type === 'arm.end' && event.arm === arm);
  if (end === -1) return null;
  const samples = new Map(vantages.map((vantage) => [vantage.id, vantage.samples]));
  const placed = (probe: Probe): readonly Probe[] =>
    probe.vantage === undefined ? [probe] : [onRunClock(probe, samples.get(probe.vantage) ?? []) ?? []].flat();
  const calibrated = (when: 'before' | 'after'): readonly Calibration[] =>
    mine.flatMap((event) =>
      event.type === 'calibration' && event.when === when
        ? [{ unit: event.unit, verdict: event.verdict, why: event.why }]
        : [],
    );
  const dropped = new Map<string, number>();
  for (const event of mine) if (event.type === 'dropped') dropped.set(event.unit, (dropped.get(event.unit) ?? 0) + 1);
  return {
    arm,
    calibrations: calibrated('before'),
    closing: calibrated('after'),
    marks: marksOf(mine),
    phase: phaseOf(mine),
    answers: mine.flatMap((event) => (event.type === 'answer' ? [event.answer] : [])),
    probes: events.flatMap((event) => (event.type === 'probe' && event.probe.arm === arm ? placed(event.probe) : [])),
    dropped,
    absent: absentAt(end, events),
    attacks: mine.flatMap((event) => (event.type === 'attack' ? [event.attempt] : [])),
  };
}

/** The last of each mark counts, because the last step of containment ends it. */
function marksOf(events: readonly JournalEvent[]): Marks | null {
  const at = new Map(events.flatMap((event) => (event.type === 'mark' ? [[event.mark, event.at] as const] : [])));
  const t0 = at.get('t0');
  if (t0 === undefined) return null;
  const tAct = at.get('t_act') ?? t0;
  return { t0, tAct, tAck: at.get('t_ack') ?? tAct };
}

function phaseOf(events: readonly JournalEvent[]): PhaseSeen | null {
  const seen = events.find((event) => event.type === 'phase');
  return seen === undefined ? null : { verifier: seen.verifier, fetchedAt: seen.fetchedAt };
}

function effectEvidence(events: readonly JournalEvent[]): readonly EffectEvidence[] {
  return events.flatMap((event) => {
    if (event.type !== 'intent') return [];
    const { effect } = event;
    const last = events.findLast((other) => other.type === 'undo.verify' && other.effectId === effect.id);
    return [{ effect, undo: last?.type === 'undo.verify' ? { gone: last.gone, why: last.why } : null }];
  });
}

function unusable(message: string, hint = 'name the journal.ndjson of a run that has ended'): UserError {
  return new UserError('drill/journal-unusable', message, { hint });
}
