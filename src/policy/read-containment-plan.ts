import type { ContainmentPlan, ContainmentStep } from '../model/containment.ts';
import type { ValidDocument } from '../model/document.ts';
import type { Problem } from '../model/failure.ts';
import { fromTimestamp } from '../model/instant.ts';
import type { Mechanism } from '../model/mechanism.ts';
import { showText } from '../source/show-text.ts';
import { DRILL_DEFAULTS } from './drill-defaults.ts';
import type { Cursor } from './facts.ts';
import {
  boundOf,
  child,
  cursorAt,
  durationOf,
  faultAt,
  isGiven,
  items,
  placeOf,
  requiredText,
  textsOf,
  unknownName,
} from './facts.ts';
import { readCall } from './read-call.ts';

export interface ContainmentPlanReading {
  readonly plan: ContainmentPlan | null;
  readonly problems: readonly Problem[];
}

/** Turns a schema-checked ContainmentPlan into steps, after checking that ids are unique and name earlier steps. */
export function readContainmentPlan(document: ValidDocument<unknown>): ContainmentPlanReading {
  const spec = cursorAt(document.source, '/spec');
  const problems: Problem[] = [];
  const made = readInstant(child(spec, 'made'), problems);
  const steps = items(child(spec, 'steps'));
  const before: string[] = [];
  for (const step of steps) {
    const id = child(step, 'id');
    if (before.includes(requiredText(id))) {
      problems.push(faultAt(id, `two steps are called ${showText(requiredText(id))}`, 'rename one of the two'));
    }
    for (const needed of items(child(step, 'after'))) {
      if (!before.includes(requiredText(needed))) problems.push(unknownName(needed, 'earlier step', before));
    }
    before.push(requiredText(id));
    readInstant(child(step, 'until'), problems);
  }
  for (const expected of items(child(spec, 'expected'))) {
    for (const by of items(child(expected, 'by'))) {
      if (!before.includes(requiredText(by))) problems.push(unknownName(by, 'step', before));
    }
  }
  if (problems.length > 0) return { plan: null, problems };
  return {
    plan: {
      incident: requiredText(child(spec, 'incident')),
      file: document.source.file,
      inventory: requiredText(child(spec, 'inventory')),
      environment: requiredText(child(spec, 'environment')),
      made,
      steps: steps.map(readStep),
      expected: items(child(spec, 'expected')).map((at) => ({
        verifier: requiredText(child(at, 'verifier')),
        bound: boundOf(child(at, 'bound'))?.value ?? 'unknown',
        by: textsOf(child(at, 'by')),
      })),
    },
    problems,
  };
}

function readStep(at: Cursor): ContainmentStep {
  const names = child(at, 'names');
  const repeatable = child(at, 'repeatable').data;
  const handed = isGiven(names)
    ? { type: requiredText(child(names, 'type')), value: requiredText(child(names, 'value')) }
    : null;
  return {
    id: requiredText(child(at, 'id')),
    does: requiredText(child(at, 'does')) as Mechanism, // an enum of the schema
    issuer: requiredText(child(at, 'issuer')),
    names: handed,
    until: fromTimestamp(requiredText(child(at, 'until'))) ?? 0,
    call: { ...readCall(at), isResponse: true, ...(handed === null ? {} : { handed }) },
    timeout: durationOf(child(at, 'timeout')) ?? DRILL_DEFAULTS.stepTimeout,
    isRepeatable: typeof repeatable === 'boolean' ? repeatable : null,
    after: textsOf(child(at, 'after')),
    at: placeOf(child(at, 'id')),
  };
}

function readInstant(at: Cursor, problems: Problem[]): number {
  const instant = fromTimestamp(requiredText(at));
  if (instant !== null) return instant;
  problems.push(
    faultAt(at, `there is no instant ${showText(requiredText(at))}`, 'write one that calendar and clock have'),
  );
  return 0;
}
