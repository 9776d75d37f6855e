import { unknownFact } from '../model/fact.ts';
import type { Inventory, VerifierDeclaration } from '../model/inventory.ts';
import type { EffectivePolicy, Scenario } from '../model/policy.ts';
import type { Arm, BoundTree, Prediction } from '../model/prediction.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound } from '../model/quantity.ts';
import { ACCESS_TOKEN_KEYS, accessTokenBound } from './access-token.ts';
import { channelAssumptions } from './channels.ts';
import type { VerifierFacts } from './facts.ts';
import { verifierFacts } from './facts.ts';
import { FAMILY_KEYS, refreshTokenBound } from './refresh-token.ts';
import { signingKeyBound } from './signing-key.ts';
import { decidingAddends, expectedOf, leaf } from './tree.ts';

/** Scenarios with a bound, and the arms in which it is computed; arms that cannot differ are not repeated. */
const PREDICTED: readonly (readonly [Scenario, readonly Arm[]])[] = [
  ['access_token', ['quiet']],
  ['refresh_token', ['quiet']],
  ['signing_key', ['quiet', 'busy']],
];

/**
 * Worst-case time-to-revocation of every verifier of the inventories, per scenario and arm.
 *
 * @param policies those whose objectives verifiers are held to; a verifier names its policy
 * @returns sorted by environment, verifier, scenario, arm
 */
export function predict(
  inventories: readonly Inventory[],
  policies: readonly EffectivePolicy[],
): readonly Prediction[] {
  return inventories
    .flatMap((inventory) => inventory.verifiers.flatMap((verifier) => predictVerifier(verifier, inventory, policies)))
    .sort(
      (a, b) =>
        compare(a.environment, b.environment) ||
        compare(a.verifier, b.verifier) ||
        compare(a.scenario, b.scenario) ||
        armOrder(a.arm) - armOrder(b.arm),
    );
}

function predictVerifier(
  verifier: VerifierDeclaration,
  inventory: Inventory,
  policies: readonly EffectivePolicy[],
): readonly Prediction[] {
  const reading = verifierFacts(verifier, inventory);
  const policy = policies.find(({ name }) => name === verifier.policy) ?? null;
  return PREDICTED.flatMap(([scenario, arms]) =>
    arms.map((arm): Prediction => {
      const tree =
        reading.kind === 'known'
          ? boundOf(reading.facts, scenario, arm)
          : leaf('?', reading.why, unknownFact<Bound>('unknown', reading.why, verifier.library?.at ?? verifier.at));
      const objective = objectiveOf(policy, scenario);
      return {
        verifier: verifier.name,
        environment: verifier.environment,
        owner: verifier.owner,
        scenario,
        arm,
        bound: tree.value,
        expected: expectedOf(tree),
        tree,
        addends: decidingAddends(tree),
        cacheClass: reading.kind === 'known' ? reading.facts.product.cacheClass : null,
        product: verifier.library === null ? null : `${verifier.library.name} ${verifier.library.version ?? ''}`.trim(),
        wouldBeBoundedBy: tree.value === 'unbounded' && reading.kind === 'known' ? remedy(reading.facts, tree) : null,
        assumptions: reading.kind === 'known' ? assumptionsOf(reading.facts, scenario, arm) : [reading.why],
        objective,
        verdict: verdictOf(tree.value, objective?.max ?? null),
        at: verifier.at,
      };
    }),
  );
}

function boundOf(facts: VerifierFacts, scenario: Scenario, arm: Arm): BoundTree {
  if (scenario === 'signing_key') return signingKeyBound(facts, arm);
  return scenario === 'access_token' ? accessTokenBound(facts) : refreshTokenBound(facts);
}

function objectiveOf(policy: EffectivePolicy | null, scenario: Scenario): Prediction['objective'] {
  const objective = policy?.objectives[scenario];
  return policy === null || objective === undefined
    ? null
    : { policy: policy.name, max: objective.max.value, at: objective.max.at };
}

function verdictOf(bound: Bound, objective: Bound | null): Prediction['verdict'] {
  if (bound === 'unknown' || bound === 'unbounded') return bound;
  if (objective === null || !isFiniteBound(objective)) return 'no-objective';
  return bound <= objective ? 'within' : 'over';
}

/** What to change, taken from the addend that has no end. */
function remedy(facts: VerifierFacts, tree: BoundTree): string {
  const endless = decidingAddends(tree).find(({ value }) => value === 'unbounded');
  if (endless === undefined) return 'a shorter path';
  switch (endless.symbol) {
    case 'C':
      return facts.product.wouldBeBoundedBy ?? 'a time-to-live on its key cache';
    case 'l':
      return 'a time-out on its fetch';
    case 'P_rec':
      return 'a reconcile interval: a full read of the channel now and then';
    case 'D_cfg':
      return 'deploy_time in the inventory: how long a configuration change takes to reach every replica';
    default:
      return `a limit for "${endless.label}"`;
  }
}

function assumptionsOf(facts: VerifierFacts, scenario: Scenario, arm: Arm): readonly string[] {
  const busy =
    scenario === 'signing_key' && arm === 'busy' && facts.product.scope === 'set'
      ? ['a token under the new key reaches every replica as soon as it may fetch again']
      : [];
  const keys =
    scenario === 'signing_key' ? (['kid'] as const) : scenario === 'access_token' ? ACCESS_TOKEN_KEYS : FAMILY_KEYS;
  return [...facts.assumptions, ...busy, ...channelAssumptions(facts, keys)];
}

function armOrder(arm: Arm): number {
  return arm === 'quiet' ? 0 : 1;
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
