import type { Effect } from '../model/drill.ts';
import type { JournalRecord } from './journal.ts';

/** Events of containment in the journal of an incident. */
export const CONTAIN_EVENTS = {
  begun: 'contain.begun',
  intent: 'contain.intent',
  ack: 'contain.ack',
  fail: 'contain.fail',
  /** Somebody else had made the change already. */
  found: 'contain.found',
  /** A person says that it was made. */
  said: 'contain.said-done',
  ended: 'contain.ended',
} as const;

/** What the journals say about one step. */
export interface MadeStep {
  readonly id: string;
  /** The last effect that was intended, exactly as it was. */
  readonly effect: Effect;
  /**
   * - `done`: the answer is in the journal
   * - `failed`: it was answered with an error, or refused
   * - `uncertain`: the process died between the intent and the answer, so it may have happened
   */
  readonly state: 'done' | 'failed' | 'uncertain';
  /** RFC 3339, of the first intent and of the last word. */
  readonly begun: string;
  readonly ended: string | null;
  readonly by: string;
  readonly why: string | null;
}

/** Every step that was ever intended, from the journals of everybody. */
export function madeSteps(records: readonly JournalRecord[]): ReadonlyMap<string, MadeStep> {
  const steps = new Map<string, MadeStep>();
  for (const { event, data, time, author } of records) {
    const { step, effect } = data;
    if (typeof step !== 'string') continue;
    const known = steps.get(step);
    if (event === CONTAIN_EVENTS.intent && isEffect(effect)) {
      const begun = known?.begun ?? time;
      steps.set(step, { id: step, effect, state: 'uncertain', begun, ended: null, by: author, why: null });
    }
    if ((event === CONTAIN_EVENTS.found || event === CONTAIN_EVENTS.said) && isEffect(effect)) {
      steps.set(step, { id: step, effect, state: 'done', begun: time, ended: time, by: author, why: null });
    }
    if (known === undefined || known.state === 'done') continue;
    if (event === CONTAIN_EVENTS.ack) steps.set(step, { ...known, state: 'done', ended: time, why: null });
    if (event === CONTAIN_EVENTS.fail) {
      steps.set(step, {
        ...known,
        state: 'failed',
        ended: time,
        why: typeof data['why'] === 'string' ? data['why'] : '',
      });
    }
  }
  return steps;
}

function isEffect(value: unknown): value is Effect {
  if (typeof value !== 'object' || value === null) return false;
  return 'id' in value && 'action' in value && 'with' in value && 'says' in value && 'undo' in value;
}
