import { messageOf } from '../model/failure.ts';
import type { Effect, JournalEvent } from '../model/drill.ts';
import type { Clock } from '../model/ports.ts';
import type { Journal } from './journal.ts';
import { actionNamed } from './steps/registry.ts';
import type { StepContext } from './step.ts';

/** Attempts to undo one effect before it is left to `drill recover`. */
const UNDO_ATTEMPTS = 3;

/** Pause between two attempts, in milliseconds. */
const UNDO_PAUSE_MS = 200;

/** How long a request whose answer never came may still be under way after its undo, in milliseconds. */
const STRAY_REQUEST_MS = 500;

/** How long one undo may take once clean-up is hurried, in milliseconds (k6 and others skip it: that leaves keys trusted). */
const HURRIED_UNDO_MS = 5000;

export interface UndoOutcome {
  readonly effect: Effect;
  readonly gone: boolean;
  readonly why: string;
}

/**
 * Makes changes in the only allowed order: the intent is on disk before the first byte leaves. An effect counts as made
 * from then on, whatever becomes of its request.
 */
export class EffectLog {
  readonly #journal: Pick<Journal, 'record'>;
  #open: readonly Effect[] = [];
  #count = 0;
  readonly #outcomes: UndoOutcome[] = [];
  readonly #answered = new Set<string>();

  constructor(journal: Pick<Journal, 'record'>) {
    this.#journal = journal;
  }

  /**
   * Records, acts, and records the answer.
   *
   * @param id a name that the effect keeps when it is tried again; by default a number of this run
   */
  async perform<T>(effect: Omit<Effect, 'id'>, act: (effect: Effect) => Promise<T>, id?: string): Promise<T> {
    this.#count += 1;
    const identified: Effect = { id: id ?? `e${this.#count}`, ...effect };
    await this.#journal.record({ type: 'intent', effect: identified });
    if (identified.undo === 'required') this.#open = [identified, ...this.#open];
    try {
      const result = await act(identified);
      this.#answered.add(identified.id);
      await this.#journal.record({ type: 'ack', effectId: identified.id });
      return result;
    } catch (error) {
      await this.#journal.record({ type: 'fail', effectId: identified.id, why: messageOf(error) });
      throw error;
    }
  }

  /** Undoes everything, newest first, each attempted whatever happened to the others. */
  async undoAll(context: StepContext, clock: Clock, hurry?: AbortSignal): Promise<void> {
    for (const effect of this.#open)
      this.#outcomes.push(
        await undoEffect(effect, {
          context,
          clock,
          journal: this.#journal,
          answered: this.#answered.has(effect.id),
          ...(hurry === undefined ? {} : { hurry }),
        }),
      );
    const gone = new Set(this.#outcomes.filter((outcome) => outcome.gone).map(({ effect }) => effect.id));
    this.#open = this.#open.filter(({ id }) => !gone.has(id));
  }

  /** What would have to be undone now, newest first. */
  get open(): readonly Effect[] {
    return this.#open;
  }

  get isClean(): boolean {
    return this.#open.length === 0;
  }

  /** What may still stand, with the reason of the last attempt. */
  get left(): readonly UndoOutcome[] {
    return this.#open.map(
      ({ id, ...effect }) =>
        this.#outcomes.findLast((outcome) => outcome.effect.id === id) ?? {
          effect: { id, ...effect },
          gone: false,
          why: 'not tried',
        },
    );
  }
}

/** Undoes one effect and verifies it at the source of truth; never throws. */
export async function undoEffect(
  effect: Effect,
  tools: {
    readonly context: StepContext;
    readonly clock: Clock;
    readonly journal: Pick<Journal, 'record'>;
    /** False when its request may still arrive, because nobody saw the answer. */
    readonly answered: boolean;
    /** Aborted when undoing must end soon: one try of a few seconds is left then. */
    readonly hurry?: AbortSignal;
  },
): Promise<UndoOutcome> {
  const done = new AbortController();
  try {
    return await undoWithin(effect, tools, done.signal);
  } finally {
    done.abort();
  }
}

async function undoWithin(
  effect: Effect,
  tools: Parameters<typeof undoEffect>[1],
  done: AbortSignal,
): Promise<UndoOutcome> {
  const { clock, journal, answered, hurry } = tools;
  const context =
    hurry === undefined ? tools.context : { ...tools.context, signal: deadlineAfter(hurry, { clock, done }) };
  let why = '';
  for (let attempt = 1; attempt <= UNDO_ATTEMPTS; attempt += 1) {
    if (attempt > 1 && hurry?.aborted === true) break;
    try {
      const action = actionNamed(effect.action);
      await tryRecord(journal, { type: 'undo.intent', effectId: effect.id });
      await action.undo(effect, context);
      await tryRecord(journal, { type: 'undo.ack', effectId: effect.id });
      let gone = await action.isGone(effect, context);
      if (gone && !answered) {
        await clock.sleepUntil(clock.monotonic() + STRAY_REQUEST_MS);
        gone = await action.isGone(effect, context);
      }
      why = gone ? 'read back at the source: gone' : 'still there after undo';
      await tryRecord(journal, { type: 'undo.verify', effectId: effect.id, gone, why });
      if (gone) return { effect, gone, why };
    } catch (error) {
      why = messageOf(error);
    }
    await clock.sleepUntil(clock.monotonic() + UNDO_PAUSE_MS * attempt);
  }
  return { effect, gone: false, why };
}

/** Aborted some seconds after the other signal; never when it is done before. */
function deadlineAfter(
  hurry: AbortSignal,
  { clock, done }: { readonly clock: Clock; readonly done: AbortSignal },
): AbortSignal {
  const deadline = new AbortController();
  const begin = (): void => {
    clock.sleepUntil(clock.monotonic() + HURRIED_UNDO_MS, done).then(
      () => deadline.abort(new Error('clean-up was hurried')),
      () => undefined,
    );
  };
  if (hurry.aborted) begin();
  else hurry.addEventListener('abort', begin, { once: true, signal: done });
  return deadline.signal;
}

/** A journal that can no longer be written must not keep anything from being put back. */
async function tryRecord(journal: Pick<Journal, 'record'>, event: JournalEvent): Promise<void> {
  await journal.record(event).catch(() => undefined);
}
