import type { ConfigFact } from '../model/config.ts';
import type { Report } from '../model/finding.ts';
import type { FixPlan, FixValue } from '../model/fix.ts';
import type { Location } from '../model/location.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound, millis, showBound } from '../model/quantity.ts';

/*
 * What rules offer as a repair. A safe one only tightens, or repairs what cannot have been meant, and may be applied unseen;
 * a suggestion is shown to a person. None is offered for what nobody wrote: where it belongs is a person's choice.
 */

type Offer = Pick<Report, 'fix'>;

/** A value with its place, of a policy, an inventory or a configuration file. */
interface Written<T> {
  readonly value: T;
  readonly at: Location | null;
  readonly origin: string;
  readonly source?: string | null;
}

/** Shortens a written duration to what is allowed, in its own notation. */
export function shorten({ value, at, origin, source = null }: Written<Bound>, to: number): Offer {
  if (origin !== 'explicit' || source !== null || at === null || !isFiniteBound(value) || to <= 0 || to >= value)
    return {};
  return offer({
    title: `shorten it to ${showBound(millis(Math.floor(to / 1000) * 1000 || Math.floor(to)))}`,
    safe: true,
    document: at,
    changes: [{ kind: 'shorten', at, from: value, to }],
  });
}

/** Turns a written switch around. */
export function flip(fact: Exclude<ConfigFact<boolean>, { readonly origin: 'unknown' }>, safe: boolean): Offer {
  if (fact.origin !== 'explicit' || fact.source !== null) return {};
  return offer({
    title: 'turn this setting around',
    safe,
    document: fact.at,
    changes: [{ kind: 'flip', at: fact.at }],
  });
}

/** Writes another value where one is written. */
export function replace({ at, origin }: Written<unknown>, value: string, safe: boolean): Offer {
  if (origin !== 'explicit' || at === null) return {};
  return offer({
    title: `write ${value}`,
    safe,
    document: at,
    changes: [{ kind: 'replace', at, value }],
  });
}

/** Writes a value of a policy, whether it is there or not. @param path below `spec`, with dots: `keys.overlap` */
export function setIn(policy: EffectivePolicy, path: string, value: FixValue, safe: boolean): Offer {
  return offer({
    title: `set ${path} to ${typeof value === 'object' ? `[${value.join(', ')}]` : value}`,
    safe,
    document: policy.at,
    changes: [{ kind: 'set', pointer: `/spec/${path.replaceAll('.', '/')}`, value }],
  });
}

/** A duration as policies write it: seconds, rounded up so that a minimum is reached. */
export function atLeast(ms: number): string {
  return showBound(millis(Math.ceil(ms / 1000) * 1000));
}

/** A duration as policies write it: seconds, rounded down so that a maximum holds. */
export function atMost(ms: number): string {
  return showBound(millis(Math.floor(ms / 1000) * 1000));
}

function offer(fix: FixPlan): Offer {
  return { fix };
}
