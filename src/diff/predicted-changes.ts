/** Verifiers whose predicted time-to-revocation or objective differs between the sides. */
import type { PredictedChange } from '../model/change.ts';
import type { Bound, Millis } from '../model/quantity.ts';
import { isFiniteBound } from '../model/quantity.ts';
import type { Prediction } from '../model/prediction.ts';

interface Predicting {
  readonly predictions: readonly Prediction[];
}

/** Sorted by environment, verifier, scenario and arm. */
export function predictedChanges(
  base: Predicting,
  head: Predicting,
  changedFiles: ReadonlySet<string>,
): readonly PredictedChange[] {
  const before = byPlace(base.predictions);
  const after = byPlace(head.predictions);
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((key) => {
    const old = before.get(key) ?? null;
    const young = after.get(key) ?? null;
    const either = young ?? old;
    if (either === null || same(old, young)) return [];
    const { environment, verifier, scenario, arm } = either;
    return [
      {
        environment,
        verifier,
        scenario,
        arm,
        before: old?.bound ?? null,
        after: young?.bound ?? null,
        objectiveBefore: finite(old?.objective?.max),
        objectiveAfter: finite(young?.objective?.max),
        because: filesOf([old, young], changedFiles),
      },
    ];
  });
}

function byPlace(predictions: readonly Prediction[]): ReadonlyMap<string, Prediction> {
  return new Map(
    predictions.map((each) => [JSON.stringify([each.environment, each.verifier, each.scenario, each.arm]), each]),
  );
}

function same(a: Prediction | null, b: Prediction | null): boolean {
  return a?.bound === b?.bound && a?.objective?.max === b?.objective?.max && (a === null) === (b === null);
}

function finite(bound: Bound | undefined): Millis | null {
  return bound !== undefined && isFiniteBound(bound) ? bound : null;
}

function filesOf(predictions: readonly (Prediction | null)[], changedFiles: ReadonlySet<string>): readonly string[] {
  const places = predictions.flatMap((prediction) =>
    prediction === null ? [] : [prediction.at, prediction.objective?.at, ...prediction.addends.map(({ at }) => at)],
  );
  const files = places.flatMap((at) => (at === null || at === undefined ? [] : [at.file]));
  return [...new Set(files)].filter((file) => changedFiles.has(file)).sort();
}
