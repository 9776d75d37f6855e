import type { Problem } from '../model/failure.ts';
import type { Cursor } from './facts.ts';
import { child, durationOf, entries, faultAt, isGiven, requiredText, textOf } from './facts.ts';

/** A fetch of the key set ends nothing but what a key set decides. */
export function checkPhase(spec: Cursor): readonly Problem[] {
  const phase = child(child(spec, 'observe'), 'phase');
  const scenario = requiredText(child(spec, 'scenario'));
  if (!isGiven(phase)) return [];
  if (isGiven(child(child(spec, 'observe'), 'attacks')))
    return [faultAt(phase, 'a drill with attacks measures no time, so it has no phase', 'remove phase, or attacks')];
  if (scenario === 'signing_key') return [];
  const message = `phase waits for a fetch of the key set, which ends nothing in the scenario ${scenario}`;
  return [faultAt(phase, message, 'remove phase, or drill signing_key')];
}

/** What is shown late is held against a canary that is shown all the time and was made in the same way. */
export function checkFirstUses(spec: Cursor): readonly Problem[] {
  const observe = child(spec, 'observe');
  const credentials = entries(child(spec, 'credentials'));
  const usesOf = (at: Cursor): string | null => textOf(child(child(at, 'obtain'), 'uses'));
  const steady = credentials.filter(([, at]) => textOf(child(at, 'role')) === 'canary' && !isFirstUsed(at));
  return credentials.flatMap(([name, at]): readonly Problem[] => {
    if (!isFirstUsed(at)) return [];
    const first = child(at, 'first_use');
    const horizon = durationOf(child(observe, 'horizon')) ?? 0;
    if (textOf(child(at, 'role')) !== 'canary')
      return [faultAt(first, `"${name}" is no canary, and only a canary is shown late`, 'remove first_use')];
    if (isGiven(child(observe, 'attacks')))
      return [faultAt(first, 'a drill with attacks measures no time', 'remove first_use')];
    if ((durationOf(first) ?? 0) >= horizon)
      return [
        faultAt(first, `"${name}" would first be shown after the horizon`, 'choose a first_use below observe.horizon'),
      ];
    if (steady.length > 0 && steady.every(([, other]) => usesOf(other) !== usesOf(at)))
      return [
        faultAt(
          child(child(at, 'obtain'), 'uses'),
          `"${name}" is made in another way than the canary that it is held against`,
          `obtain it by ${usesOf(steady[0]?.[1] ?? at) ?? ''}`,
        ),
      ];
    return [];
  });
}

/** Whether a credential is shown to nobody before containment. */
export function isFirstUsed(credential: Cursor): boolean {
  return isGiven(child(credential, 'first_use'));
}
