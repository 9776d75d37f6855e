import type { JudgedPlan } from '../model/drill.ts';
import type { Plan } from './plan.ts';

/** The part of a plan that decides the result. Plain JSON without secrets: credentials and steps stay out. */
export function judgedPlan({ drill, policy, objective, units, coverage, predictions }: Plan): JudgedPlan {
  const { name, file, hypothesis, scenario, observe } = drill;
  return {
    drill: { name, file, hypothesis, scenario, observe },
    policy: { name: policy.name, file: policy.file, objectiveAt: policy.objectives[scenario]?.max.at ?? null },
    objective,
    units: units.map(({ id, verifier, url, vantage, pool, address }) => ({
      id,
      verifier,
      url,
      ...(vantage === undefined ? {} : { vantage }),
      ...(pool === undefined ? {} : { pool }),
      ...(address === undefined ? {} : { address }),
    })),
    ...(coverage === undefined ? {} : { coverage }),
    predictions: predictions.map((prediction) => ({
      verifier: prediction.verifier,
      scenario: prediction.scenario,
      arm: prediction.arm,
      bound: prediction.bound,
      addends: prediction.addends,
      cacheClass: prediction.cacheClass,
      product: prediction.product,
      owner: prediction.owner,
      wouldBeBoundedBy: prediction.wouldBeBoundedBy,
    })),
  };
}
