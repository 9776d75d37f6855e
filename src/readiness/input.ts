import type { Presence } from '../incident/presence.ts';
import type { LogNature } from '../incident/unanswered.ts';
import { predictWith } from '../incident/what-if.ts';
import { minBound } from '../model/quantity.ts';
import type { DrillSpec } from '../model/drill.ts';
import type { GateConfig } from '../model/gate.ts';
import type { Inventory, VerifierDeclaration } from '../model/inventory.ts';
import type { EffectivePolicy, Scenario } from '../model/policy.ts';
import type { Prediction } from '../model/prediction.ts';
import type { NeedState } from '../model/readiness.ts';
import type { StoredResult } from '../model/stored-result.ts';

/** What sample logs were seen to say. */
export interface LogSamples {
  readonly presence: Presence;
  readonly natures: readonly LogNature[];
  /** What could not be read, in words. */
  readonly faults: readonly string[];
}

/** Everything that readiness is judged by; nothing of it is asked for in here. */
export interface ReadinessInput {
  readonly inventories: readonly Inventory[];
  readonly policies: readonly EffectivePolicy[];
  readonly drills: readonly DrillSpec[];
  readonly predictions: readonly Prediction[];
  readonly results: readonly StoredResult[];
  /** Null when none were given. */
  readonly logs: LogSamples | null;
  /** Null where no firebreak.yaml says anything. */
  readonly approvals: GateConfig['approvals'] | null;
  readonly needs: readonly NeedState[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** One verifier that a scenario concerns, with what is known of it. */
export interface Concerned {
  readonly verifier: VerifierDeclaration;
  readonly inventory: Inventory;
  readonly policy: EffectivePolicy | null;
  /** With only the leaked credential in use: the guarantee. A restart that a response makes is counted in. */
  readonly prediction: Prediction;
  /** Whether that restart is what ends it here. */
  readonly isRestarted: boolean;
}

/** Verifiers that a scenario concerns, in the order of their predictions. Those made from configuration files alone count too. */
export function concernedBy(scenario: Scenario, input: ReadinessInput): readonly Concerned[] {
  return input.predictions
    .filter((prediction) => prediction.scenario === scenario && prediction.arm === 'quiet')
    .flatMap((prediction) => {
      for (const inventory of input.inventories) {
        const verifier = inventory.verifiers.find(
          ({ name, environment }) => name === prediction.verifier && environment === prediction.environment,
        );
        if (verifier === undefined) continue;
        const policy = input.policies.find(({ name }) => name === verifier.policy) ?? null;
        const restarted = withRestart(prediction, { verifier, inventory, policy });
        return [{ verifier, inventory, policy, prediction: restarted ?? prediction, isRestarted: restarted !== null }];
      }
      return [];
    });
}

/**
 * The prediction for a verifier that a declared response restarts, where that is sooner: once the key is gone from where
 * it fetches, a restart forgets what a cache would keep. Null where no restart helps.
 */
function withRestart(
  prediction: Prediction,
  { verifier, inventory, policy }: Pick<Concerned, 'verifier' | 'inventory' | 'policy'>,
): Prediction | null {
  const restart = (inventory.responses ?? []).find(
    ({ does, issuer, verifiers }) =>
      does.includes('flush_caches') &&
      (issuer === null || issuer === verifier.issuer) &&
      (verifiers === null || verifiers.includes(verifier.name)),
  );
  if (prediction.scenario !== 'signing_key' || restart === undefined) return null;
  const [found] = predictWith(
    {
      does: new Set(['remove_key', 'flush_caches']),
      entries: new Map(inventory.channels.map(({ name, keys }) => [name, new Set(keys)])),
      restarts: new Map([[verifier.name, restart.timeout]]),
    },
    {
      inventory: { ...inventory, verifiers: [verifier] },
      scenario: prediction.scenario,
      policies: policy === null ? [] : [policy],
    },
  );
  if (found === undefined) return null;
  const sooner = minBound([found.bound, prediction.bound]);
  return sooner === found.bound && sooner !== prediction.bound ? found : null;
}

/** Policies that the verifiers are held to, each once. */
export function policiesOf(concerned: readonly Concerned[]): readonly EffectivePolicy[] {
  return [...new Set(concerned.flatMap(({ policy }) => (policy === null ? [] : [policy])))];
}

/** Drills that measure a scenario; those that only fill a matrix of attacks contain nothing. */
export function drillsOf(scenario: Scenario, { drills }: ReadinessInput): readonly DrillSpec[] {
  return drills.filter((drill) => drill.scenario === scenario && drill.observe.attacks.length === 0);
}

/** Whether a drill probes a verifier. */
export function probes(drill: DrillSpec, { verifier, inventory }: Concerned): boolean {
  return (
    drill.inventory === inventory.name &&
    drill.environment === verifier.environment &&
    (drill.select.includes('*') || drill.select.includes(verifier.name))
  );
}

/** Its name; with its environment where verifiers of several are spoken of. */
export function nameOf({ verifier }: Concerned, among: readonly Concerned[]): string {
  const environments = new Set(among.map((one) => one.verifier.environment));
  return environments.size > 1 ? `${verifier.environment}/${verifier.name}` : verifier.name;
}

/** Verifiers of issuers of which no document says how a legitimate client gets a token. */
export function withoutFreshToken(concerned: readonly Concerned[]): readonly Concerned[] {
  return concerned.filter(
    ({ inventory, verifier }) => !(inventory.freshTokens ?? []).some(({ issuer }) => issuer === verifier.issuer),
  );
}
