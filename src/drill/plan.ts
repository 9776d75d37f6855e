import type { PoolDeclaration } from '../model/pool.ts';
import type { ActionCall, AddressCoverage, DrillSpec } from '../model/drill.ts';
import { UserError } from '../model/failure.ts';
import type {
  AddressDeclaration,
  Environment,
  Inventory,
  IssuerDeclaration,
  VerifierDeclaration,
} from '../model/inventory.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import type { Prediction } from '../model/prediction.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound, millis, parseDuration, showBound } from '../model/quantity.ts';
import { needsConfirmation } from './confirmation.ts';
import { estimateLoad } from './load.ts';
import { checkPhase, phaseNotes } from './phase-plan.ts';
import { poolNotes } from './pool-notes.ts';
import type { PlannedCall, StepAction } from './step.ts';
import { NO_UNDO } from './step.ts';
import { forgetKeys } from './steps/lab/forget-keys.ts';
import { registerClient } from './steps/oauth/clients.ts';
import { logIn } from './steps/oauth/log-in.ts';
import { actionOf } from './steps/registry.ts';

/** One place to be probed, before its address is known. */
export interface PlannedUnit {
  readonly id: string;
  readonly verifier: string;
  readonly url: string;
  readonly method: string;
  /** The agent that probes it; absent when the running process does. */
  readonly vantage?: string;
  /** Absent where the address is one verifier. */
  readonly pool?: PoolDeclaration;
  /** Where its addresses are found, before they are. */
  readonly addresses?: AddressDeclaration;
  /** Where it is connected to, in the place of the host of its URL: `10.0.0.4:8443`. */
  readonly address?: string;
}

/** What a run will do, decided without any network. */
export interface Plan {
  readonly drill: DrillSpec;
  readonly environment: Environment;
  readonly issuer: IssuerDeclaration;
  readonly policy: EffectivePolicy;
  readonly units: readonly PlannedUnit[];
  /** How many addresses were found of verifiers that say where; absent before they are looked for. */
  readonly coverage?: readonly AddressCoverage[];
  readonly predictions: readonly Prediction[];
  readonly objective: Bound;
  readonly steps: readonly {
    readonly id: string;
    readonly phase: 'warmup' | 'method';
    readonly says: string;
    readonly containment: boolean;
    readonly undo: string;
    /** Exact calls and who they reach, where the action can tell before the run. */
    readonly planned: PlannedCall | null;
  }[];
  /** What is put back after each arm, in the order of putting back. */
  readonly undo: readonly { readonly of: string; readonly says: string }[];
  /** What the run will not be able to show, in words; empty when the schedule fits the predictions. */
  readonly notes: readonly string[];
  /** Requests per second at the densest moment, and in the whole run. */
  readonly load: { readonly perSecond: number; readonly total: number };
  readonly needsConfirmation: boolean;
}

export interface PlanInput {
  readonly drill: DrillSpec;
  readonly inventory: Inventory;
  readonly policies: readonly EffectivePolicy[];
  readonly predictions: readonly Prediction[];
  /** Agents in the place of those that the drill names; absent for these. */
  readonly vantages?: readonly string[];
}

/** Plans a run. @throws UserError document/not-found, document/invalid, drill/over-budget, drill/wrong-environment */
export function planDrill({ drill, inventory, policies, predictions, ...input }: PlanInput): Plan {
  const vantages = input.vantages ?? drill.vantages ?? [];
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
  if (issuer.admin === null && needsAdmin(drill)) {
    throw new UserError(
      'drill/wrong-environment',
      `issuer "${issuer.name}" declares no admin interface, so nothing can be published or removed there`,
      { hint: 'declare admin in the inventory, use actions that need none, or drill in the lab', at: issuer.at },
    );
  }
  checkVantages(drill, vantages);
  checkPhase(drill, { verifiers, issuer, vantages });
  const places = unitsOf(verifiers);
  const units = vantages.length === 0 ? places : vantages.flatMap((vantage) => places.map(seenFrom(vantage)));
  if (units.length === 0)
    throw new UserError('document/invalid', 'the selected verifiers have no routes to probe', {
      hint: 'add routes in the inventory',
      at: drill.at,
    });
  if (drill.observe.attacks.length === 0) checkLifetimes(drill);
  const relevant = predictions.filter(
    ({ scenario, verifier }) => scenario === drill.scenario && verifiers.some(({ name }) => name === verifier),
  );
  const objective = policy.objectives[drill.scenario]?.max.value ?? 'unknown';
  const load = checkBudget(drill, units.length);
  return {
    drill,
    environment,
    issuer,
    policy,
    units,
    predictions: relevant,
    objective,
    steps: [
      ...drill.warmup.map((step) => ({ step, phase: 'warmup' as const })),
      ...drill.method.map((step) => ({ step, phase: 'method' as const })),
    ].map(({ step, phase }) => ({ id: step.id, phase, containment: step.containment, ...describeCall(step.call) })),
    undo: undoStack(drill, issuer),
    notes: [...phaseNotes(drill.observe), ...notesOf(drill, objective, relevant), ...poolNotes(drill, verifiers)],
    load,
    needsConfirmation: needsConfirmation(environment),
  };
}

/** Every route of every verifier is one place to be probed. */
export function unitsOf(verifiers: readonly VerifierDeclaration[]): readonly PlannedUnit[] {
  return verifiers.flatMap((verifier) =>
    verifier.routes.map((route, index) => ({
      id: verifier.routes.length === 1 ? verifier.name : `${verifier.name}/${index + 1}`,
      verifier: verifier.name,
      url: route.url,
      method: route.method,
      ...(verifier.pool === undefined ? {} : { pool: verifier.pool }),
      ...(verifier.addresses === undefined ? {} : { addresses: verifier.addresses }),
    })),
  );
}

