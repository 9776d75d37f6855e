import type { Bound } from '../model/quantity.ts';
import type { CacheClass } from '../model/prediction.ts';

/** A value with where it was read. */
export interface Sourced<T> {
  readonly value: T;
  /** `jose 6.2.18: dist/webapi/jwks/remote.js, cacheMaxAge`. */
  readonly source: string;
}

/** Settings of an inventory that a product understands. */
export type SettingName = 'keyCacheTtl' | 'cooldown' | 'fetchTimeout' | 'verdictCacheTtl' | 'leeway' | 'requiresExp';

/** What one product does with keys and verdicts, as data. */
export interface Product {
  /** The name inventories use. */
  readonly id: string;
  /** Versions whose source or behaviour was checked; the same major version is assumed to behave alike. */
  readonly checked: { readonly major: number; readonly versions: string };
  readonly cacheClass: CacheClass;
  /** What one cache entry holds. Only a whole set is replaced when a token under a new key arrives. */
  readonly scope: 'set' | 'kid' | 'token' | 'none';
  readonly keyCacheTtl: Sourced<Bound>;
  /** Whether an unknown kid makes it fetch, and how long it waits between two such fetches; null when it never does. */
  readonly cooldown: Sourced<Bound> | null;
  readonly fetchTimeout: Sourced<Bound>;
  readonly verdictCacheTtl: Sourced<Bound>;
  readonly leeway: Sourced<Bound>;
  readonly requiresExp: Sourced<boolean>;
  readonly settings: readonly SettingName[];
  /** For classes without a bound: what would give it one. */
  readonly wouldBeBoundedBy: string | null;
  /** How the behaviour was confirmed. */
  readonly confirmed: 'measured' | 'read in source';
  /** One sentence for people. */
  readonly behaviour: string;
}
