/** Names of targets for people. */
import type { TargetCell } from './target-cells.ts';

/** Whether `*` leaves something out, because other selectors tell it apart. */
export interface ToldApart {
  readonly service: boolean;
  readonly environment: boolean;
  readonly route: boolean;
}

export function toldApart(all: readonly TargetCell[]): ToldApart {
  return {
    service: all.some(({ service }) => service !== '*'),
    environment: all.some(({ environment }) => environment !== '*'),
    route: all.some(({ route }) => route !== '*'),
  };
}

/** More places than this are counted. */
const MAX_PLACES = 3;

/** `orders @ prod /v1/*`, `any service @ prod`, `orders and any other service @ prod`, `9 services @ prod`. */
export function nameTargets(cells: readonly TargetCell[], apart: ToldApart): string {
  const routes = distinct(cells.map(({ route }) => route));
  const labels = distinct(
    cells.flatMap(({ labels: set }) => Object.entries(set).map(([name, value]) => `${name}=${value}`)),
  );
  const isEveryRoute = routes.length === 1 && routes[0] === '*' && !apart.route;
  const route = isEveryRoute ? '' : ` ${nameOf(routes, 'route', apart.route)}`;
  return `${places(cells, apart)}${route}${labels.length === 0 ? '' : ` with ${labels.join(', ')}`}`;
}

/** Environments in which the same services are meant, told together. */
function places(cells: readonly TargetCell[], apart: ToldApart): string {
  const environmentsOf = new Map<string, string[]>();
  for (const environment of distinct(cells.map((cell) => cell.environment))) {
    const there = cells.filter((cell) => cell.environment === environment).map(({ service }) => service);
    const services = nameOf(distinct(there), 'service', apart.service);
    environmentsOf.set(services, [...(environmentsOf.get(services) ?? []), environment]);
  }
  if (environmentsOf.size > MAX_PLACES) return `${cells.length} targets`;
  return [...environmentsOf]
    .map(([services, environments]) => `${services} @ ${nameOf(environments, 'environment', apart.environment)}`)
    .join('; ');
}

/** A `*` is what the others leave. */
function nameOf(names: readonly string[], what: string, isApart: boolean): string {
  const others = names.filter((name) => name !== '*');
  const listed = others.length > 3 ? `${others.length} ${what}s` : others.join(', ');
  if (others.length === names.length) return listed === '' ? `no ${what}` : listed;
  if (others.length === 0) return isApart ? `any other ${what}` : `any ${what}`;
  return `${listed} and any other ${what}`;
}

/** Each once, in order. */
export function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
