/** Names of targets for people. */
import type { TargetCell } from './target-cells.ts';

/** `orders @ prod /v1/*`, `any service @ prod`, `9 services @ prod`. */
export function nameTargets(cells: readonly TargetCell[]): string {
  const services = distinct(cells.map(({ service }) => service));
  const environments = distinct(cells.map(({ environment }) => environment));
  const routes = distinct(cells.map(({ route }) => route));
  const labels = distinct(
    cells.flatMap(({ labels: set }) => Object.entries(set).map(([name, value]) => `${name}=${value}`)),
  );
  const place = `${nameOf(services, 'service')} @ ${nameOf(environments, 'environment')}`;
  const route = routes.length === 1 && routes[0] === '*' ? '' : ` ${nameOf(routes, 'route')}`;
  return `${place}${route}${labels.length === 0 ? '' : ` with ${labels.join(', ')}`}`;
}

/** A `*` beside others is what the others leave. */
function nameOf(names: readonly string[], what: string): string {
  const [first] = names;
  if (names.includes('*')) return names.length === 1 ? `any ${what}` : `every ${what}`;
  if (names.length <= 3) return first === undefined ? `no ${what}` : names.join(', ');
  return `${names.length} ${what}s`;
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
