import type { ValidDocument } from '../model/document.ts';
import type { ActionCall, CredentialRole, CredentialSpec, DrillSpec, StepSpec } from '../model/drill.ts';
import type { Problem } from '../model/failure.ts';
import type { Scenario } from '../model/policy.ts';
import type { Arm } from '../model/prediction.ts';
import type { Millis } from '../model/quantity.ts';
import { millis } from '../model/quantity.ts';
import type { Cursor } from './facts.ts';
import {
  child,
  cursorAt,
  durationOf,
  entries,
  isGiven,
  items,
  placeOf,
  requiredText,
  textOf,
  textsOf,
  unknownName,
} from './facts.ts';

export interface DrillReading {
  readonly drill: DrillSpec | null;
  readonly problems: readonly Problem[];
}

/** Defaults of a drill, as docs/formats.md lists them. */
const DEFAULTS = {
  stepTimeout: millis(30_000),
  minGap: millis(200),
  maxGap: millis(5000),
  relative: 0.05,
  jitter: 0.2,
  quiet: millis(60_000),
  requestsPerSecond: 20,
  maxRequests: 20_000,
  recoverTimeout: millis(30_000),
  maxDuration: millis(1_800_000),
} as const;

/** Turns a schema-checked Drill into a specification, after checking what a schema cannot: references and counts. */
export function readDrill(document: ValidDocument<unknown>): DrillReading {
  const spec = cursorAt(document.source, '/spec');
  const credentials = entries(child(spec, 'credentials')).map(([name, at]) => readCredential(name, at));
  const warmup = items(child(spec, 'warmup')).map(readStep);
  const method = items(child(spec, 'method')).map(readStep);
  const problems = [
    ...checkCredentials(spec, credentials),
    ...checkSteps([...warmup, ...method], credentials, spec),
    ...checkMethod(method, spec),
    ...checkGuards(spec),
  ];
  if (problems.length > 0) return { drill: null, problems };

  const observe = child(spec, 'observe');
  const schedule = child(observe, 'schedule');
  const budget = child(observe, 'budget');
  const guards = child(spec, 'guards');
  const targets = child(spec, 'targets');
  const drill: DrillSpec = {
    name: document.name,
    file: document.source.file,
    owner: document.owner,
    labels: document.labels,
    hypothesis: requiredText(child(spec, 'hypothesis')),
    scenario: requiredText(child(spec, 'scenario')) as Scenario, // an enum of the schema
    policy: requiredText(child(spec, 'policy')),
    inventory: requiredText(child(spec, 'inventory')),
    environment: requiredText(child(spec, 'environment')),
    select: isGiven(targets) ? textsOf(targets) : ['*'],
    credentials,
    warmup,
    method,
    observe: {
      arms: isGiven(child(observe, 'arms')) ? (textsOf(child(observe, 'arms')) as readonly Arm[]) : ['quiet'],
      minGap: durationOf(child(schedule, 'min')) ?? DEFAULTS.minGap,
      maxGap: durationOf(child(schedule, 'max')) ?? DEFAULTS.maxGap,
      relative: shareOf(child(schedule, 'relative')) ?? DEFAULTS.relative,
      jitter: shareOf(child(schedule, 'jitter')) ?? DEFAULTS.jitter,
      horizon: requiredDuration(child(observe, 'horizon')),
      quiet: durationOf(child(child(observe, 'stable'), 'quiet')) ?? DEFAULTS.quiet,
      lateChecks: items(child(observe, 'late_checks')).map(requiredDuration),
      requestsPerSecond: numberOf(child(budget, 'requests_per_second')) ?? DEFAULTS.requestsPerSecond,
      maxRequests: numberOf(child(budget, 'requests')) ?? DEFAULTS.maxRequests,
    },
    recover: items(child(spec, 'recover')).map((at) => ({
      credential: requiredText(child(at, 'credential')),
      timeout: durationOf(child(at, 'timeout')) ?? DEFAULTS.recoverTimeout,
      at: placeOf(at),
    })),
    guards: {
      maxDuration: durationOf(child(guards, 'max_duration')) ?? DEFAULTS.maxDuration,
      canaryOnly: true,
      safetyLever: textOf(child(guards, 'safety_lever')),
    },
    at: document.source.locate('/metadata/name'),
  };
  return { drill, problems };
}

function readCredential(name: string, at: Cursor): CredentialSpec {
  const arms = child(at, 'arms');
  return {
    name,
    role: requiredText(child(at, 'role')) as CredentialRole, // an enum of the schema
    obtain: readCall(child(at, 'obtain')),
    arms: isGiven(arms) ? (textsOf(arms) as readonly Arm[]) : null,
    at: at.document.locateKey(at.pointer),
  };
}

function readCall(at: Cursor): ActionCall {
  return { uses: requiredText(child(at, 'uses')), with: mappingOf(child(at, 'with')), at: placeOf(child(at, 'uses')) };
}

