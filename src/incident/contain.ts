/** Makes the steps of a plan, each with its intent on disk before the first byte leaves, and goes on where another run ended. */
import { EffectLog } from '../drill/effects.ts';
import { actionFor, effectOf } from '../drill/perform.ts';
import type { StepContext } from '../drill/step.ts';
import { Vault } from '../drill/vault.ts';
import type { ContainmentPlan, ContainmentStep, StepOutcome } from '../model/containment.ts';
import type { Effect, JournalEvent } from '../model/drill.ts';
import { UserError } from '../model/failure.ts';
import type { IssuerDeclaration } from '../model/inventory.ts';
import type { MadeStep } from './made-steps.ts';
import { CONTAIN_EVENTS } from './made-steps.ts';

/** Something for the journal of the incident. */
export interface IncidentEvent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface ContainInput {
  readonly plan: ContainmentPlan;
  readonly issuers: readonly IssuerDeclaration[];
  /** What the journals know of steps, by id. */
  readonly made: ReadonlyMap<string, MadeStep>;
  /** Steps of which nobody knows whether they happened, and which somebody wants made again. */
  readonly again: readonly string[];
}

export interface ContainPorts {
  readonly context: StepContext;
  /** Resolves when the record is on disk. */
  readonly record: (event: IncidentEvent) => Promise<void>;
  readonly onOutcome: (outcome: StepOutcome) => void;
  /** Aborted when a person stops the run: no further step is begun. */
  readonly stop: AbortSignal;
}

/**
 * Makes every step that was not made yet. One that fails does not keep the others from being made, only those that need
 * it. Nothing is undone: this is no drill.
 *
 * @throws UserError file/unwritable when the journal cannot be written: then nothing more is sent
 */
export async function contain(input: ContainInput, ports: ContainPorts): Promise<readonly StepOutcome[]> {
  const effects = new EffectLog({ record: (event) => recordEvent(event, input.plan, ports) });
  const outcomes: StepOutcome[] = [];
  const isMade = (id: string): boolean =>
    outcomes.some(({ step, state }) => step.id === id && (state === 'done' || state === 'was-done'));
  for (const step of input.plan.steps) {
    const outcome = await takeContainmentStep(step, { input, ports, effects, isMade });
    outcomes.push(outcome);
    ports.onOutcome(outcome);
  }
  return outcomes;
}

interface Tools {
  readonly input: ContainInput;
  readonly ports: ContainPorts;
  readonly effects: EffectLog;
  readonly isMade: (id: string) => boolean;
}

async function takeContainmentStep(step: ContainmentStep, tools: Tools): Promise<StepOutcome> {
  const { input, ports, isMade } = tools;
  const made = input.made.get(step.id);
  const undo = undoWords(step, made?.effect ?? null);
  const common = { step, says: made?.effect.says ?? step.call.uses, why: null, undo };
  if (made?.state === 'done') return { ...common, state: 'was-done', why: `by ${made.by} at ${made.ended ?? ''}` };
  if (ports.stop.aborted) return { ...common, state: 'stopped' };
  const missing = step.after.filter((id) => !isMade(id));
  if (missing.length > 0) return { ...common, state: 'waiting', why: `waits for ${missing.join(', ')}` };
  if (made !== undefined && !mayRepeat(step, made.effect) && !input.again.includes(step.id)) {
    const why = `it may have happened at ${made.begun}, and making it twice is not the same as once: look, then --again ${step.id} or --done ${step.id}`;
    return { ...common, state: 'uncertain', why };
  }
  try {
    const effect = await makeStep(step, made ?? null, tools);
    return { ...common, state: 'done', says: effect.says, undo: undoWords(step, effect) };
  } catch (error) {
    if (error instanceof UserError && error.code === 'file/unwritable') throw error;
    if (error instanceof UserError && error.code === 'drill/already-there') {
      await ports.record({
        event: CONTAIN_EVENTS.found,
        data: { step: step.id, effect: sketchOf(step), why: error.message },
      });
      return { ...common, state: 'was-done', why: error.message };
    }
    return { ...common, state: 'failed', why: messageOf(error) };
  }
}

