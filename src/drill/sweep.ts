import { messageOf } from '../model/failure.ts';
import type { CanaryName } from '../model/canary.ts';
import type { ActionCall, Effect } from '../model/drill.ts';
import type { Clock } from '../model/ports.ts';
import { byHandOf } from './by-hand.ts';
import type { LeftCanary, StepAction, StepContext } from './step.ts';
import { addToDenylist } from './steps/denylist/add.ts';
import { addKey } from './steps/jwks/add-key.ts';
import { registerClient } from './steps/oauth/clients.ts';
import { STEP_ACTIONS, actionNamed } from './steps/registry.ts';
import { addSecret } from './steps/secrets/secrets.ts';

/** Tries to remove one canary before it is called left, and the pause between two of them in milliseconds. */
const TRIES = 3;
const PAUSE_MS = 200;

/** Where canaries may lie: a step of a drill, or the admin interface of an issuer. */
export interface SweepPlace {
  /** `step deny of drills/leaked-token.yaml`, `issuer lab` */
  readonly name: string;
  /** Actions whose traces are looked for. */
  readonly actions: readonly StepAction[];
  readonly call: ActionCall;
  readonly admin: string;
  readonly context: StepContext;
}

/** What was looked at, and whether it could be read. */
export interface SweptPlace {
  readonly name: string;
  readonly looked: 'yes' | 'cannot-list' | 'failed';
  readonly why: string | null;
}

export interface SweptCanary {
  readonly canary: CanaryName;
  /** `canary key fbcanary-… in srv/jwks.json` */
  readonly says: string;
  /**
   * - `running`: its run may still go on; it is left alone
   * - `forgotten`: nothing was changed, because nobody asked for it
   */
  readonly state: 'running' | 'forgotten' | 'removed' | 'left';
  readonly why: string;
  readonly byHand: string | null;
}

export interface Sweep {
  readonly places: readonly SweptPlace[];
  readonly canaries: readonly SweptCanary[];
}

export interface SweepInput {
  readonly places: readonly SweepPlace[];
  /** Runs of this state folder that do not go on any more. */
  readonly deadRuns: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** False looks only. */
  readonly apply: boolean;
}

/** Actions that leave traces behind an admin interface. */
export const ADMIN_SWEEPS: readonly StepAction[] = [addKey, addToDenylist, registerClient, addSecret];

/** The action of a step, where what it leaves has to be looked for; null for one that leaves nothing or goes by the issuer. */
export function sweepable({ uses }: ActionCall): StepAction | null {
  const action = STEP_ACTIONS.find((candidate) => candidate.uses === uses);
  return action === undefined || action.undoSummary === null || action.isSelfContained !== true ? null : action;
}

/**
 * Finds canaries whose run is over, wherever drills of this repository put them, and removes them if told to. It needs
 * no journal, because every canary carries its end in its name. Never throws for one place: the others are swept.
 */
export async function sweepCanaries(input: SweepInput, clock: Clock): Promise<Sweep> {
  const places: SweptPlace[] = [];
  const canaries: SweptCanary[] = [];
  const seen = new Set<string>();
  for (const place of input.places) {
    for (const action of place.actions) {
      const found = await canariesAt(place, action);
      places.push(found.place);
      for (const left of found.canaries) {
        if (seen.has(left.effect.says)) continue;
        seen.add(left.effect.says);
        canaries.push(await swept(left, place, input, clock));
      }
    }
  }
  return { places, canaries };
}

async function canariesAt(
  { name, call, admin, context }: SweepPlace,
  action: StepAction,
): Promise<{ readonly place: SweptPlace; readonly canaries: readonly LeftCanary[] }> {
  const of = `${name} (${action.uses})`;
  if (action.canaries === undefined)
    return { place: { name: of, looked: 'cannot-list', why: 'what lies there cannot be listed' }, canaries: [] };
  try {
    return {
      place: { name: of, looked: 'yes', why: null },
      canaries: await action.canaries({ call, admin }, context),
    };
  } catch (error) {
    return { place: { name: of, looked: 'failed', why: messageOf(error) }, canaries: [] };
  }
}

async function swept(
  { canary, effect }: LeftCanary,
  { context }: SweepPlace,
  input: SweepInput,
  clock: Clock,
): Promise<SweptCanary> {
  const { says } = effect;
  const isOver = canary.expiresAt * 1000 <= input.now;
  if (!isOver && !input.deadRuns.has(canary.runId)) {
    return { canary, says, state: 'running', why: 'its run may still go on', byHand: null };
  }
  const why = isOver ? 'its run is over' : 'its run ended without removing it';
  const identified: Effect = { id: canary.name, ...effect };
  if (!input.apply) return { canary, says, state: 'forgotten', why, byHand: byHandOf(identified) };
  const fault = await removed(identified, context, clock);
  return fault === null
    ? { canary, says, state: 'removed', why: `${why}; read back at the source: gone`, byHand: null }
    : { canary, says, state: 'left', why: fault, byHand: byHandOf(identified) };
}

/** Null when it is gone, or why it is not. */
async function removed(effect: Effect, context: StepContext, clock: Clock): Promise<string | null> {
  const action = actionNamed(effect.action);
  let fault = 'still there after it was removed';
  for (let turn = 1; turn <= TRIES; turn += 1) {
    try {
      await action.undo(effect, context);
      if (await action.isGone(effect, context)) return null;
    } catch (error) {
      fault = messageOf(error);
    }
    await clock.sleepUntil(clock.monotonic() + PAUSE_MS * turn);
  }
  return fault;
}
