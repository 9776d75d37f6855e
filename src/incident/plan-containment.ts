/** Proposes what to do about an incident, from what the inventory declares and the prediction says. */
import { actionFor } from '../drill/perform.ts';
import { Vault } from '../drill/vault.ts';
import type {
  ContainmentPlan,
  ContainmentProposal,
  ContainmentStep,
  PlannedVerifier,
  ProposedStep,
} from '../model/containment.ts';
import type { ActionCall } from '../model/drill.ts';
import type { Environment, Inventory, IssuerDeclaration } from '../model/inventory.ts';
import type { Incident } from '../model/incident.ts';
import { showLeaked } from '../model/incident.ts';
import { toTimestamp } from '../model/instant.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import type { Prediction } from '../model/prediction.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound, showBound } from '../model/quantity.ts';
import { scenarioOf } from '../response/scenario-of.ts';
import type { Candidate, Situation } from './choose-responses.ts';
import { chooseResponses, meansOf } from './choose-responses.ts';
import type { KnownIds } from './known-ids.ts';
import { leftOutOptions } from './left-out-options.ts';
import { purgeChecklist } from './purge-checklist.ts';
import { NOTHING, predictWith } from './what-if.ts';

export interface PlanContainmentInput {
  readonly incident: Incident;
  /** Of the environment and the issuer that the incident is about. */
  readonly inventory: Inventory;
  readonly environment: Environment;
  readonly issuer: IssuerDeclaration;
  readonly policies: readonly EffectivePolicy[];
  readonly known: KnownIds;
  readonly affected: ContainmentProposal['affected'];
  /** Where the plan will be. */
  readonly file: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** How long an entry stays on a list after what it names can be alive: one hour for clocks and leeways. */
const ENTRY_MARGIN_MS = 3_600_000;

/** How long an entry stays where nobody says how long tokens live: 30 days. */
const LONG_LIFE_MS = 30 * 86_400_000;

/** A key that leaked never becomes good again; its entry is renewed or outlived by the removal of the key: a year. */
const KEY_ENTRY_MS = 366 * 86_400_000;

/** @throws UserError document/invalid for a response whose arguments cannot be used */
export function planContainment(input: PlanContainmentInput): ContainmentProposal {
  const { incident, inventory, environment, issuer, policies, known, now } = input;
  const scenario = scenarioOf(incident.leaked);
  const alg = incident.leaked.kind === 'token' ? incident.leaked.alg : null;
  const situation: Situation = { scenario, inventory, policies, known, alg };
  const taken = chooseResponses(situation);
  const steps = stepsOf(taken, input);
  const verifiers = verifiersOf(taken, steps, { situation, input });
  const plan: ContainmentPlan = {
    incident: incident.name,
    file: input.file,
    inventory: inventory.name,
    environment: environment.name,
    made: now,
    steps: steps.map(({ step }) => step),
    expected: verifiers.map(({ verifier, bound, by }) => ({ verifier, bound, by })),
  };
  return {
    incident: { name: incident.name, leaked: showLeaked(incident.leaked), lead: incident.lead },
    scenario,
    environment: { name: environment.name, class: environment.class },
    inventory: inventory.name,
    plan,
    steps,
    leftOut: leftOutOptions(situation, taken),
    verifiers,
    checklist: purgeChecklist({
      scenario,
      verifiers: inventory.verifiers,
      made: [],
      containedAt: null,
      attested: [],
      now,
    }),
    affected: input.affected,
    notes: notesOf(taken, { scenario, issuer: issuer.name }),
  };
}

function stepsOf(taken: readonly Candidate[], input: PlanContainmentInput): readonly ProposedStep[] {
  const ids = new Map<Candidate, string>();
  const used = new Set<string>();
  for (const candidate of taken) {
    const stem = idStem(candidate);
    let id = stem;
    for (let count = 2; used.has(id); count += 1) id = `${stem}-${count}`;
    used.add(id);
    ids.set(candidate, id);
  }
  const idOf = (candidate: Candidate): string => ids.get(candidate) ?? '';
  return taken.map((candidate) => {
    const { option, response, names, reaches } = candidate;
    const call = { ...response.call, ...(names === null ? {} : { handed: names }) };
    const step: ContainmentStep = {
      id: idOf(candidate),
      does: option.mechanism,
      issuer: response.issuer ?? input.issuer.name,
      names,
      until: untilOf(candidate, input),
      call,
      timeout: response.timeout,
      isRepeatable: response.isRepeatable,
      after: taken.filter((other) => mustComeBefore(other, candidate)).map(idOf),
      at: response.at,
    };
    const action = actionFor(call);
    const planned = action.planned?.(call) ?? null;
    return {
      step,
      says: option.does + (names === null ? '' : ` (${names.type} ${names.value})`),
      calls: planned?.calls ?? [effectSays(call, input)],
      reaches,
      effect: option.effect,
      why: option.why,
      collateral: option.collateral,
      undo: planned?.undo ?? action.undoSummary ?? option.undo ?? 'cannot be taken back',
    };
  });
}

/** What the action says that it will do; made without any network. */
function effectSays(call: ActionCall, { inventory, issuer, now }: PlanContainmentInput): string {
  const at = inventory.issuers.find(({ name }) => name === issuer.name) ?? issuer;
  const effect = actionFor(call).effect({
    call,
    vault: new Vault(),
    issuer: at,
    admin: at.admin ?? '',
    expiresAt: Math.floor(now / 1000),
  });
  return effect.says;
}

/** `deny-jti-denylist`, `rotate-key` */
function idStem({ option, response }: Candidate): string {
  const stem = option.mechanism.replaceAll('_', '-');
  return response.channel === null ? stem : `${stem}-${response.channel}`.slice(0, 60).replace(/-$/, '');
}

/** A key is removed only when another one signs, caches are emptied only when they cannot fetch it again. */
function mustComeBefore(other: Candidate, candidate: Candidate): boolean {
  const [first, second] = [other.option.mechanism, candidate.option.mechanism];
  if (second === 'remove_key') return first === 'rotate_key';
  if (second === 'flush_caches') return first === 'remove_key';
  return second === 'purge_sessions' && other.option.effect === 'stops';
}

function untilOf({ option }: Candidate, { incident: { leaked }, issuer, now }: PlanContainmentInput): number {
  if (option.mechanism === 'deny_kid') return now + KEY_ENTRY_MS;
  const ofToken = option.reach === 'token' && leaked.kind === 'token' ? leaked.claims.exp : null;
  if (ofToken !== null) return Math.max(now, ofToken * 1000) + ENTRY_MARGIN_MS;
  const { value } = issuer.accessTokenLifetime;
  return now + (isFiniteBound(value) ? value : LONG_LIFE_MS) + ENTRY_MARGIN_MS;
}

function verifiersOf(
  taken: readonly Candidate[],
  steps: readonly ProposedStep[],
  { situation, input }: { readonly situation: Situation; readonly input: PlanContainmentInput },
): readonly PlannedVerifier[] {
  const before = new Map(predictWith(NOTHING, situation).map((each) => [each.verifier, each.bound]));
  const everywhere = endsEverywhere(taken);
  return predictWith(meansOf(taken), situation).map((prediction): PlannedVerifier => {
    const { verifier, owner, bound, objective, verdict, wouldBeBoundedBy, at } = prediction;
    const by = steps
      .filter(({ step, reaches }) => reaches.includes(verifier) || everywhere.has(step.does))
      .map(({ step }) => step.id);
    const withoutPlan = before.get(verifier) ?? 'unknown';
    return {
      verifier,
      owner,
      bound,
      withoutPlan,
      by,
      objective: objective?.max ?? null,
      verdict,
      exposed: exposureOf(prediction, { by, withoutPlan, input }),
      wouldBeBoundedBy,
      at,
    };
  });
}

/** What ends the credential wherever it is checked, because it is taken away at its source. */
function endsEverywhere(taken: readonly Candidate[]): ReadonlySet<string> {
  return new Set(
    taken
      .filter(({ option }) => option.phase === 'replace' && option.effect === 'ends')
      .map(({ option }) => option.mechanism),
  );
}

function exposureOf(
  { bound }: Prediction,
  {
    by,
    withoutPlan,
    input: { incident, now },
  }: { readonly by: readonly string[]; readonly withoutPlan: Bound; readonly input: PlanContainmentInput },
): string | null {
  if (bound === 'unbounded') return 'accepts it until somebody changes its configuration or restarts it';
  if (by.length > 0) return null;
  const { leaked } = incident;
  const exp = leaked.kind === 'token' ? leaked.claims.exp : null;
  if (exp !== null) {
    return exp * 1000 <= now
      ? `nothing reaches it; the token expired at ${toTimestamp(exp * 1000)}`
      : `nothing reaches it: accepts the token until it expires at ${toTimestamp(exp * 1000)}, plus its leeway`;
  }
  return `nothing reaches it: accepts it for ${showBound(withoutPlan)}`;
}

function notesOf(
  taken: readonly Candidate[],
  { scenario, issuer }: { readonly scenario: string; readonly issuer: string },
): readonly string[] {
  const does = (mechanism: string): boolean => taken.some(({ option }) => option.mechanism === mechanism);
  return [
    ...(taken.length === 0 ? ['no response is declared that does anything about this leak: nothing can be run'] : []),
    ...(does('remove_key') && !does('rotate_key')
      ? [
          `issuer "${issuer}" declares no response that signs with the next key: make sure that it does before the key is removed`,
        ]
      : []),
    ...(does('deny_kid') && !does('rotate_key')
      ? [`until issuer "${issuer}" signs with another key, the tokens that it mints are refused`]
      : []),
    ...(scenario === 'signing_key' && !does('remove_key')
      ? ['nothing takes the key out of the key set: verifiers that read no denylist keep trusting it']
      : []),
    ...(taken.some(({ option }) => option.mechanism === 'deny_sub')
      ? ['the user stays out until the entry is taken off: take it off when the session or family is dead']
      : []),
  ];
}
