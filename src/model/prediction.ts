import type { FactOrigin } from './fact.ts';
import type { Location } from './location.ts';
import type { Scenario } from './policy.ts';
import type { Bound } from './quantity.ts';

/** One named part of a bound, with where its value comes from. Symbols are those of docs/concepts.md. */
export interface Addend {
  readonly symbol: string;
  readonly label: string;
  readonly value: Bound;
  readonly origin: FactOrigin;
  readonly at: Location | null;
  readonly source: string | null;
}

/** How a bound is made: parts in series, the fastest of several channels, or the slowest of several places. */
export type BoundTree =
  | { readonly op: 'addend'; readonly value: Bound; readonly addend: Addend }
  | {
      readonly op: 'sum' | 'min' | 'max';
      readonly label: string;
      readonly value: Bound;
      readonly terms: readonly BoundTree[];
    };

/**
 * Traffic after containment.
 * - `quiet`: only the leaked credential is used. This is the guarantee.
 * - `busy`: tokens under a new key arrive too, which makes whole-set caches fetch again.
 * - `sparse`: as quiet, but the leaked credential is used rarely: where this ends sooner, its use keeps it alive.
 */
export const ARMS = ['quiet', 'busy', 'sparse'] as const;

export type Arm = (typeof ARMS)[number];

/** How a verifier remembers keys. The letters are those of docs/concepts.md#key-caches. */
export const CACHE_CLASSES = {
  a: 'time-to-live, fetched when a request finds the set too old',
  b: 'fetched in the background at an interval',
  c: 'time-to-live, first request after expiry is answered from the old set',
  d: 'never expires, fetched only for an unknown kid',
  e: 'each key cached on its own with a time-to-live',
  f: 'static: part of the configuration',
  g: 'time-to-live, old set kept while the fetch fails',
  h: 'each key cached on its own, a removed key is served from the old copy and renewed',
  i: 'no cache: fetched for every request',
  j: 'follows the HTTP cache headers',
} as const;

export type CacheClass = keyof typeof CACHE_CLASSES;

/** Worst-case time-to-revocation of one verifier for one scenario and arm. */
export interface Prediction {
  readonly verifier: string;
  readonly environment: string;
  readonly owner: string | null;
  readonly scenario: Scenario;
  readonly arm: Arm;
  readonly bound: Bound;
  /** Mean when every cache phase is equally likely; `unknown` where no such mean exists. */
  readonly expected: Bound;
  /** The same while nothing can be fetched: neither key sets nor channels, from the moment that containment starts. */
  readonly degraded?: { readonly bound: Bound; readonly addends: readonly Addend[] };
  readonly tree: BoundTree;
  /** Leaves of the tree that the bound is made of, in order; `unbounded` when one of them is. */
  readonly addends: readonly Addend[];
  readonly cacheClass: CacheClass | null;
  /** Library and version, `jose 6.2.18`. */
  readonly product: string | null;
  /** What would make an unbounded prediction finite, in words; null when it is finite. */
  readonly wouldBeBoundedBy: string | null;
  readonly assumptions: readonly string[];
  /** Only the verifier's own share: waits that no Inventory declares are left out, so the whole can only be longer. */
  readonly partial?: boolean;
  /** Objective of the policy this verifier is held to. */
  readonly objective: { readonly policy: string; readonly max: Bound; readonly at: Location | null } | null;
  readonly verdict: 'within' | 'over' | 'unbounded' | 'unknown' | 'no-objective';
  readonly at: Location;
}
