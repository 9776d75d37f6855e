import type { Problem } from '../model/failure.ts';
import { compareLocations } from '../model/location.ts';

/** Problems in the order of their places, those without one first. */
export function byPosition(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort((a, b) => {
    if (a.at === null || b.at === null) return Number(a.at !== null) - Number(b.at !== null);
    return compareLocations(a.at, b.at);
  });
}
