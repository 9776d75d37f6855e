import type { KeyFacts } from './key.ts';
import type { Location } from './location.ts';
import type { Observation } from './observation.ts';

/** A time in which a key was missing from every replica that was asked, and came back. */
export interface KeyGap {
  /** First time it was missing, milliseconds since the epoch. */
  readonly from: number;
  /** When it was back. */
  readonly to: number;
  /** How many rounds missed it. */
  readonly rounds: number;
  /** `flap`: short or seen once, so a replica that lags explains it; `return`: it had been removed. */
  readonly kind: 'flap' | 'return';
  /** Where it was back. */
  readonly at: Location;
}

/** A kid of a key. */
export interface KeyName {
  readonly kid: string;
  /** First seen, milliseconds since the epoch. */
  readonly first: number;
  readonly at: Location;
}

/** The life of one key material in the recorded rounds. */
export interface KeyTimeline {
  /** Modulus or thumbprint: what makes two entries the same key. */
  readonly material: string;
  /** Every kid it had, in the order of appearance. */
  readonly names: readonly KeyName[];
  /** The key as it was last seen. */
  readonly key: KeyFacts;
  /** First seen, milliseconds since the epoch. */
  readonly first: number;
  /**
   * Last round that looked and did not see it before `first`: it was published in between. Null for a key that was there
   * when the recording began, which is older than `first` says.
   */
  readonly absentAt: number | null;
  /** Last time it is known to have been there. */
  readonly last: number;
  /** First round without it since; null while it is there. */
  readonly goneSince: number | null;
  /** Rounds without it since then. */
  readonly roundsGone: number;
  /**
   * Whether it was removed, as opposed to missing for now: two rounds missed it, and at an issuer whose replicas
   * disagree it stayed away for longer than any flap.
   */
  readonly isRemoved: boolean;
  readonly gaps: readonly KeyGap[];
  /** Where it was first seen. */
  readonly at: Location;
}

/** A round in which the published keys changed, flaps left out. */
export interface KeyStep {
  readonly time: number;
  /** Last time the keys were seen as they had been. */
  readonly before: number;
  readonly added: readonly KeyTimeline[];
  readonly removed: readonly KeyTimeline[];
  readonly kept: readonly KeyTimeline[];
  readonly at: Location;
}

/** Everything that was ever observed of one issuer: one NDJSON file. */
export interface IssuerHistory {
  readonly file: string;
  /** The `iss` value; null in recordings that do not say. */
  readonly issuer: string | null;
  readonly jwksUri: string | null;
  readonly environment: string | null;
  /** Oldest first, at least one. */
  readonly observations: readonly Observation[];
  /** By first appearance, then by material. */
  readonly keys: readonly KeyTimeline[];
  /** Oldest first. */
  readonly steps: readonly KeyStep[];
  readonly at: Location;
}
