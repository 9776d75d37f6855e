import type { Estate } from '../model/finding.ts';

/**
 * Works something out once for a run instead of once for each rule and subject. The estate does not change while rules
 * look at it, and what was worked out goes with it.
 */
export function perEstate<T>(work: (estate: Estate) => T): (estate: Estate) => T {
  const known = new WeakMap<Estate, { readonly result: T }>();
  return (estate) => {
    const before = known.get(estate);
    if (before !== undefined) return before.result;
    const result = work(estate);
    known.set(estate, { result });
    return result;
  };
}

/** The same for something about one subject of a run. */
export function perSubject<Subject extends object, T>(
  work: (subject: Subject, estate: Estate) => T,
): (subject: Subject, estate: Estate) => T {
  const knownIn = perEstate(() => new WeakMap<Subject, { readonly result: T }>());
  return (subject, estate) => {
    const known = knownIn(estate);
    const before = known.get(subject);
    if (before !== undefined) return before.result;
    const result = work(subject, estate);
    known.set(subject, { result });
    return result;
  };
}
