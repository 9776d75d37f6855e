/**
 * The lattices that policies are made of. In each, "lower" accepts less; the meet of two values accepts exactly what
 * both accept (or, for assurance values, promises what both promise). A document that says nothing is the top.
 */
import { intersectRanges, normalRanges, parseCidr, rangesCover, showCidr } from './cidr.ts';
import type { AddressRange } from './cidr.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound } from '../model/quantity.ts';

export interface Lattice<T> {
  /** Greatest lower bound. Idempotent, commutative and associative up to `equals`. */
  readonly meet: (a: T, b: T) => T;
  /** What `held` accepts and, where a waiver permits more, that too. Never accepts less than `held`. */
  readonly widen: (held: T, permitted: T) => T;
  readonly equals: (a: T, b: T) => boolean;
  /** Whether `written` asks for something that `held` does not allow. */
  readonly loosens: (written: T, held: T) => boolean;
  /** Whether nothing at all is left. */
  readonly isEmpty: (value: T) => boolean;
  /** Words for two values that exclude each other although neither is looser; null when they do not. */
  readonly conflict: (a: T, b: T) => string | null;
}

const never = (): boolean => false;
const compatible = (): null => null;

function ordered<T>(isLower: (a: T, b: T) => boolean): Lattice<T> {
  return {
    meet: (a, b) => (isLower(b, a) ? b : a),
    widen: (held, permitted) => (isLower(held, permitted) ? permitted : held),
    equals: (a, b) => a === b,
    loosens: (written, held) => isLower(held, written),
    isEmpty: never,
    conflict: compatible,
  };
}

/** Upper bounds: lifetimes, cache times, objectives. The smaller one wins. */
export function atMost<T extends number>(): Lattice<T> {
  return ordered<T>((a, b) => a < b);
}

/** Upper bounds that may be missing: what nobody limits is the loosest, what nobody knows is looser than any number. */
export const atMostBound: Lattice<Bound> = ordered<Bound>((a, b) => height(a) < height(b));

function height(bound: Bound): number {
  if (isFiniteBound(bound)) return bound;
  return bound === 'unknown' ? Number.MAX_VALUE : Number.POSITIVE_INFINITY;
}

/** Lower bounds: key sizes, pre-publication. The larger one wins. */
export function atLeast<T extends number>(): Lattice<T> {
  return ordered<T>((a, b) => a > b);
}

/** A chain of named values, the strictest first. */
export function strictest<T>(strictFirst: readonly T[]): Lattice<T> {
  return ordered<T>((a, b) => strictFirst.indexOf(a) < strictFirst.indexOf(b));
}

/** Values of which none is stricter than another. Two different ones leave nothing. */
export function exactly<T extends string>(): Lattice<T> {
  return {
    meet: (a, b) => (b < a ? b : a),
    widen: (held) => held,
    equals: (a, b) => a === b,
    loosens: never,
    isEmpty: never,
    conflict: (a, b) => (a === b ? null : `${a} and ${b} exclude each other`),
  };
}

/** Allowed values: fewer are stricter. Keeps the order of the first operand. */
export function intersection<T extends string>(): Lattice<readonly T[]> {
  return {
    meet: (a, b) => a.filter((item) => b.includes(item)),
    widen: addMembers,
    equals: sameMembers,
    loosens: (written, held) => !written.every((item) => held.includes(item)),
    isEmpty: (value) => value.length === 0,
    conflict: compatible,
  };
}

/**
 * Requirements: more are stricter. A document adds its own to those it inherits without repeating them; it loosens
 * only when it writes a part of the inherited ones and nothing else, because then its whole text asks for less.
 */
export function union<T extends string>(): Lattice<readonly T[]> {
  return {
    meet: addMembers,
    // What a waiver lists is all that it asks for.
    widen: (held, permitted) => held.filter((item) => permitted.includes(item)),
    equals: sameMembers,
    loosens: (written, held) => written.every((item) => held.includes(item)) && !sameMembers(written, held),
    isEmpty: never,
    conflict: compatible,
  };
}

function addMembers<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  return [...a, ...b.filter((item) => !a.includes(item))];
}

function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  return a.every((item) => b.includes(item)) && b.every((item) => a.includes(item));
}

/** Whether a pattern, an exact text or a prefix with one trailing `*`, matches everything the other one matches. */
export function patternCovers(wide: string, narrow: string): boolean {
  return wide === narrow || (wide.endsWith('*') && narrow.startsWith(wide.slice(0, -1)));
}

/** Names and routes with a trailing `*`. Two patterns are nested or disjoint. */
export const patterns: Lattice<readonly string[]> = {
  meet: (a, b) => meetPatterns(a, b),
  widen: (held, permitted) => normalPatterns([...held, ...permitted]),
  equals: (a, b) => coveredBy(a, b) && coveredBy(b, a),
  loosens: (written, held) => !coveredBy(written, held),
  isEmpty: (value) => value.length === 0,
  conflict: compatible,
};

function coveredBy(inner: readonly string[], outer: readonly string[]): boolean {
  return inner.every((narrow) => outer.some((wide) => patternCovers(wide, narrow)));
}

function meetPatterns(a: readonly string[], b: readonly string[]): readonly string[] {
  const common = a.flatMap((left) =>
    b.flatMap((right) => {
      if (patternCovers(left, right)) return [right];
      return patternCovers(right, left) ? [left] : [];
    }),
  );
  return normalPatterns(common);
}

