import type { Estate } from '../model/finding.ts';
import { fromTimestamp } from '../model/instant.ts';
import type { StoredResult } from '../model/stored-result.ts';

/**
 * Recorded drills that measured something, newest first. One from the future says nothing: its clock, or somebody, was
 * wrong.
 */
export function measuredDrills({ drillResults = [], now }: Estate): readonly StoredResult[] {
  return drillResults
    .filter(
      ({ result }) =>
        result.overall.verdict !== 'stopped' &&
        startOf({ result }) <= now &&
        result.arms.some(({ units }) => units.some(({ interval }) => interval !== null)),
    )
    .toSorted((a, b) => startOf(b) - startOf(a));
}

/** Milliseconds since the epoch; for a text that is no time, which its schema lets pass, one that nothing is older than. */
export function startOf({ result }: Pick<StoredResult, 'result'>): number {
  return fromTimestamp(result.startedAt) ?? -Infinity;
}
