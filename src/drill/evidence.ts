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
import { UserError } from '../model/failure.ts';
import type { Arm } from '../model/prediction.ts';
import type { ClockJump } from './clock-jumps.ts';
import { clockJumps } from './clock-jumps.ts';
import type { Marks } from './method.ts';

export type RunStart = Extract<JournalEvent, { type: 'run.start' }>;

/** Everything one arm brought to light. Times are run time in milliseconds. */
export interface ArmEvidence {
  readonly arm: Arm;
  readonly calibrations: readonly Calibration[];
  readonly closing: readonly Calibration[];
  /** Null when the arm never came to contain anything. */
  readonly marks: Marks | null;
  readonly answers: readonly ExpectedAnswer[];
  readonly probes: readonly Probe[];
  /** Probes that a limit kept from being sent, by unit. */
  readonly dropped: ReadonlyMap<string, number>;
  /** Attempts of the drill's attacks; empty in drills without. */
  readonly attacks: readonly AttackProbe[];
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
  const abort = events.findLast(({ type }) => type === 'abort');
  return {
    start,
    plan: plan.plan,
    arms: start.arms.flatMap((arm) => armEvidence(arm, events) ?? []),
    effects: effectEvidence(events),
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

function armEvidence(arm: Arm, events: readonly JournalEvent[]): ArmEvidence | null {
  const mine = events.filter((event) => 'arm' in event && event.arm === arm);
  if (!mine.some(({ type }) => type === 'arm.end')) return null;
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
    answers: mine.flatMap((event) => (event.type === 'answer' ? [event.answer] : [])),
    probes: events.flatMap((event) => (event.type === 'probe' && event.probe.arm === arm ? [event.probe] : [])),
    dropped,
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
