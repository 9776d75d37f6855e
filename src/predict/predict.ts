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
import { FAMILY_KEYS, endsAccessTokens, refreshTokenBound } from './refresh-token.ts';
import { SIGNING_KEY_KEYS, signingKeyBound } from './signing-key.ts';
import { decidingAddends, expectedOf, leaf } from './tree.ts';

type PredictedScenario = keyof typeof CHANNEL_KEYS_OF;

/** Scenarios with a bound, and the arms in which it is computed; arms that cannot differ are not repeated. */
const PREDICTED: readonly (readonly [PredictedScenario, readonly Arm[]])[] = [
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
      const tree = reading.kind === 'known' ? boundOf(reading.facts, scenario, arm) : undecided(verifier, reading.why);
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
        assumptions: [
          ...(reading.kind === 'known' ? assumptionsOf(reading.facts, scenario, arm) : [reading.why, reading.hint]),
          ...(policy === null && verifier.policy !== null
            ? [`no objective applies: policy "${verifier.policy}" was not read`]
            : []),
        ],
        objective,
        verdict: verdictOf(tree.value, objective?.max ?? null),
        at: verifier.at,
      };
    }),
  );
}

function boundOf(facts: VerifierFacts, scenario: PredictedScenario, arm: Arm): BoundTree {
  if (scenario === 'signing_key') return signingKeyBound(facts, arm);
  return scenario === 'access_token' ? accessTokenBound(facts) : refreshTokenBound(facts);
}

function undecided(verifier: VerifierDeclaration, why: string): BoundTree {
  return leaf('?', why, unknownFact<Bound>('unknown', why, verifier.library?.at ?? verifier.at));
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

/** What would end a wait that has no end, by its symbol; completes "it would end by". C is the product's own matter. */
const REMEDIES: Readonly<Record<string, string>> = {
  l: 'a time-out on its fetch of the key set',
  V: 'verdict_cache_ttl: a limit on how long a decision is remembered',
  P_rec: 'a reconcile interval: a full read of the channel now and then',
  D_cfg: 'deploy_time in the inventory: how long a configuration change takes to reach every replica',
};

/** What to change, taken from the first addend that has no end. */
function remedy({ product }: VerifierFacts, tree: BoundTree): string {
  const endless = decidingAddends(tree).find(({ value }) => value === 'unbounded');
  if (endless?.symbol === 'C' && product.wouldBeBoundedBy !== null) return product.wouldBeBoundedBy;
  return REMEDIES[endless?.symbol ?? ''] ?? `a limit for "${endless?.label ?? 'the fastest way'}"`;
}

const CHANNEL_KEYS_OF = {
  access_token: ACCESS_TOKEN_KEYS,
  refresh_token: FAMILY_KEYS,
  signing_key: SIGNING_KEY_KEYS,
} as const;

function assumptionsOf(facts: VerifierFacts, scenario: PredictedScenario, arm: Arm): readonly string[] {
  const introspects = scenario === 'access_token' || (scenario === 'refresh_token' && endsAccessTokens(facts));
  return [
    ...facts.assumptions,
    ...(scenario === 'signing_key' ? keyAssumptions(facts, arm) : tokenAssumptions(facts, scenario)),
    ...channelAssumptions(facts, CHANNEL_KEYS_OF[scenario], introspects),
  ];
}

function keyAssumptions({ product, cooldown }: VerifierFacts, arm: Arm): readonly string[] {
  if (arm === 'busy' && product.scope === 'set' && cooldown !== null) {
    return ['a token under the new key reaches every replica as soon as it may fetch again'];
  }
  return product.cacheClass === 'g' ? ['the key set can be fetched: while it cannot, the old one is kept'] : [];
}

function tokenAssumptions(
  { product, requiresExp, issuer }: VerifierFacts,
  scenario: 'access_token' | 'refresh_token',
): readonly string[] {
  const exp = requiresExp.value
    ? []
    : [`every access token has an exp claim: ${product.id} accepts tokens without one`];
  const family =
    scenario === 'refresh_token' && issuer.refreshToken.reuseDetection.value !== 'revoke_family'
      ? ['refresh tokens that the thief got by rotation are revoked too']
      : [];
  return [...exp, ...family];
}

function armOrder(arm: Arm): number {
  return arm === 'quiet' ? 0 : 1;
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
