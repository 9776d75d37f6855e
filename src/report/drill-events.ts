import type { JournalEvent, JournalLine, ProbeVerdict } from '../model/drill.ts';
import { secondsText } from './drill-numbers.ts';
import { plain } from './drill-plain.ts';
import { ARM_WORDS } from './drill-wording.ts';

const MARKS = {
  t0: 'the leak is known (t0)',
  t_act: 'containment starts (t_act)',
  t_ack: 'containment is confirmed (t_ack); from here on, caches decide',
} as const;

const ENDS = {
  completed: 'run completed',
  stopped: 'run stopped by a safety rule',
  failed: 'run failed',
  interrupted: 'run interrupted',
} as const;

const VANTAGE_WORDS = { armed: 'has the plan', missing: 'did NOT come', lost: 'LOST' } as const;

type Words = {
  readonly [Type in JournalEvent['type']]: (event: Extract<JournalEvent, { type: Type }>) => string | null;
};

const WORDS: Words = {
  'run.start': ({ runId, drill, environment, environmentClass, seed }) =>
    `run ${runId} of ${drill} in ${environment} (${environmentClass}), seed ${seed}`,
  plan: () => null,
  'arm.end': () => null,
  attack: ({ attempt: { unit, kind, spelling, probe } }) =>
    probe?.verdict === 'accept' ? `${unit}: ACCEPTS ${kind}${spelling === '' ? '' : `, ${spelling}`}` : null,
  answer: () => null,
  recover: () => 'another process goes on with what this run left',
  'arm.start': ({ arm }) => `${arm} arm: ${ARM_WORDS[arm]}`,
  intent: ({ effect }) => `${effect.id}: ${effect.says}`,
  ack: ({ effectId }) => `${effectId}: done`,
  fail: ({ effectId, why }) => `${effectId}: FAILED, ${why}`,
  phase: ({ verifier, fetchedAt }) =>
    fetchedAt === null
      ? `no fetch of the key set by ${verifier} was seen: the phase is UNKNOWN`
      : `${verifier} has fetched the key set`,
  mark: ({ mark }) => MARKS[mark],
  probe: () => null,
  dropped: () => null,
  calibration: ({ unit, verdict, why, when }) =>
    when === 'after'
      ? null
      : verdict === 'usable'
        ? `${unit}: tells good tokens from bad ones`
        : `${unit}: EXCLUDED, ${verdict}: ${why}`,
  vantage: ({ vantage, state, why }) =>
    state === 'done' ? null : `agent ${vantage}: ${VANTAGE_WORDS[state]}${why === '' ? '' : `, ${why}`}`,
  clock: () => null,
  abort: ({ why }) => `stopping: ${why}`,
  'undo.intent': ({ effectId }) => `${effectId}: putting back`,
  'undo.ack': () => null,
  'undo.verify': ({ effectId, gone, why }) =>
    gone ? `${effectId}: put back and verified` : `${effectId}: STILL THERE, ${why}`,
  'run.end': ({ outcome, clean }) =>
    `${ENDS[outcome]}, ${clean ? 'everything put back' : 'clean-up INCOMPLETE: run `firebreak drill recover`'}`,
};

function wordsOf<Type extends JournalEvent['type']>(event: Extract<JournalEvent, { type: Type }>): string | null {
  // The table has one entry per type, so the entry under an event's own type takes that event.
  return (WORDS[event.type] as (event: Extract<JournalEvent, { type: Type }>) => string | null)(event);
}

function timed(t: number, text: string): string {
  return `${secondsText(t).padStart(9)}  ${plain(text)}`;
}

/** One line of progress for a journal line; null for events that come in thousands. */
export function formatEvent(line: JournalLine): string | null {
  const text = wordsOf(line.event);
  return text === null ? null : timed(line.t, text);
}

const CHANGE: Readonly<Record<ProbeVerdict, string>> = {
  accept: 'ACCEPTS the leaked credential again',
  reject: 'refuses the leaked credential',
  unknown: 'gives no clear answer',
};

/**
 * A formatter that also tells when a unit changes its mind about the leaked credential, which is what people watch a
 * drill for. It remembers the last answer of every unit; a new arm starts afresh.
 */
export function drillProgress(): (line: JournalLine) => string | null {
  const last = new Map<string, ProbeVerdict>();
  let t0: number | null = null;
  return (line) => {
    const { event } = line;
    if (event.type === 'arm.start') {
      last.clear();
      t0 = null;
    }
    if (event.type === 'mark' && event.mark === 't0') t0 = event.at;
    if (event.type !== 'probe') return formatEvent(line);
    const { unit, role, verdict, received, phase, vantage } = event.probe;
    if (role !== 'canary' || phase !== 'observe' || t0 === null) return null;
    const before = last.get(unit) ?? 'accept';
    last.set(unit, verdict);
    if (before === verdict || (before === 'unknown' && verdict === 'accept')) return null;
    // An agent's times are on its own clock; when it was heard of is told instead, which is later.
    const at = vantage === undefined ? received : line.t;
    return timed(line.t, `${unit} ${CHANGE[verdict]}, ${secondsText(at - t0)} after t0`);
  };
}
