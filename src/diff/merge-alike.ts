/** The same change of many policies told once: what people read. Programs get every change with its own fingerprints. */
import type { DimensionChange, PolicyChange, PolicyDiff, PredictedChange } from '../model/change.ts';
import type { ToldApart } from './names.ts';
import { distinct, nameTargets } from './names.ts';

/** Changes that differ in nothing but their targets become one, with the tokens of the first. */
export function mergeAlike(diff: PolicyDiff): PolicyDiff {
  const alike = new Map<string, PolicyChange[]>();
  for (const change of diff.changes) {
    const key = signatureOf(change);
    const group = alike.get(key);
    if (group === undefined) alike.set(key, [change]);
    else group.push(change);
  }
  return {
    ...diff,
    changes: [...alike.values()].flatMap((group) => merged(group) ?? []),
    predicted: diff.predicted.filter((change) => !isToldQuietly(change, diff.predicted)),
  };
}

/** Whether the same is told for tokens under the removed key alone: then traffic under a new key makes no difference. */
function isToldQuietly(change: PredictedChange, all: readonly PredictedChange[]): boolean {
  if (change.arm === 'quiet') return false;
  const withoutArm = (each: PredictedChange): string => JSON.stringify({ ...each, arm: null });
  return all.some((each) => each.arm === 'quiet' && withoutArm(each) === withoutArm(change));
}

function signatureOf({
  token,
  verdict,
  assurance,
  breaking,
  drain,
  dimensions,
  targets,
  name,
  unknownBecause,
}: PolicyChange): string {
  const values = dimensions.map(({ path, direction, before, after }) => [path, direction, before, after]);
  // Without targets there is nothing to join but the name.
  const own = targets.length === 0 ? name : null;
  return JSON.stringify([token, verdict, assurance, breaking, drain, unknownBecause, own, values]);
}

function merged(group: readonly PolicyChange[]): PolicyChange | null {
  const [first, ...others] = group;
  if (first === undefined || others.length === 0) return first ?? null;
  const targets = group.flatMap((change) => change.targets);
  return {
    ...first,
    name: nameTargets(targets, apartIn(group)),
    targets,
    policiesBefore: distinct(group.flatMap(({ policiesBefore }) => policiesBefore)),
    policiesAfter: distinct(group.flatMap(({ policiesAfter }) => policiesAfter)),
    dimensions: first.dimensions.map((dimension, index): DimensionChange => ({
      ...dimension,
      alike: others.flatMap(({ dimensions }) => dimensions[index]?.fingerprint ?? []),
    })),
  };
}

/** The names of the changes say where `*` leaves something out. */
function apartIn(group: readonly PolicyChange[]): ToldApart {
  const says = (what: string): boolean => group.some(({ name }) => name.includes(`any other ${what}`));
  return { service: says('service'), environment: says('environment'), route: says('route') };
}
