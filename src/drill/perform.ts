import type { ActionCall, Effect } from '../model/drill.ts';
import type { IssuerDeclaration } from '../model/inventory.ts';
import type { EffectLog } from './effects.ts';
import type { StepAction, StepAnswer, StepContext } from './step.ts';
import { actionOf, responseActionOf } from './steps/registry.ts';
import type { Vault } from './vault.ts';

export interface CallTools {
  readonly issuer: IssuerDeclaration;
  readonly effects: EffectLog;
  /** Its time-out is that of the step. */
  readonly context: StepContext;
  readonly vault: Vault;
  /** Seconds since the epoch after which nothing that the call puts anywhere may count any more. */
  readonly expiresAt: number;
}

/** What a call will change, with what undo must know of the state before. Changes nothing. @throws UserError */
export async function effectOf(
  call: ActionCall,
  { issuer, context, vault, expiresAt }: Omit<CallTools, 'effects'>,
): Promise<Omit<Effect, 'id'>> {
  const action = actionFor(call);
  const chosen = action.effect({ call, vault, issuer, admin: issuer.admin ?? '', expiresAt });
  return action.prepare === undefined ? chosen : action.prepare(chosen, { ...context, vault });
}

/** Makes a call with its intent on disk first. @throws whatever the call throws; its effect counts as made all the same */
export async function performCall(
  call: ActionCall,
  tools: CallTools,
): Promise<{ readonly effect: Omit<Effect, 'id'>; readonly answer: StepAnswer }> {
  const context: StepContext = { ...tools.context, vault: tools.vault };
  const effect = await effectOf(call, tools);
  const answer = await tools.effects.perform(effect, (identified) => actionFor(call).apply(identified, context));
  return { effect, answer };
}

/** What may be done in an incident and what in a drill are two lists. @throws UserError document/invalid */
export function actionFor(call: ActionCall): StepAction {
  return call.isResponse === true ? responseActionOf(call) : actionOf(call);
}
