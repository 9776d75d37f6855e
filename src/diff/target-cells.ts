/**
 * The targets that two versions of the policies can tell apart. Selectors are names and prefixes, which are nested or apart, so
 * each one stands for itself without what narrower ones take out of it: finitely many cells that cover everything.
 */
import type { EffectivePolicy } from '../model/policy.ts';
import { patternCovers } from '../policy/meet.ts';

export interface TargetCell {
  readonly environment: string;
  readonly service: string;
  readonly route: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Above this many the comparison is given up. */
export const MAX_CELLS = 20_000;

/** More sets of labels than this are not joined with each other. */
const MAX_LABEL_SETS = 64;

const ANYTHING = '*';

type Scope = EffectivePolicy['appliesTo'];
type Labels = TargetCell['labels'];

/** Every selector that somebody writes, on one scale. */
interface Selectors {
  readonly environments: readonly string[];
  readonly services: readonly string[];
  readonly routes: readonly string[];
  readonly labels: readonly Labels[];
}

/**
 * The cells in the scope of the given policies, told apart by the selectors of all. Null when there are too many.
 *
 * @param affected policies whose targets are of interest
 * @param all every policy of both sides
 */
export function targetCells(
  affected: readonly EffectivePolicy[],
  all: readonly EffectivePolicy[],
): readonly TargetCell[] | null {
  const selectors = selectorsOf(all);
  const cells = new Map<string, TargetCell>();
  const scopes = new Map(affected.map(({ appliesTo }) => [JSON.stringify(appliesTo), appliesTo]));
  for (const scope of scopes.values()) {
    for (const cell of cellsOf(scope, selectors)) {
      cells.set(cellKey(cell), cell);
      if (cells.size > MAX_CELLS) return null;
    }
  }
  return [...cells.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell);
}

/** Sorts as people read it: service, environment, route, labels. */
export function cellKey({ environment, service, route, labels }: TargetCell): string {
  return JSON.stringify([service, environment, route, pairsOf(labels)]);
}

/** Labels in one order: as JSON, so that no value can look like a name. */
function pairsOf(labels: Labels): readonly string[] {
  return Object.entries(labels)
    .map((pair) => JSON.stringify(pair))
    .sort();
}

function selectorsOf(policies: readonly EffectivePolicy[]): Selectors {
  const scopes = policies.map(({ appliesTo }) => appliesTo);
  return {
    environments: distinct(scopes.map(({ environments }) => environments)),
    services: distinct(scopes.map(({ services }) => services)),
    routes: distinct(scopes.map(({ routes }) => routes)),
    labels: labelSets(scopes.map(({ labels }) => labels)),
  };
}

function distinct(lists: readonly (readonly string[] | 'all')[]): readonly string[] {
  return [...new Set(lists.flatMap((list) => (list === 'all' ? [ANYTHING] : list)))].sort();
}

/** All that is asked for, alone and together: a target may carry the labels of several policies. */
function labelSets(all: readonly Labels[]): readonly Labels[] {
  const sets = new Map<string, Labels>([['[]', {}]]);
  for (const labels of all) {
    const before = Array.from(sets.values());
    for (const set of before) {
      if (sets.size >= MAX_LABEL_SETS && Object.keys(set).length > 0) continue;
      const joined = join(set, labels);
      if (joined !== null) sets.set(JSON.stringify(pairsOf(joined)), joined);
    }
  }
  return [...sets.values()];
}

/** Null where one label would need two values. */
function join(a: Labels, b: Labels): Labels | null {
  return Object.entries(b).every(([name, value]) => !Object.hasOwn(a, name) || a[name] === value)
    ? { ...a, ...b }
    : null;
}

function* cellsOf(scope: Scope, selectors: Selectors): Generator<TargetCell> {
  const environments = within(scope.environments, selectors.environments);
  const services = within(scope.services, selectors.services);
  const routes = within(scope.routes, selectors.routes);
  const labels = selectors.labels.filter((set) =>
    Object.entries(scope.labels).every(([name, value]) => Object.hasOwn(set, name) && set[name] === value),
  );
  for (const service of services) {
    for (const environment of environments) {
      for (const route of routes) for (const set of labels) yield { environment, service, route, labels: set };
    }
  }
}

function within(patterns: readonly string[] | 'all', known: readonly string[]): readonly string[] {
  if (patterns === 'all') return known;
  return known.filter((name) => patterns.some((pattern) => patternCovers(pattern, name)));
}
