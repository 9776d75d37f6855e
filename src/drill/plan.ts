import type { DrillSpec } from '../model/drill.ts';
import { UserError } from '../model/failure.ts';
import type { Environment, Inventory, IssuerDeclaration, VerifierDeclaration } from '../model/inventory.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import type { Arm, Prediction } from '../model/prediction.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound, showBound } from '../model/quantity.ts';
import { gapAt } from './schedule.ts';
import { actionOf } from './steps/registry.ts';

/** Slowest gaps of the credentials that only keep watch, in milliseconds. */
export const WATCH_GAP_MS = 500;
export const NEGATIVE_GAP_MS = 2000;

/** One place to be probed, before its address is known. */
export interface PlannedUnit {
  readonly id: string;
  readonly verifier: string;
  readonly url: string;
  readonly method: string;
}

/** What a run will do, decided without any network. */
export interface Plan {
  readonly drill: DrillSpec;
  readonly environment: Environment;
  readonly issuer: IssuerDeclaration;
  readonly policy: EffectivePolicy;
  readonly units: readonly PlannedUnit[];
  readonly predictions: readonly Prediction[];
  readonly objective: Bound;
  readonly steps: readonly {
    readonly id: string;
    readonly phase: 'warmup' | 'method';
    readonly says: string;
    readonly containment: boolean;
    readonly undo: string;
  }[];
  /** Requests per second at the densest moment, and in the whole run. */
  readonly load: { readonly perSecond: number; readonly total: number };
  readonly needsConfirmation: boolean;
}

export interface PlanInput {
  readonly drill: DrillSpec;
  readonly inventory: Inventory;
  readonly policies: readonly EffectivePolicy[];
  readonly predictions: readonly Prediction[];
}

/** Plans a run. @throws UserError document/not-found, document/invalid, drill/over-budget, drill/wrong-environment */
export function planDrill({ drill, inventory, policies, predictions }: PlanInput): Plan {
  const environment = inventory.environments.find(({ name }) => name === drill.environment);
  if (environment === undefined)
    throw notFound(
      drill,
      `inventory "${inventory.name}" has no environment "${drill.environment}"`,
      inventory.environments.map(({ name }) => name),
    );
  const policy = policies.find(({ name }) => name === drill.policy);
  if (policy === undefined)
    throw notFound(
      drill,
      `there is no policy "${drill.policy}"`,
      policies.map(({ name }) => name),
    );
  const verifiers = selectVerifiers(drill, inventory);
  const issuer = inventory.issuers.find(({ name }) => name === verifiers[0]?.issuer);
  if (issuer === undefined || verifiers.some((verifier) => verifier.issuer !== issuer.name)) {
    throw new UserError('document/invalid', 'the selected verifiers do not share one issuer', {
      hint: 'write one drill per issuer',
      at: drill.at,
    });
  }
  if (issuer.admin === null) {
    throw new UserError(
      'drill/wrong-environment',
      `issuer "${issuer.name}" declares no admin interface, so nothing can be published or removed there`,
      { hint: 'declare admin in the inventory, or drill in the lab', at: issuer.at },
    );
  }
  const units = verifiers.flatMap((verifier) =>
    verifier.routes.map((route, index) => ({
      id: verifier.routes.length === 1 ? verifier.name : `${verifier.name}/${index + 1}`,
      verifier: verifier.name,
      url: route.url,
      method: route.method,
    })),
  );
  if (units.length === 0)
    throw new UserError('document/invalid', 'the selected verifiers have no routes to probe', {
      hint: 'add routes in the inventory',
      at: drill.at,
    });
  const load = estimateLoad(drill, units.length);
  if (load.perSecond > drill.observe.requestsPerSecond || load.total > drill.observe.maxRequests) {
    throw new UserError(
      'drill/over-budget',
      `${units.length} units need up to ${load.perSecond} requests/s and ${load.total} in all; the budget is ${drill.observe.requestsPerSecond}/s and ${drill.observe.maxRequests}`,
      {
        hint: 'widen schedule.min, select fewer targets, or raise the budget',
        at: drill.at,
      },
    );
  }
  return {
    drill,
    environment,
    issuer,
    policy,
    units,
    predictions: predictions.filter(
      ({ scenario, verifier }) => scenario === drill.scenario && verifiers.some(({ name }) => name === verifier),
    ),
    objective: policy.objectives[drill.scenario]?.max.value ?? 'unknown',
    steps: [
      ...drill.warmup.map((step) => ({ step, phase: 'warmup' as const })),
      ...drill.method.map((step) => ({ step, phase: 'method' as const })),
    ].map(({ step, phase }) => ({
      id: step.id,
      phase,
      says: step.call === null ? 'the leak is known: the clock starts' : actionOf(step.call).summary,
      containment: step.containment,
      undo: step.call === null ? '-' : undoText(step.call.uses),
    })),
    load,
    needsConfirmation: environment.class === 'staging' || environment.class === 'prod',
  };
}

