import type { Effect } from '../model/drill.ts';
import { STEP_ACTIONS } from './steps/registry.ts';

/** What a person can type to undo an effect that this program could not; null where the action knows nothing. */
export function byHandOf(effect: Effect): string | null {
  return STEP_ACTIONS.find(({ uses }) => uses === effect.action)?.byHand?.(effect) ?? null;
}
