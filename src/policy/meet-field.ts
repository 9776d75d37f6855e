/** How one field of a TokenPolicy is read for its lattice: where it stands, what its text means. */
import type { Pointer } from '../model/document.ts';
import { pointerTo } from '../model/document.ts';
import type { TokenPolicySpec } from '../model/policy.ts';
import type { Millis } from '../model/quantity.ts';
import { parseDuration } from '../model/quantity.ts';
import { parseCidr, showCidr, normalRanges } from './cidr.ts';
import type { Lattice } from './meet.ts';
import { strictest } from './meet.ts';

/** What one document writes at one place: the text for people, the meaning for the lattice. */
export interface Written<T> {
  readonly pointer: Pointer;
  readonly raw: unknown;
  /** Null when the text has no meaning although the schema let it pass, a duration beyond all numbers say. */
  readonly meaning: { readonly value: T } | null;
}

export interface PolicyDimension<T> {
  /** Path below `spec` as people write it: `tokens.access_token.lifetime.max`. */
  readonly path: string;
  readonly lattice: Lattice<T>;
  readonly read: (spec: TokenPolicySpec) => readonly Written<T>[];
  /** What an empty meet means; null when it is a fine value. */
  readonly whenEmpty: string | null;
  /**
   * What a whole policy means that does not write the field, beside others of its target.
   * - `holds`: its default, because a policy that joins a target must never loosen it.
   * - `yields`: nothing; the choice is with those that write it.
   * - `unlimited`: the same, and alone it is no limit.
   */
  readonly silence: 'holds' | 'yields' | 'unlimited';
}

/** A lattice whose empty meet is a mistake, with the words for it. */
export interface FatalLattice<T> extends Lattice<T> {
  readonly whenEmpty: string;
}

/** For sets of which a token must match one member. */
export function acceptsNothingWhenEmpty<T>(lattice: Lattice<T>): FatalLattice<T> {
  return { ...lattice, whenEmpty: 'nothing can be accepted' };
}

/** For selectors of targets. */
export function coversNothingWhenEmpty<T>(lattice: Lattice<T>): FatalLattice<T> {
  return { ...lattice, whenEmpty: 'the policy applies to nothing' };
}

/** One member at a fixed path. `pick` gives undefined where the document is silent. */
export function field<Raw, T>(
  path: string,
  pick: (spec: TokenPolicySpec) => Raw | undefined,
  interpret: (raw: Raw) => T | null,
  lattice: Lattice<T> | FatalLattice<T>,
): PolicyDimension<T> {
  const pointer = ['spec', ...path.split('.')].reduce(pointerTo, '');
  return {
    path,
    lattice,
    whenEmpty: 'whenEmpty' in lattice ? lattice.whenEmpty : null,
    silence: 'holds',
    read: (spec) => {
      const raw = pick(spec);
      if (raw === undefined) return [];
      const value = interpret(raw);
      return [{ pointer, raw, meaning: value === null ? null : { value } }];
    },
  };
}

/** The same field, whose silence is no word: nothing can be right for everybody who does not write it. */
export function yielding<T>(dimension: PolicyDimension<T>): PolicyDimension<T> {
  return { ...dimension, silence: 'yields' };
}

/** The same field, which limits nothing until it is written. */
export function unlimited<T>(dimension: PolicyDimension<T>): PolicyDimension<T> {
  return { ...dimension, silence: 'unlimited' };
}

/** The meaning is what is written. */
export const asIs = <T>(raw: T): T => raw;

/** Reads a duration for a lattice: null for text that is none. */
export function asMillis(raw: string): Millis | null {
  return parseDuration(raw) ?? null;
}

/** A list without repetitions. */
export function distinct<T>(raw: readonly T[]): readonly T[] {
  return [...new Set(raw)];
}

/** RFC 9864 section 2.2: `EdDSA` stands for both of its curves. */
export function expandAlgorithms(raw: readonly string[]): readonly string[] {
  return distinct(raw.flatMap((alg) => (alg === 'EdDSA' ? ['Ed25519', 'Ed448'] : [alg])));
}

/** RFC 7515 section 4.1.9: media types are compared without case, and `application/` before a plain name is implied. */
export function normalTyp(raw: string): string {
  const lower = raw.toLowerCase();
  const short = lower.startsWith('application/') ? lower.slice('application/'.length) : lower;
  return short.includes('/') ? lower : short;
}

/** Networks in one spelling; null when one of them is none. */
export function asNetworks(raw: readonly string[]): readonly string[] | null {
  const ranges = raw.flatMap((cidr) => parseCidr(cidr) ?? []);
  return ranges.length === raw.length ? normalRanges(ranges).map(showCidr) : null;
}

/** Requirements: true asks for more. */
export const required: Lattice<boolean> = strictest([true, false]);

/** Permissions: false allows less. */
export const permitted: Lattice<boolean> = strictest([false, true]);

/** A path for people: `tokens.` is left out, the names of the token classes speak for themselves. */
export function shortPath(path: string): string {
  return path.startsWith('tokens.') ? path.slice('tokens.'.length) : path;
}
