import type { ActionCall } from '../model/drill.ts';
import type { Cursor } from './facts.ts';
import { child, entries, placeOf, requiredText } from './facts.ts';

/** `uses` and `with`, as drills, inventories and plans of incidents have them. */
export function readCall(at: Cursor): ActionCall {
  return { uses: requiredText(child(at, 'uses')), with: mappingOf(child(at, 'with')), at: placeOf(child(at, 'uses')) };
}

/** A mapping as plain data; empty where there is none. */
export function mappingOf(at: Cursor): Readonly<Record<string, unknown>> {
  return Object.fromEntries(entries(at).map(([key, { data }]) => [key, data]));
}
