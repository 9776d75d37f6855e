/** A drill that leaks a canary the way something leaked, and contains it by the steps that the plan of the incident has. */
import type { ContainmentPlan } from '../model/containment.ts';
import { API_VERSION } from '../model/document.ts';
import type { ActionCall, DrillSpec } from '../model/drill.ts';
import type { Incident } from '../model/incident.ts';
import { showLeaked } from '../model/incident.ts';
import type { Inventory } from '../model/inventory.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound, maxBound, millis, showBound } from '../model/quantity.ts';
import { predict } from '../predict/predict.ts';
import { scenarioOf } from '../response/scenario-of.ts';
import { replayedLeak } from './replayed-leak.ts';

export interface ReplayInput {
  readonly incident: Incident;
  readonly plan: ContainmentPlan;
  /** Of the environment and the issuer that the incident is about. */
  readonly inventory: Inventory;
  readonly policies: readonly EffectivePolicy[];
  /** Drills that are there already: one of them may say how a user logs in. */
  readonly others: readonly DrillSpec[];
}

/** One drill for each policy with an objective, or why there is none. */
export interface Replay {
  readonly drills: readonly ReplayedDrill[];
  /** What is not replayed, in words. */
  readonly leftOut: readonly string[];
}

export interface ReplayedDrill {
  readonly name: string;
  readonly policy: string;
  readonly environment: string;
  /** One document. */
  readonly text: string;
}

/** Observed beyond the objective or the slowest prediction, so that a miss is seen to be one: a quarter of it, 3 s at least. */
const MARGIN = 0.25;
const LEAST_MARGIN_MS = 3000;

/** A promise that is missed by as much again is missed; waiting on would only tell by how much. */
const MOST_OBJECTIVES = 2;

/** Below this objective the default gaps of drills would measure too coarsely, and their silence would outlast it. */
const SHORT_OBJECTIVE_MS = 60_000;

export function replayDrill({ incident, plan, inventory, policies, others }: ReplayInput): Replay {
  const scenario = scenarioOf(incident.leaked);
  const bounds = new Map(
    predict([inventory], policies)
      .filter((each) => each.scenario === scenario && each.arm === 'quiet')
      .map((each): readonly [string, Bound] => [each.verifier, each.bound]),
  );
  const leftOut: string[] = [];
  const drills: ReplayedDrill[] = [];
  const held = inventory.verifiers.filter(({ name, routes }) => {
    if (routes.length === 0) leftOut.push(`${name}: it has no route to be probed at`);
    else if (bounds.get(name) === 'unbounded')
      leftOut.push(`${name}: without a restart nothing ends it there, and drills restart nobody`);
    return routes.length > 0 && bounds.get(name) !== 'unbounded';
  });
  const named = [...new Set(held.flatMap((verifier) => verifier.policy ?? []))].sort();
  const judged = policies.filter(({ name, objectives }) => named.includes(name) && objectives[scenario] !== undefined);
  for (const policy of judged) {
    const targets = held.filter((verifier) => verifier.policy === policy.name).map(({ name }) => name);
    const leak = replayedLeak({ scenario, plan, inventory, policy, logIn: logInOf(others, plan) });
    leftOut.push(...leak.leftOut.filter((each) => !leftOut.includes(each)));
    if (leak.method.length === 0) continue;
    const name = nameOf(incident, judged.length > 1 ? policy.name : null);
    const objective = policy.objectives[scenario]?.max.value ?? millis(0);
    const slowest = maxBound([objective, ...targets.flatMap((target) => finite(bounds.get(target)))]);
    const text = documentText({ name, incident, plan, policy, targets, leak, slowest, leftOut });
    drills.push({ name, policy: policy.name, environment: plan.environment, text });
  }
  if (judged.length === 0)
    leftOut.push(`no policy of these verifiers has an objective for ${scenario} to be judged by`);
  return { drills, leftOut };
}

