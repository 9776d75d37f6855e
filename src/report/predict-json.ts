import { showLocation } from '../model/location.ts';
import type { Location } from '../model/location.ts';
import type { Prediction } from '../model/prediction.ts';
import { jsonText } from './json-text.ts';

/** Version of the JSON output; members are only added within a major. */
const SCHEMA_VERSION = '1.0';

/** A machine's view, as schema/output/predict.json describes it: the addends are those that the bound is the sum of. */
export function predictJson(predictions: readonly Prediction[]): string {
  return jsonText({ schema_version: SCHEMA_VERSION, targets: predictions.map(targetOf) });
}

function targetOf(prediction: Prediction): object {
  const { objective } = prediction;
  return {
    verifier: prediction.verifier,
    environment: prediction.environment,
    owner: prediction.owner,
    at: showLocation(prediction.at),
    product: prediction.product,
    cache_class: prediction.cacheClass,
    scenario: prediction.scenario,
    arm: prediction.arm,
    bound_ms: prediction.bound,
    expected_ms: prediction.expected,
    degraded_ms: prediction.degraded?.bound ?? null,
    addends: prediction.addends.map(({ symbol, label, value, origin, at, source }) => ({
      symbol,
      label,
      ms: value,
      origin,
      at: place(at),
      source,
    })),
    policy: objective?.policy ?? null,
    objective_ms: objective?.max ?? null,
    objective_at: place(objective?.at ?? null),
    verdict: prediction.verdict,
    would_be_bounded_by: prediction.wouldBeBoundedBy,
    assumptions: prediction.assumptions,
  };
}

function place(at: Location | null): string | null {
  return at === null ? null : showLocation(at);
}
