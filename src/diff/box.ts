/**
 * The tokens that a policy accepts, as a union of boxes. A box is a product: one region on each axis, and a token is in it when
 * it is in all of them. Boxes are exact: everything `decide` looks at is an axis, and nothing else.
 */
import type { AddressSet } from './address-set.ts';
import type { ClaimRegions } from './claim-region.ts';
import type { Interval } from './interval.ts';
import type { KeyedSet } from './keyed-set.ts';
import type { SetFamily } from './set-family.ts';
import type { TimeZone } from './time-zone.ts';
import type { ValueSet } from './value-set.ts';

/** Of a claim that is a time ahead of now, or missing. */
export interface Start {
  readonly mayBeAbsent: boolean;
  /** `nbf` - now in milliseconds; negative once it is over. */
  readonly ahead: Interval;
}

export interface Box {
  /** `jwt` or `opaque`. */
  readonly format: ValueSet;
  /** Issuers, each with the addresses its keys may come from. */
  readonly issuer: KeyedSet<ValueSet>;
  /** Algorithms, each with the sizes in bits its key may have; sizes only matter for RSA. */
  readonly signature: KeyedSet<Interval>;
  /** `absent` stands for a header without `typ`. */
  readonly typ: ValueSet;
  readonly audience: SetFamily;
  readonly times: TimeZone;
  readonly start: Start;
  readonly claims: ClaimRegions;
  readonly crit: SetFamily;
  /** `bearer`, `dpop`, `mtls`: how the token is bound, and proven to be. */
  readonly binding: ValueSet;
  readonly proofAlgorithm: ValueSet;
  /** Milliseconds; negative for a proof from the future. */
  readonly proofAge: Interval;
  /** `present`, `absent` */
  readonly proofNonce: ValueSet;
  readonly proofAth: ValueSet;
  /** `first`, `replayed` */
  readonly proofUse: ValueSet;
  readonly address: AddressSet;
  /** `known`, `new` (in the key set since the verifier last looked), `unknown`, `absent` */
  readonly kid: ValueSet;
  /** Members of `keys.sources`. */
  readonly keySource: ValueSet;
  /** Refresh tokens: milliseconds since the first of the family. */
  readonly familyAge: Interval;
  /** Refresh tokens: `first`, `after_reuse`, `repeated`. */
  readonly use: ValueSet;
}

/** One token in its circumstances. */
export interface Point {
  readonly format: string;
  readonly issuer: string;
  readonly keyUri: string;
  readonly algorithm: string;
  readonly keyBits: number;
  readonly typ: string;
  readonly audience: readonly string[];
  readonly lifetime: number;
  readonly age: number;
  readonly startsAhead: number | null;
  readonly claims: ReadonlyMap<string, readonly string[] | null>;
  readonly crit: readonly string[];
  readonly binding: string;
  readonly proofAlgorithm: string;
  readonly proofAge: number;
  readonly proofNonce: string;
  readonly proofAth: string;
  readonly proofUse: string;
  readonly address: bigint | null;
  readonly kid: string;
  readonly keySource: string;
  readonly familyAge: number;
  readonly use: string;
}
