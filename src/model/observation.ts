import type { DiscoveryFacts, DiscoveryKind } from './discovery.ts';
import type { KeyFacts } from './key.ts';
import type { Location } from './location.ts';

/** Why a fetch brought nothing. `html`: a challenge or log-in page; `not-a-set`: no key set, or no document. */
export const FETCH_FAULTS = [
  'not-allowed',
  'dns',
  'refused',
  'reset',
  'timeout',
  'tls',
  'protocol',
  'status',
  'redirect',
  'html',
  'too-large',
  'encoding',
  'not-a-set',
] as const;

export type FetchFault = (typeof FETCH_FAULTS)[number];

/** Fetches of one round that went to one address and ended alike. */
export interface FetchFacts {
  /** Address the connection went to; null when the name did not resolve. */
  readonly address: string | null;
  /** How many fetches ended so. */
  readonly count: number;
  /** Place of the set in `sets` of the observation; null when no set came back. */
  readonly set: number | null;
  readonly fault: { readonly kind: FetchFault; readonly message: string } | null;
  readonly status: number | null;
  /** Headers that bear on caching and on the kind of content, names in lower case; of the last of these fetches. */
  readonly headers: Readonly<Record<string, string>>;
  /** End of the certificate of the server, milliseconds since the epoch; null without TLS and where nobody recorded it. */
  readonly certificateExpires: number | null;
  readonly at: Location;
}

/** A well-known address that brought no document. */
export interface DiscoveryFault {
  readonly kind: DiscoveryKind;
  readonly url: string;
  readonly fault: FetchFault;
  readonly message: string;
  readonly at: Location;
}

/** One distinct key set of a round. */
export interface ObservedSet {
  readonly keys: readonly KeyFacts[];
  /** Members written more than once at the top level. */
  readonly duplicateMembers: readonly string[];
  readonly at: Location;
}

/**
 * What one round of fetches saw, or several rounds in a row that saw the same. Keys of older observations carry no
 * diagnoses: only the last one is examined.
 */
export interface Observation {
  /** Milliseconds since the epoch, when this was first seen. */
  readonly first: number;
  /** When it was last seen; null in recordings that only write changes, where it holds until the next line. */
  readonly last: number | null;
  /** How many rounds saw it; 1 in recordings that only write changes. */
  readonly rounds: number;
  /** Distinct key sets, in a fixed order; none when no fetch brought a set. More than one: replicas disagree. */
  readonly sets: readonly ObservedSet[];
  /** Empty in recordings that hold key sets only. */
  readonly fetches: readonly FetchFacts[];
  readonly discovery: readonly DiscoveryFacts[];
  /** Well-known addresses that brought no document. */
  readonly discoveryFaults: readonly DiscoveryFault[];
  readonly at: Location;
}
