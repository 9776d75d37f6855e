import type { CanaryName } from '../../model/canary.ts';
import { findCanaryName } from '../../model/canary.ts';
import type { LeftCanary } from '../step.ts';

/** Texts that name canaries, each with the effect that takes it back. */
export function canariesAmong(
  texts: readonly string[],
  effectOf: (canary: CanaryName, text: string) => LeftCanary['effect'],
): readonly LeftCanary[] {
  return texts.flatMap((text) => {
    const canary = findCanaryName(text);
    return canary === null ? [] : [{ canary, effect: effectOf(canary, text) }];
  });
}