/** A change that this program did not make itself. */
export function sketchOf({ id, call }: ContainmentStep): Effect {
  return { id, action: call.uses, with: {}, says: call.uses, undo: 'none' };
}

/** What its author says, else what its action knows. */
function mayRepeat({ isRepeatable, call }: ContainmentStep, effect: Effect): boolean {
  return isRepeatable ?? actionFor(call).isRepeatable?.(effect) ?? true;
}

async function makeStep(
  step: ContainmentStep,
  made: MadeStep | null,
  tools: Tools,
): Promise<Pick<Effect, 'says' | 'with'>> {
  const { input, ports, effects } = tools;
  const id = keyOf(input.plan, step);
  const context: StepContext = { ...ports.context, timeoutMs: step.timeout, vault: null, idempotencyKey: id };
  const apply = async (effect: Omit<Effect, 'id'>): Promise<Omit<Effect, 'id'>> => {
    await effects.perform(effect, (identified) => actionFor(step.call).apply(identified, context), id);
    return effect;
  };
  if (made !== null) {
    // What died with its process was intended with everything that its undo needs: it is the same change again.
    const { id: _, ...before } = made.effect;
    if (made.state === 'uncertain') return apply(before);
    const again = await apply(before).catch(() => null);
    if (again !== null) return again;
  }
  return apply(await chosenEffect(step, { ...tools, context }));
}

/** The change itself; one that is there already, whoever made it, is made. */
async function chosenEffect(
  step: ContainmentStep,
  { input, context }: Tools & { readonly context: StepContext },
): Promise<Omit<Effect, 'id'>> {
  const issuer = input.issuers.find(({ name }) => name === step.issuer);
  if (issuer === undefined) {
    throw new UserError(
      'document/not-found',
      `step "${step.id}" names issuer "${step.issuer}", which is not in the inventory`,
      {
        hint: `choose one of ${input.issuers.map(({ name }) => name).join(', ')}`,
        at: step.at,
      },
    );
  }
  const tools = { issuer, context, vault: new Vault(), expiresAt: Math.ceil(step.until / 1000) };
  return effectOf(step.call, tools);
}

/** Names the step of the incident in every try. */
function keyOf({ incident }: ContainmentPlan, { id }: ContainmentStep): string {
  return `${incident}/${id}`;
}

const EVENT_NAMES: Readonly<Partial<Record<JournalEvent['type'], string>>> = {
  intent: CONTAIN_EVENTS.intent,
  ack: CONTAIN_EVENTS.ack,
  fail: CONTAIN_EVENTS.fail,
};

/** The events of the engine, in the journal of the incident. */
async function recordEvent(event: JournalEvent, { incident }: ContainmentPlan, ports: ContainPorts): Promise<void> {
  const name = EVENT_NAMES[event.type];
  if (name === undefined) return;
  const key = event.type === 'intent' ? event.effect.id : 'effectId' in event ? event.effectId : '';
  const step = key.slice(incident.length + 1);
  const data = {
    step,
    ...(event.type === 'intent' ? { effect: event.effect } : {}),
    ...(event.type === 'fail' ? { why: event.why } : {}),
  };
  await ports.record({ event: name, data });
}

function undoWords({ call }: ContainmentStep, effect: Pick<Effect, 'with'> | null): string {
  const action = actionFor(call);
  const byHand =
    effect === null ? null : action.byHand?.({ id: '', action: call.uses, says: '', undo: 'none', ...effect });
  return byHand ?? action.planned?.(call).undo ?? action.undoSummary ?? 'cannot be taken back';
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof UserError && error.hint !== null ? `${error.message}; ${error.hint}` : error.message;
}
