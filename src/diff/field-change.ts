/** Whether a value got looser or tighter, by the lattice that overlays use: there is one notion of strictness in the house. */
import type { DimensionChange } from '../model/change.ts';
import type { Fact } from '../model/fact.ts';
import type { Location } from '../model/location.ts';
import type { EffectivePolicy, EffectiveTokenClass, TokenClass } from '../model/policy.ts';
import type { Lattice } from '../policy/meet.ts';

export type Direction = DimensionChange['direction'];

/** A value that differs between the sides. */
export interface FieldChange {
  readonly path: string;
  readonly facet: DimensionChange['facet'];
  readonly direction: Direction;
  readonly before: string;
  readonly after: string;
  readonly atBefore: Location | null;
  readonly atAfter: Location | null;
}

/** One field of effective policies that two versions can disagree on. */
export interface PolicyField {
  readonly path: string;
  readonly compare: (before: EffectivePolicy, after: EffectivePolicy) => FieldChange | null;
}

/** A field that decides about tokens. */
export interface AcceptanceField extends PolicyField {
  /** The second policy with this field of the first, and with the defaults that are made from it. */
  readonly carry: (from: EffectivePolicy, into: EffectivePolicy) => EffectivePolicy;
}

/** What it takes to tell which of two values is stricter. */
export type Order<T> = Pick<Lattice<T>, 'meet' | 'equals' | 'conflict'>;

/** How a value is ordered and shown. */
export interface FieldKind<T> {
  readonly lattice: Order<T>;
  readonly show: (value: T) => string;
}

/** Null when the values mean the same. */
export function directionOf<T>({ meet, equals, conflict }: Order<T>, before: T, after: T): Direction | null {
  if (equals(before, after)) return null;
  if (conflict(before, after) !== null) return 'changed';
  const both = meet(before, after);
  if (equals(both, after)) return 'tightened';
  return equals(both, before) ? 'loosened' : 'changed';
}

/** A promise; `pick` gives null where the policy makes none, which any promise tightens. */
export function promiseField<T>(
  path: string,
  pick: (policy: EffectivePolicy) => Fact<T> | null,
  kind: FieldKind<T>,
): PolicyField {
  return {
    path,
    compare: (before, after) => changeOf({ path, facet: 'assurance' }, [pick(before), pick(after)], kind),
  };
}

/** Where a value is in something, and how it is put into another one. */
export interface Place<Whole, T> {
  readonly get: (whole: Whole) => Fact<T>;
  readonly put: (from: Whole, into: Whole) => Whole;
}

/** A field of the policy as a whole. */
export function policyField<T>(path: string, place: Place<EffectivePolicy, T>, kind: FieldKind<T>): AcceptanceField {
  return {
    path,
    compare: (before, after) => changeOf({ path, facet: 'acceptance' }, [place.get(before), place.get(after)], kind),
    carry: place.put,
  };
}

/** A field of one class of tokens. */
export function tokenField<T>(
  tokenClass: TokenClass,
  name: string,
  place: Place<EffectiveTokenClass, T>,
  kind: FieldKind<T>,
): AcceptanceField {
  const path = `tokens.${tokenClass}.${name}`;
  const get = ({ tokens }: EffectivePolicy): Fact<T> | null => {
    const rules = tokens[tokenClass];
    return rules === undefined ? null : place.get(rules);
  };
  return {
    path,
    compare: (before, after) => changeOf({ path, facet: 'acceptance' }, [get(before), get(after)], kind),
    carry: (from, into) => {
      const [source, target] = [from.tokens[tokenClass], into.tokens[tokenClass]];
      if (source === undefined || target === undefined) return into;
      return { ...into, tokens: { ...into.tokens, [tokenClass]: place.put(source, target) } };
    },
  };
}

function changeOf<T>(
  about: Pick<FieldChange, 'path' | 'facet'>,
  [before, after]: readonly [Fact<T> | null, Fact<T> | null],
  kind: FieldKind<T>,
): FieldChange | null {
  // What it is made from is listed, with the line that somebody wrote.
  if (before?.origin === 'derived' && after?.origin === 'derived') return null;
  const direction = directionOfFacts(kind.lattice, before, after);
  if (direction === null) return null;
  return {
    ...about,
    direction,
    before: showFact(kind, before),
    after: showFact(kind, after),
    atBefore: before?.at ?? null,
    atAfter: after?.at ?? null,
  };
}

function directionOfFacts<T>(lattice: Order<T>, before: Fact<T> | null, after: Fact<T> | null): Direction | null {
  if (before !== null && after !== null) return directionOf(lattice, before.value, after.value);
  if (before === null) return after === null ? null : 'tightened';
  return 'loosened';
}

function showFact<T>({ show }: FieldKind<T>, fact: Fact<T> | null): string {
  if (fact === null) return '-';
  return `${show(fact.value)}${fact.origin === 'default' || fact.origin === 'derived' ? ' (default)' : ''}`;
}