function seenFrom(vantage: string): (unit: PlannedUnit) => PlannedUnit {
  return (unit) => ({ ...unit, id: `${unit.id}@${vantage}`, vantage });
}

/** Agents are given tokens and nothing else, so what needs a key stays with the process that made it. */
function checkVantages({ observe, credentials, at }: DrillSpec, vantages: readonly string[]): void {
  if (vantages.length === 0) return;
  const bound = credentials.find(({ obtain }) => obtain.with['bind'] !== undefined);
  if (observe.attacks.length === 0 && bound === undefined) return;
  const what = bound === undefined ? 'its attacks' : `proofs of possession for "${bound.name}"`;
  throw new UserError('usage/bad-argument', `agents cannot run this drill: ${what} need keys, and agents hold none`, {
    hint: 'run it without agents',
    at,
  });
}

function describeCall(call: ActionCall | null): Pick<Plan['steps'][number], 'says' | 'undo' | 'planned'> {
  if (call === null) return { says: 'the leak is known: the clock starts', undo: '-', planned: null };
  const action = actionOf(call);
  const planned = action.planned?.(call) ?? null;
  const undo = planned === null ? action.undoSummary : planned.undo;
  return { says: action.summary, undo: undo ?? NO_UNDO, planned };
}

/** The load of so many units. @throws UserError drill/over-budget */
export function checkBudget(drill: DrillSpec, units: number): Plan['load'] {
  const load = estimateLoad(drill, units);
  const { requestsPerSecond, maxRequests } = drill.observe;
  if (load.perSecond <= requestsPerSecond && load.total <= maxRequests) return load;
  throw new UserError(
    'drill/over-budget',
    `${units} units need up to ${load.perSecond} requests/s and ${load.total} in all; the budget is ${requestsPerSecond}/s and ${maxRequests}`,
    { hint: 'widen schedule.min, select fewer targets, or raise the budget', at: drill.at },
  );
}

/** Whether anything in it goes through the admin interface of the issuer. */
function needsAdmin({ credentials, warmup, method }: DrillSpec): boolean {
  const steps = [...warmup, ...method].some(({ call }) => call !== null && actionOf(call).isSelfContained !== true);
  const logIns = credentials.some(({ obtain }) => obtain.uses === logIn.uses);
  const clients = credentials.some(
    ({ obtain }) => obtain.uses === 'oauth.client_credentials' && obtain.with['secret'] === undefined,
  );
  return steps || logIns || clients;
}

/** A canary that expires while it is observed would look revoked. */
function checkLifetimes({ credentials, observe }: DrillSpec): void {
  const needed = observe.horizon + Math.max(0, ...observe.lateChecks);
  for (const { name, role, obtain } of credentials) {
    const written = obtain.with['lifetime'];
    const lifetime = typeof written === 'string' ? parseDuration(written) : undefined;
    if (role !== 'canary' || lifetime === undefined || lifetime > needed) continue;
    throw new UserError(
      'document/invalid',
      `canary "${name}" lives for ${showBound(lifetime)} and is observed for ${showBound(millis(needed))}`,
      { hint: 'give it a lifetime well above the horizon and the late checks', at: obtain.at },
    );
  }
}

/** Newest first, as the runner does it. */
function undoStack(drill: DrillSpec, issuer: IssuerDeclaration): Plan['undo'] {
  const entry = (of: string, { undoSummary }: StepAction): Plan['undo'] =>
    undoSummary === null ? [] : [{ of, says: undoSummary }];
  const undoOf = (of: string, call: ActionCall): Plan['undo'] => {
    const { planned } = describeCall(call);
    if (planned === null) return entry(of, actionOf(call));
    return planned.undo === null ? [] : [{ of, says: planned.undo }];
  };
  const published = drill.credentials.some(({ role }) => role === 'key') && issuer.admin?.startsWith('lab://') === true;
  const made = [
    ...(published ? entry('verifiers of the lab that saw a canary key', forgetKeys) : []),
    ...drill.credentials.flatMap(({ name, obtain }) =>
      [logIn, registerClient].filter(({ uses }) => uses === obtain.uses).flatMap((action) => entry(name, action)),
    ),
    ...[...drill.warmup, ...drill.method].flatMap(({ id, call }) => (call === null ? [] : undoOf(id, call))),
  ];
  return made.toReversed();
}

function notesOf(
  { observe, scenario }: DrillSpec,
  objective: Bound,
  predictions: readonly Prediction[],
): readonly string[] {
  // Attacks are refused or not; no time is measured.
  if (observe.attacks.length > 0) return [];
  const end = showBound(observe.horizon);
  const longer = [
    ...new Set(
      predictions
        .filter(({ bound }) => isFiniteBound(bound) && bound > observe.horizon)
        .map(({ verifier }) => verifier),
    ),
  ];
  return [
    ...(objective === 'unknown' ? [`the policy has no objective for ${scenario}, so the verdict stays open`] : []),
    ...(isFiniteBound(objective) && objective > observe.horizon
      ? [`observation ends after ${end}, before the objective: a miss can not be shown`]
      : []),
    ...(longer.length === 0
      ? []
      : [`observation ends after ${end}, before the predicted end of ${longer.join(', ')}: these may stay undecided`]),
  ];
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

function notFound(drill: DrillSpec, message: string, choices: readonly string[]): UserError {
  return new UserError('document/not-found', message, {
    hint: choices.length === 0 ? 'there is none' : `choose one of ${choices.join(', ')}`,
    at: drill.at,
  });
}
