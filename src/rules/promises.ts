import type { VerifierDeclaration } from '../model/inventory.ts';
import type { Location } from '../model/location.ts';
import type { EffectivePolicy, Scenario } from '../model/policy.ts';
import type { Bound, Millis } from '../model/quantity.ts';
import { isFiniteBound, showBound } from '../model/quantity.ts';
import type { Promised } from './config-policies.ts';

/** A promise for one scenario that a wait alone breaks. */
export interface BrokenPromise extends Promised {
  readonly scenario: Scenario;
}

/** What the policy that an Inventory names for a verifier promises; null where it promises nothing. */
export function promiseOf(
  { policy: name }: VerifierDeclaration,
  scenario: Scenario,
  policies: readonly EffectivePolicy[],
): Promised | null {
  const policy = policies.find((each) => each.name === name);
  const max = policy?.objectives[scenario]?.max;
  return policy === undefined || max === undefined ? null : { policy: policy.name, max: max.value, at: max.at };
}

/**
 * The promises that a wait of this length breaks. An unknown wait breaks none; where some were written, those that hold
 * by default are not worth a word.
 */
export function brokenBy(
  wait: Bound,
  scenarios: readonly Scenario[],
  promise: (scenario: Scenario) => Promised | null,
): readonly BrokenPromise[] {
  const broken = scenarios.flatMap((scenario) => {
    const promised = promise(scenario);
    return promised !== null && isLonger(wait, promised.max) ? [{ ...promised, scenario }] : [];
  });
  const written = broken.filter(({ at }) => at !== null);
  return written.length > 0 ? written : broken;
}

/** Whether a wait is known to be longer. */
export function isLonger(wait: Bound, max: Millis): boolean {
  return wait === 'unbounded' || (isFiniteBound(wait) && wait > max);
}

/** A promise that somebody wrote makes it an error; one that holds by default only, a warning. */
export function severityOf(broken: readonly BrokenPromise[]): 'error' | 'warning' {
  return broken.some(({ at }) => at !== null) ? 'error' : 'warning';
}

/** `policy "orders" promises 5m for access_token, 10m for client` */
export function showPromises(broken: readonly BrokenPromise[]): string {
  const [first] = broken;
  const each = broken.map(
    ({ max, scenario, at }) => `${showBound(max)} for ${scenario}${at === null ? ' by default' : ''}`,
  );
  return `policy "${first?.policy ?? ''}" promises ${each.join(', ')}`;
}

/** Where the promises were written. */
export function placesOf(
  broken: readonly BrokenPromise[],
): readonly { readonly at: Location; readonly message: string }[] {
  return broken.flatMap(({ at, scenario }) => (at === null ? [] : [{ at, message: `objective for ${scenario}` }]));
}

/** `for 10m`, or `until the token expires`. */
export function forHowLong(wait: Bound): string {
  return isFiniteBound(wait) ? `for ${showBound(wait)}` : 'until the token expires';
}

/** The least of the promised times, in milliseconds: what keeps it keeps them all. */
export function tightestOf(broken: readonly BrokenPromise[]): number {
  return Math.min(...broken.map(({ max }) => max));
}