function logInOf(drills: readonly DrillSpec[], plan: ContainmentPlan): ActionCall | null {
  const calls = drills
    .filter(({ inventory, environment }) => inventory === plan.inventory && environment === plan.environment)
    .flatMap(({ credentials }) => credentials.map(({ obtain }) => obtain));
  return calls.find(({ uses }) => uses === 'oauth.log_in') ?? null;
}

/** Names of documents have 63 characters at most. */
function nameOf({ name }: Incident, policy: string | null): string {
  return `incident-${name}${policy === null ? '' : `-${policy}`}`.slice(0, 63).replace(/-+$/, '');
}

function finite(bound: Bound | undefined): readonly Bound[] {
  return bound !== undefined && isFiniteBound(bound) ? [bound] : [];
}

interface DocumentParts {
  readonly name: string;
  readonly incident: Incident;
  readonly plan: ContainmentPlan;
  readonly policy: EffectivePolicy;
  readonly targets: readonly string[];
  readonly leak: ReturnType<typeof replayedLeak>;
  readonly slowest: Bound;
  readonly leftOut: readonly string[];
}

function documentText(parts: DocumentParts): string {
  const { name, incident, plan, policy, targets, leak, leftOut } = parts;
  const scenario = scenarioOf(incident.leaked);
  return [
    '# yaml-language-server: $schema=https://firebreak.dev/schema/v1alpha1/drill.json',
    `# Replays incident ${incident.name} (${oneLine(kindOf(incident))}) with credentials of its own; nothing that leaked is in it.`,
    ...leftOut.map((each) => `# Not replayed: ${oneLine(each)}`),
    `apiVersion: ${API_VERSION}`,
    'kind: Drill',
    `metadata: { name: ${name}, owner: ${JSON.stringify(policy.owner ?? incident.lead)}, labels: { incident: ${JSON.stringify(incident.name)} } }`,
    'spec:',
    `  hypothesis: ${JSON.stringify(`What contained ${incident.name} ends the same leak within the objective of policy ${policy.name}, and no other token is refused.`)}`,
    `  scenario: ${scenario}`,
    `  policy: ${policy.name}`,
    `  inventory: ${plan.inventory}`,
    `  environment: ${plan.environment}`,
    `  targets: [${targets.join(', ')}]`,
    '  credentials:',
    ...leak.credentials.map((line) => `    ${line}`),
    ...(leak.warmup.length === 0 ? [] : ['  warmup:', ...leak.warmup.map((line) => `    - ${line}`)]),
    '  method:',
    '    - { id: leak, mark: leak-known }',
    ...leak.method.map((line) => `    - ${line}`),
    ...observeLines(parts),
    ...(leak.recover === null ? [] : ['  recover:', `    - { credential: ${leak.recover} }`]),
    '',
  ].join('\n');
}

function observeLines({ slowest, policy, incident, targets }: DocumentParts): readonly string[] {
  const objective = policy.objectives[scenarioOf(incident.leaked)]?.max.value ?? 0;
  const longest = Math.min(isFiniteBound(slowest) ? slowest : 0, objective * MOST_OBJECTIVES);
  const seconds = Math.ceil((longest + Math.max(LEAST_MARGIN_MS, longest * MARGIN)) / 1000);
  const fine =
    objective < SHORT_OBJECTIVE_MS
      ? [
          '    schedule: { min: 100ms, max: 400ms, relative: 3% }',
          '    stable: { quiet: 3s }',
          '    late_checks: [1s]',
          `    budget: { requests_per_second: ${40 * Math.max(5, targets.length)}, requests: 20000 }`,
        ]
      : [];
  return [
    '  observe:',
    `    horizon: ${showBound(millis(seconds * 1000))}`,
    ...fine,
    `  guards: { max_duration: ${showBound(millis((seconds * 2 + 120) * 1000))} }`,
  ];
}

/** What leaked, without the hash or name by which it is known. */
function kindOf({ leaked }: Incident): string {
  return showLeaked(leaked).replace(/ (?:sha256:.*|".*")$/, '');
}

/** What stands in a comment must not end it. */
function oneLine(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, ' ');
}
