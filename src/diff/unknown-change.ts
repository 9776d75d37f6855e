import type { PolicyChange } from '../model/change.ts';

/** A change of which nothing can be said but why. @param policies names of those that it is about, sorted */
export function unknownChange(name: string, policies: readonly string[], why: string): PolicyChange {
  return {
    name,
    targets: [],
    token: 'access_token',
    verdict: 'unknown',
    assurance: 'equal',
    breaking: 'none',
    drain: null,
    policiesBefore: policies,
    policiesAfter: policies,
    dimensions: [],
    witnesses: [],
    unknownBecause: why,
  };
}