/** Drops patterns that another one of the list covers; keeps the order of the others. */
export function normalPatterns(list: readonly string[]): readonly string[] {
  const single = [...new Set(list)];
  return single.filter((item) => !single.some((other) => other !== item && patternCovers(other, item)));
}

/** IP networks in the spelling of `showCidr`; the values must have been read by `parseCidr` before. */
export const networks: Lattice<readonly string[]> = {
  meet: (a, b) => intersectRanges(rangesOf(a), rangesOf(b)).map(showCidr),
  widen: (held, permitted) => normalRanges([...rangesOf(held), ...rangesOf(permitted)]).map(showCidr),
  equals: (a, b) => rangesCover(rangesOf(a), rangesOf(b)) && rangesCover(rangesOf(b), rangesOf(a)),
  loosens: (written, held) => !rangesCover(rangesOf(held), rangesOf(written)),
  isEmpty: (value) => value.length === 0,
  conflict: compatible,
};

function rangesOf(cidrs: readonly string[]): readonly AddressRange[] {
  return cidrs.flatMap((cidr) => parseCidr(cidr) ?? []);
}

export type ClaimValues = Readonly<Record<string, readonly string[]>>;

const values = intersection<string>();

/** Allowed values per claim: claims add up, the values of one claim intersect. */
export const claimValues: Lattice<ClaimValues> = {
  meet: (a, b) => {
    const merged = new Map(Object.entries(a));
    for (const [claim, allowed] of Object.entries(b)) {
      const held = merged.get(claim);
      merged.set(claim, held === undefined ? allowed : values.meet(held, allowed));
    }
    return Object.fromEntries(merged);
  },
  widen: (held, permitted) =>
    Object.fromEntries(
      Object.entries(held).map(([claim, allowed]) => [claim, values.widen(allowed, ownValue(permitted, claim) ?? [])]),
    ),
  equals: (a, b) => {
    const names = Object.keys(a);
    if (!sameMembers(names, Object.keys(b))) return false;
    return names.every((claim) => sameMembers(a[claim] ?? [], b[claim] ?? []));
  },
  loosens: (written, held) =>
    Object.entries(written).some(([claim, allowed]) => {
      const before = ownValue(held, claim);
      return before !== undefined && values.loosens(allowed, before);
    }),
  isEmpty: (value) => Object.values(value).some((allowed) => allowed.length === 0),
  conflict: compatible,
};

export type Labels = Readonly<Record<string, string>>;

/** Labels a target must carry: all of them. One label cannot have two values. */
export const labels: Lattice<Labels> = {
  // Of two values for one label neither can be met; the meet must still not depend on who came first.
  meet: (a, b) => ({ ...b, ...a, ...smallerValues(a, b) }),
  widen: (held) => held,
  equals: (a, b) => {
    const names = Object.keys(a);
    return sameMembers(names, Object.keys(b)) && names.every((name) => a[name] === b[name]);
  },
  loosens: never,
  isEmpty: never,
  conflict: (a, b) => {
    const name = Object.keys(b).find((label) => ownValue(a, label) !== undefined && a[label] !== b[label]);
    return name === undefined ? null : `label ${name} cannot be both ${a[name] ?? ''} and ${b[name] ?? ''}`;
  },
};

function smallerValues(a: Labels, b: Labels): Labels {
  return Object.fromEntries(Object.entries(b).filter(([name, value]) => value < (ownValue(a, name) ?? '')));
}

export interface TrustedIssuer {
  readonly issuer: string;
  readonly jwksUri: string | null;
}

/**
 * Issuers intersect by their exact text; a pinned key address joins an issuer that another document left open, two
 * different ones leave nothing of it.
 */
export const issuers: Lattice<readonly TrustedIssuer[]> = {
  meet: (a, b) =>
    a.flatMap(({ issuer, jwksUri }) => {
      const other = b.find((candidate) => candidate.issuer === issuer);
      return other === undefined || exclude(jwksUri, other.jwksUri)
        ? []
        : [{ issuer, jwksUri: jwksUri ?? other.jwksUri }];
    }),
  // A pinned key address stays: another one for the same issuer is no issuer more.
  widen: (held, permitted) => [
    ...held,
    ...permitted.filter(({ issuer }) => !held.some((other) => other.issuer === issuer)),
  ],
  equals: (a, b) => a.length === b.length && a.every((issuer) => b.some((other) => sameIssuer(issuer, other))),
  loosens: (written, held) => !written.every(({ issuer }) => held.some((other) => other.issuer === issuer)),
  isEmpty: (value) => value.length === 0,
  conflict: (a, b) => {
    for (const { issuer, jwksUri } of a) {
      const other = b.find((candidate) => candidate.issuer === issuer)?.jwksUri ?? null;
      if (exclude(jwksUri, other)) {
        return `jwks_uri of ${issuer} cannot be both ${jwksUri} and ${other}`;
      }
    }
    return null;
  },
};

/** No key can come from two addresses. */
function exclude(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && a !== b;
}

function sameIssuer(a: TrustedIssuer, b: TrustedIssuer): boolean {
  return a.issuer === b.issuer && a.jwksUri === b.jwksUri;
}

/** The member of that name, never one of the prototype: `constructor` is a possible claim name. */
function ownValue<V>(record: Readonly<Record<string, V>>, name: string): V | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
