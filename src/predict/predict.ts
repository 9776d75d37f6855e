import { compareText } from '../model/compare-text.ts';
import { unknownFact } from '../model/fact.ts';
import type { Inventory, VerifierDeclaration } from '../model/inventory.ts';
import type { EffectivePolicy, Scenario } from '../model/policy.ts';
import type { Arm, BoundTree, Prediction } from '../model/prediction.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound } from '../model/quantity.ts';
import { whileNothingCanBeFetched } from './degraded.ts';
import type { VerifierFacts } from './facts.ts';
import { verifierFacts } from './facts.ts';
import type { Product } from './product.ts';
import type { ScenarioModel } from './scenarios.ts';
import { SCENARIO_MODELS, assumptionsOf } from './scenarios.ts';
import { decidingAddends, expectedOf, leaf } from './tree.ts';

/**
 * Worst-case time-to-revocation of every verifier of the inventories, per scenario and arm.
 *
 * @param policies those whose objectives verifiers are held to; a verifier names its policy
 * @param isWanted by the bound; others are left out before anything more is worked out
 * @returns sorted by environment, verifier, scenario, arm
 */
export function predict(
  inventories: readonly Inventory[],
  policies: readonly EffectivePolicy[],
  isWanted: (bound: Bound) => boolean = () => true,
): readonly Prediction[] {
  const policiesByName = firstByName(policies);
  return inventories
    .flatMap((inventory) => {
      const issuers = firstByName(inventory.issuers);
      return inventory.verifiers.flatMap((verifier) => {
        const issuer = issuers.get(verifier.issuer);
        const own = { ...inventory, issuers: issuer === undefined ? [] : [issuer] };
        return predictVerifier(verifier, own, policiesByName.get(verifier.policy ?? '') ?? null, isWanted);
      });
    })
    .sort(
      (a, b) =>
        compareText(a.environment, b.environment) ||
        compareText(a.verifier, b.verifier) ||
        compareText(a.scenario, b.scenario) ||
        armOrder(a.arm) - armOrder(b.arm),
    );
}

function firstByName<Named extends { readonly name: string }>(all: readonly Named[]): ReadonlyMap<string, Named> {
  return new Map(all.toReversed().map((each) => [each.name, each]));
}

function predictVerifier(
  verifier: VerifierDeclaration,
  inventory: Inventory,
  policy: EffectivePolicy | null,
  isWanted: (bound: Bound) => boolean,
): readonly Prediction[] {
  const reading = verifierFacts(verifier, inventory);
  const known =
    reading.kind === 'known' ? { facts: reading.facts, failing: whileNothingCanBeFetched(reading.facts) } : null;
  const reasons = reading.kind === 'known' ? [] : [reading.why, reading.hint];
  return SCENARIO_MODELS.filter((model) => concerns(model, known?.facts ?? null, policy)).flatMap((model) =>
    model.arms.flatMap((arm): Prediction | readonly Prediction[] => {
      const tree = known === null ? undecided(verifier, reasons[0] ?? '') : model.bound(known.facts, arm);
      if (!isWanted(tree.value)) return [];
      const objective = objectiveOf(policy, model.scenario);
      const verdict = verdictOf(tree.value, objective?.max ?? null);
      // A repository has thousands of predictions, and hardly any is looked at in full: the rest is worked out when asked.
      const addends = once(() => decidingAddends(tree));
      const expected = once(() => expectedOf(tree));
      const degraded = once(() => {
        const failing = known === null ? tree : model.bound(known.failing, arm);
        return { bound: failing.value, addends: decidingAddends(failing) };
      });
      const assumptions = once(() => [
        ...(known === null ? reasons : assumptionsOf(model, known.facts, arm)),
        ...(policy === null && verifier.policy !== null
          ? [`no objective applies: policy "${verifier.policy}" was not read`]
          : []),
        ...(verifier.isPartial === true ? [PARTIAL] : []),
      ]);
      return {
        verifier: verifier.name,
        environment: verifier.environment,
        owner: verifier.owner,
        scenario: model.scenario,
        arm,
        bound: tree.value,
        get expected() {
          return expected();
        },
        get degraded() {
          return degraded();
        },
        tree,
        get addends() {
          return addends();
        },
        cacheClass: known?.facts.product.cacheClass ?? null,
        product: verifier.library === null ? null : `${verifier.library.name} ${verifier.library.version ?? ''}`.trim(),
        get wouldBeBoundedBy() {
          return tree.value === 'unbounded' && known !== null ? remedy(known.facts, tree) : null;
        },
        get assumptions() {
          return assumptions();
        },
        objective,
        // What is left out can only be longer, so part of a sum can miss an objective but never meet it.
        ...(verifier.isPartial === true
          ? { partial: true, verdict: verdict === 'within' ? 'unknown' : verdict }
          : { verdict }),
        at: verifier.at,
      };
    }),
  );
}

const PARTIAL = 'counted from the withdrawal at the issuer: no Inventory says how long that takes';

function once<T>(work: () => T): () => T {
  let known: { readonly result: T } | null = null;
  return () => (known ??= { result: work() }).result;
}

/** Of a verifier that nothing is known of, a scenario that not every verifier has is predicted where it was promised. */
function concerns(model: ScenarioModel, facts: VerifierFacts | null, policy: EffectivePolicy | null): boolean {
  if (facts !== null) return model.concerns(facts);
  return model.scenario !== 'hmac_secret' || objectiveOf(policy, model.scenario) !== null;
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

/** What would end a wait that has no end, by its symbol; completes "it would end by". */
const REMEDIES: Readonly<Record<string, string>> = {
  l: 'a time-out on its fetch of the key set',
  V: 'verdict_cache_ttl: a limit on how long a decision is remembered',
  P_rec: 'a reconcile interval: a full read of the channel now and then',
  D_cfg: 'deploy_time in the inventory: how long a configuration change takes to reach every replica',
  S: 'derived_session_lifetime in the inventory: how long sessions and connections made from a token may live',
  L: 'a check of exp: without one a token lives for ever',
};

/** What to change, taken from the first addend that has no end. */
function remedy({ product }: VerifierFacts, tree: BoundTree): string {
  const endless = decidingAddends(tree).find(({ value }) => value === 'unbounded');
  if (product.wouldBeBoundedBy !== null && isOwnMatter(product, endless?.symbol)) return product.wouldBeBoundedBy;
  return REMEDIES[endless?.symbol ?? ''] ?? `a limit for "${endless?.label ?? 'the fastest way'}"`;
}

/** Whether the wait without end is the product's own, so that what it says of itself is what would end it. */
function isOwnMatter({ verdictCacheTtl, session }: Product, symbol: string | undefined): boolean {
  if (symbol === 'V') return verdictCacheTtl.value === 'unbounded';
  return symbol === 'S' ? session?.lifetime.value === 'unbounded' : symbol === 'C';
}

function armOrder(arm: Arm): number {
  return arm === 'quiet' ? 0 : 1;
}