function readStep(at: Cursor): StepSpec {
  const expect = child(at, 'expect');
  return {
    id: requiredText(child(at, 'id')),
    call: isGiven(child(at, 'uses')) ? readCall(at) : null,
    mark: textOf(child(at, 'mark')) === 'leak-known' ? 'leak-known' : null,
    containment: child(at, 'containment').data === true,
    timeout: durationOf(child(at, 'timeout')) ?? DEFAULTS.stepTimeout,
    expect: isGiven(expect) ? mappingOf(expect) : null,
    at: placeOf(child(at, 'id')),
  };
}

function checkCredentials(spec: Cursor, credentials: readonly CredentialSpec[]): readonly Problem[] {
  const names = credentials.map(({ name }) => name);
  const all = entries(child(spec, 'credentials'));
  const references = all.flatMap(([, at]) => checkReferences(child(child(at, 'obtain'), 'with'), names));
  const recover = items(child(spec, 'recover')).flatMap((at) =>
    names.includes(requiredText(child(at, 'credential')))
      ? []
      : [unknownName(child(at, 'credential'), 'credential', names)],
  );
  const hasCanary = credentials.some(({ role }) => role === 'canary');
  const missing: readonly Problem[] = hasCanary
    ? []
    : [
        invalid(
          child(spec, 'credentials'),
          'no credential has the role canary',
          'a drill leaks a credential that it minted itself; add one with role: canary',
        ),
      ];
  return [...references, ...recover, ...missing];
}

/** Members of `with` that name another credential. */
const REFERENCES: readonly string[] = ['key', 'of', 'from', 'grant'];

function checkReferences(arguments_: Cursor, names: readonly string[]): readonly Problem[] {
  return REFERENCES.map((member) => child(arguments_, member))
    .filter((at) => typeof at.data === 'string' && !names.includes(at.data))
    .map((at) => unknownName(at, 'credential', names));
}

function checkSteps(
  steps: readonly StepSpec[],
  credentials: readonly CredentialSpec[],
  spec: Cursor,
): readonly Problem[] {
  const names = credentials.map(({ name }) => name);
  const seen = new Set<string>();
  const repeated = steps.flatMap((step): readonly Problem[] => {
    if (!seen.has(step.id)) {
      seen.add(step.id);
      return [];
    }
    return [
      {
        code: 'document/invalid',
        message: `step id "${step.id}" is used twice`,
        hint: 'rename one of the two',
        at: step.at,
      },
    ];
  });
  const references = ['warmup', 'method'].flatMap((list) =>
    items(child(spec, list)).flatMap((at) => checkReferences(child(at, 'with'), names)),
  );
  return [...repeated, ...references];
}

function checkMethod(method: readonly StepSpec[], spec: Cursor): readonly Problem[] {
  const at = child(spec, 'method');
  const containments = method.filter(({ containment }) => containment);
  const marks = method.filter(({ mark }) => mark !== null);
  const problems: Problem[] = [];
  if (containments.length !== 1) {
    problems.push(
      invalid(
        at,
        `the method has ${containments.length} containment steps, it needs exactly one`,
        'set containment: true on the step whose effect is measured',
      ),
    );
  }
  if (marks.length !== 1) {
    problems.push(
      invalid(
        at,
        `the method marks leak-known ${marks.length} times, it needs it once`,
        'add a first step { id: leak, mark: leak-known }; all times count from it',
      ),
    );
  }
  for (const step of method) {
    if (step.call === null && step.mark === null)
      problems.push({
        code: 'document/invalid',
        message: `step "${step.id}" does nothing`,
        hint: 'give it uses, or mark: leak-known',
        at: step.at,
      });
    if (step.containment && step.call === null)
      problems.push({
        code: 'document/invalid',
        message: `containment step "${step.id}" has no action`,
        hint: 'give it uses',
        at: step.at,
      });
  }
  return problems;
}

function checkGuards(spec: Cursor): readonly Problem[] {
  const canaryOnly = child(child(spec, 'guards'), 'canary_only');
  const horizon = child(child(spec, 'observe'), 'horizon');
  const problems: Problem[] = [];
  if (canaryOnly.data === false) {
    problems.push(
      invalid(
        canaryOnly,
        'canary_only: false would let a drill revoke real credentials',
        'remove it; real leaks are handled by the incident commands',
      ),
    );
  }
  if ((durationOf(horizon) ?? 0) === 0)
    problems.push(
      invalid(horizon, 'a horizon of 0s observes nothing', 'choose one above the objective and the predicted bound'),
    );
  return problems;
}

function invalid(at: Cursor, message: string, hint: string): Problem {
  return { code: 'document/invalid', message, hint, at: placeOf(at) };
}

function requiredDuration(at: Cursor): Millis {
  return durationOf(at) ?? millis(0);
}

function shareOf(at: Cursor): number | null {
  const text = textOf(at);
  return text === null ? null : Number(text.slice(0, -1)) / 100;
}

function numberOf(at: Cursor): number | null {
  return typeof at.data === 'number' ? at.data : null;
}

function mappingOf(at: Cursor): Readonly<Record<string, unknown>> {
  return Object.fromEntries(entries(at).map(([key, { data }]) => [key, data]));
}
