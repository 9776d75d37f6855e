import type { Problem } from '../model/failure.ts';
import { compareLocations, startOf } from '../model/location.ts';

/** Problems in the order of their places, those without one first. */
export function byPosition(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort((a, b) => {
    if (a.at === null || b.at === null) return Number(a.at !== null) - Number(b.at !== null);
    return compareLocations(a.at, b.at);
  });
}

/** The same as a comparison, and by message where places are equal: one order, whoever reports first. */
export function compareProblems(a: Problem, b: Problem): number {
  const nowhere = startOf('');
  return compareLocations(a.at ?? nowhere, b.at ?? nowhere) || (a.message < b.message ? -1 : 1);
}