function undoText(uses: string): string {
  const texts: Readonly<Record<string, string>> = {
    'jwks.add_key': 'remove the key, read back',
    'denylist.add': 'remove the entry, read back',
  };
  return texts[uses] ?? 'nothing to undo';
}

function selectVerifiers(drill: DrillSpec, inventory: Inventory): readonly VerifierDeclaration[] {
  const present = inventory.verifiers.filter(({ environment }) => environment === drill.environment);
  for (const name of drill.select) {
    if (name !== '*' && !present.some((verifier) => verifier.name === name))
      throw notFound(
        drill,
        `environment "${drill.environment}" has no verifier "${name}"`,
        present.map((verifier) => verifier.name),
      );
  }
  return present.filter(({ name }) => drill.select.includes('*') || drill.select.includes(name));
}

/** Requests of the densest second and of the whole run, from the schedule alone. */
function estimateLoad(drill: DrillSpec, units: number): Plan['load'] {
  const { observe, credentials } = drill;
  const watched = credentials.filter(({ role }) => role === 'control' || role === 'bystander').length;
  const negative = credentials.filter(({ role }) => role === 'negative').length;
  const canaries = credentials.filter(({ role }) => role === 'canary').length;
  const recovering = observe.arms.includes('busy') ? credentials.filter(({ role }) => role === 'recovery').length : 0;
  const perSecondWatch =
    watched / (WATCH_GAP_MS / 1000) + negative / (NEGATIVE_GAP_MS / 1000) + recovering / (WATCH_GAP_MS / 1000);
  const perSecond = Math.ceil(units * (canaries / (observe.minGap / 1000) + perSecondWatch));
  let canaryProbes = 0;
  for (let at = 0; at < observe.horizon; at += gapAt(at, observe)) canaryProbes += 1;
  const perArm = units * (canaries * canaryProbes + (perSecondWatch * observe.horizon) / 1000 + 40);
  return { perSecond, total: Math.ceil(perArm * observe.arms.length) };
}

function notFound(drill: DrillSpec, message: string, choices: readonly string[]): UserError {
  return new UserError('document/not-found', message, {
    hint: choices.length === 0 ? 'there is none' : `choose one of ${choices.join(', ')}`,
    at: drill.at,
  });
}

/** The plan as people review it: stable text, no network needed. */
export function planText(plan: Plan): string {
  const { drill, units, load } = plan;
  const predicted = (arm: Arm): Bound => {
    const bounds = plan.predictions.filter((prediction) => prediction.arm === arm).map(({ bound }) => bound);
    if (bounds.includes('unbounded')) return 'unbounded';
    if (bounds.length === 0 || bounds.includes('unknown')) return 'unknown';
    return bounds.filter(isFiniteBound).toSorted((a, b) => b - a)[0] ?? 'unknown';
  };
  return [
    `Drill ${drill.name}  on  ${plan.environment.name} (${plan.environment.class})`,
    `  ${drill.hypothesis}`,
    '',
    ...plan.steps.map(
      (step, index) =>
        `  ${index + 1} ${step.containment ? '!' : step.phase === 'warmup' ? '+' : '.'} ${step.id.padEnd(16)} ${step.says}${step.containment ? '   <- containment' : ''}${step.undo === '-' ? '' : `; undo: ${step.undo}`}`,
    ),
    '',
    `  units     ${units.length}: ${units.map(({ id }) => id).join(', ')}`,
    `  arms      ${drill.observe.arms.map((arm) => `${arm} (predicted worst case ${showBound(predicted(arm))})`).join(', ')}`,
    `  objective ${showBound(plan.objective)} (policy ${plan.policy.name})`,
    `  horizon   ${showBound(drill.observe.horizon)} per arm, late checks ${drill.observe.lateChecks.length === 0 ? 'none' : drill.observe.lateChecks.map(showBound).join(', ')}`,
    `  load      up to ${load.perSecond} requests/s, ${load.total} in all (budget ${drill.observe.requestsPerSecond}/s, ${drill.observe.maxRequests})`,
    `  touches   issuer ${plan.issuer.name}: canary keys and tokens of this run only`,
    `  confirm   ${plan.needsConfirmation ? `--confirm ${plan.environment.name}` : 'not needed'}`,
    '',
  ].join('\n');
}
