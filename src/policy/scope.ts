/** Whether what two documents select can be the same. */
import type { PolicyScope } from '../model/policy.ts';
import { labels as labelLattice, patterns } from './meet.ts';

/** Whether some target can be selected by both. */
export function scopesOverlap(a: PolicyScope, b: PolicyScope): boolean {
  return (
    selectorsOverlap(a.environments, b.environments) &&
    selectorsOverlap(a.services, b.services) &&
    selectorsOverlap(a.routes, b.routes) &&
    labelLattice.conflict(a.labels, b.labels) === null
  );
}

function selectorsOverlap(a: PolicyScope['routes'], b: PolicyScope['routes']): boolean {
  return a === 'all' || b === 'all' || patterns.meet(a, b).length > 0;
}
