import type { CredentialSpec, DrillSpec, JudgedPrediction } from '../model/drill.ts';
import type { Bound } from '../model/quantity.ts';
import type { Plan } from './plan.ts';

/** Longest wait for tokens under keys that verifiers know already, in milliseconds. */
const KNOWN_KEY_PATIENCE_MS = 3000;

/** The part of a plan that whoever probes needs. Plain JSON without secrets: how credentials are obtained stays out. */
export interface ObservedPlan {
  readonly drill: Pick<DrillSpec, 'name' | 'observe' | 'at'> & {
    readonly credentials: readonly Pick<CredentialSpec, 'name' | 'role' | 'arms' | 'firstUse'>[];
  };
  readonly objective: Bound;
  readonly predictions: readonly Pick<JudgedPrediction, 'verifier' | 'arm' | 'bound'>[];
  /**
   * How long good credentials may take to be accepted, in milliseconds. Caches need a cooldown and a fetch to learn a new
   * key, and the first warm-up step says how long that may take; without new keys there is little to wait for.
   */
  readonly patience: number;
  /** Longest wait for each recovery, in milliseconds. */
  readonly recover: readonly number[];
}

export function observedPlan({ drill, objective, predictions }: Plan): ObservedPlan {
  const { name, observe, at, credentials } = drill;
  return {
    drill: {
      name,
      observe,
      at,
      credentials: credentials.map(({ name: called, role, arms, firstUse }) => ({
        name: called,
        role,
        arms,
        ...(firstUse === undefined ? {} : { firstUse }),
      })),
    },
    objective,
    predictions: predictions.map(({ verifier, arm, bound }) => ({ verifier, arm, bound })),
    patience: drill.warmup[0]?.timeout ?? KNOWN_KEY_PATIENCE_MS,
    recover: drill.recover.map(({ timeout }) => timeout),
  };
}
