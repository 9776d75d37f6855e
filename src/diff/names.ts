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

/** `orders @ prod /v1/*`, `any service @ prod`, `orders and any other service @ prod`, `9 services @ prod`. */
export function nameTargets(cells: readonly TargetCell[], apart: ToldApart): string {
  const services = distinct(cells.map(({ service }) => service));
  const environments = distinct(cells.map(({ environment }) => environment));
  const routes = distinct(cells.map(({ route }) => route));
  const labels = distinct(
    cells.flatMap(({ labels: set }) => Object.entries(set).map(([name, value]) => `${name}=${value}`)),
  );
  const service = nameOf(services, 'service', apart.service);
  const environment = nameOf(environments, 'environment', apart.environment);
  const route =
    routes.length === 1 && routes[0] === '*' && !apart.route ? '' : ` ${nameOf(routes, 'route', apart.route)}`;
  return `${service} @ ${environment}${route}${labels.length === 0 ? '' : ` with ${labels.join(', ')}`}`;
}

/** A `*` is what the others leave. */
function nameOf(names: readonly string[], what: string, isApart: boolean): string {
  const others = names.filter((name) => name !== '*');
  const listed = others.length > 3 ? `${others.length} ${what}s` : others.join(', ');
  if (others.length === names.length) return listed === '' ? `no ${what}` : listed;
  if (others.length === 0) return isApart ? `any other ${what}` : `any ${what}`;
  return `${listed} and any other ${what}`;
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
