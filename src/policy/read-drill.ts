import type { AttackKind } from '../model/attack.ts';
import type { ValidDocument } from '../model/document.ts';
import type { CredentialRole, CredentialSpec, DrillSpec, StepSpec } from '../model/drill.ts';
import type { Problem } from '../model/failure.ts';
import type { PhaseTarget } from '../model/phase.ts';
import type { Scenario } from '../model/policy.ts';
import type { Arm } from '../model/prediction.ts';
import type { Millis } from '../model/quantity.ts';
import { millis } from '../model/quantity.ts';
import { checkDrill } from './check-drill.ts';
import { DRILL_DEFAULTS } from './drill-defaults.ts';
import { mappingOf, readCall } from './read-call.ts';
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
} from './facts.ts';

export interface DrillReading {
  readonly drill: DrillSpec | null;
  readonly problems: readonly Problem[];
}

/** Turns a schema-checked Drill into a specification, after checking what a schema cannot: references and counts. */
export function readDrill(document: ValidDocument<unknown>): DrillReading {
  const spec = cursorAt(document.source, '/spec');
  const credentials = entries(child(spec, 'credentials')).map(([name, at]) => readCredential(name, at));
  const warmup = items(child(spec, 'warmup')).map(readStep);
  const method = items(child(spec, 'method')).map(readStep);
  const problems = checkDrill(spec);
  if (problems.length > 0) return { drill: null, problems };

  const observe = child(spec, 'observe');
  const schedule = child(observe, 'schedule');
  const budget = child(observe, 'budget');
  const guards = child(spec, 'guards');
  const targets = child(spec, 'targets');
  const vantages = child(spec, 'vantages');
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
    select: isGiven(targets) ? textsOf(targets) : DRILL_DEFAULTS.targets,
    ...(isGiven(vantages) ? { vantages: textsOf(vantages) } : {}),
    credentials,
    warmup,
    method,
    observe: {
      arms: isGiven(child(observe, 'arms')) ? (textsOf(child(observe, 'arms')) as readonly Arm[]) : DRILL_DEFAULTS.arms,
      minGap: durationOf(child(schedule, 'min')) ?? DRILL_DEFAULTS.minGap,
      maxGap: durationOf(child(schedule, 'max')) ?? DRILL_DEFAULTS.maxGap,
      relative: shareOf(child(schedule, 'relative')) ?? DRILL_DEFAULTS.relative,
      jitter: shareOf(child(schedule, 'jitter')) ?? DRILL_DEFAULTS.jitter,
      horizon: requiredDuration(child(observe, 'horizon')),
      quiet: durationOf(child(child(observe, 'stable'), 'quiet')) ?? DRILL_DEFAULTS.quiet,
      lateChecks: items(child(observe, 'late_checks')).map(requiredDuration),
      requestsPerSecond: numberOf(child(budget, 'requests_per_second')) ?? DRILL_DEFAULTS.requestsPerSecond,
      maxRequests: numberOf(child(budget, 'requests')) ?? DRILL_DEFAULTS.maxRequests,
      attacks: items(child(observe, 'attacks')).map((at) => ({
        of: requiredText(child(at, 'of')),
        kinds: textsOf(child(at, 'kinds')) as readonly AttackKind[], // an enum of the schema
        at: placeOf(at),
      })),
      repeats: numberOf(child(observe, 'repeats')) ?? DRILL_DEFAULTS.repeats,
      ...(isGiven(child(observe, 'phase')) ? { phase: readPhase(child(observe, 'phase')) } : {}),
    },
    recover: items(child(spec, 'recover')).map((at) => ({
      credential: requiredText(child(at, 'credential')),
      timeout: durationOf(child(at, 'timeout')) ?? DRILL_DEFAULTS.recoverTimeout,
      at: placeOf(at),
    })),
    guards: {
      maxDuration: durationOf(child(guards, 'max_duration')) ?? DRILL_DEFAULTS.maxDuration,
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
    ...firstUseOf(child(at, 'first_use')),
    arms: isGiven(arms) ? (textsOf(arms) as readonly Arm[]) : null,
    at: at.document.locateKey(at.pointer),
  };
}

function readPhase(at: Cursor): PhaseTarget {
  const log = child(at, 'log');
  return {
    verifier: requiredText(child(at, 'after_fetch_by')),
    within: durationOf(child(at, 'within')) ?? DRILL_DEFAULTS.phaseWithin,
    log: isGiven(log)
      ? {
          file: requiredText(child(log, 'file')),
          where: Object.fromEntries(entries(child(log, 'where')).map(([name, value]) => [name, requiredText(value)])),
        }
      : null,
    at: placeOf(at),
  };
}

function firstUseOf(at: Cursor): Pick<CredentialSpec, 'firstUse'> {
  const firstUse = durationOf(at);
  return firstUse === null ? {} : { firstUse };
}

function readStep(at: Cursor): StepSpec {
  const expect = child(at, 'expect');
  return {
    id: requiredText(child(at, 'id')),
    call: isGiven(child(at, 'uses')) ? readCall(at) : null,
    mark: textOf(child(at, 'mark')) === 'leak-known' ? 'leak-known' : null,
    containment: child(at, 'containment').data === true,
    timeout: durationOf(child(at, 'timeout')) ?? DRILL_DEFAULTS.stepTimeout,
    expect: isGiven(expect) ? mappingOf(expect) : null,
    at: placeOf(child(at, 'id')),
  };
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
