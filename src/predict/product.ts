import type { CacheClass } from '../model/prediction.ts';
import type { Bound } from '../model/quantity.ts';

/** A value with where it was read. */
export interface Sourced<T> {
  readonly value: T;
  /** `jose 6.2.18: dist/webapi/jwks/remote.js, cacheMaxAge`. */
  readonly source: string;
}

/** Settings of an inventory that a product may understand; `deployTime` and `requestGap` are facts of its surroundings. */
export const SETTING_NAMES = [
  'keyCacheTtl',
  'cooldown',
  'fetchTimeout',
  'verdictCacheTtl',
  'leeway',
  'requiresExp',
  'verifiesExp',
  'staleOnError',
  'lastKnownGood',
  'upstreamCacheTtl',
  'propagation',
] as const;

/** Those that count whatever the product is: somebody in front of it, or around it, can have them. */
export const SETTINGS_OF_ANYBODY: readonly SettingName[] = [
  'verdictCacheTtl',
  'upstreamCacheTtl',
  'verifiesExp',
  'staleOnError',
];

export type SettingName = (typeof SETTING_NAMES)[number];

/** What one product does with keys and verdicts, as data. Facts without a source are not facts. */
export interface Product {
  /** The name inventories use. */
  readonly id: string;
  /** The name people use. */
  readonly title: string;
  /** Null where no version matters, as for keys that are part of a configuration. */
  readonly checked: {
    /** The package whose version an inventory declares. */
    readonly package: string;
    /** Versions whose source was read or whose behaviour was measured, ascending. */
    readonly versions: readonly [string, ...string[]];
    /** Behaviour is assumed to be the same from here ... */
    readonly from: string;
    /** ... to before here: the next major version, or the first one known to differ. */
    readonly below: string;
    /** What it was checked together with. */
    readonly alongside: string | null;
  } | null;
  readonly confirmed:
    'measured and read in source' | 'measured' | 'read in source' | 'documented by the vendor' | 'by definition';
  readonly cacheClass: CacheClass;
  /** What one cache entry holds. Only a whole set is replaced when a token under a new key arrives. */
  readonly scope: 'set' | 'kid' | 'none';
  /** For class j the shortest time between two fetches; otherwise the time-to-live or interval. */
  readonly keyCacheTtl: Sourced<Bound>;
  /** Shortest time between two fetches for an unknown kid; null when an unknown kid never makes it fetch. */
  readonly cooldown: Sourced<Bound> | null;
  /** Longest single attempt to fetch the key set. */
  readonly fetchTimeout: Sourced<Bound>;
  readonly fetchAttempts: number;
  /**
   * How long, past the time-to-live, the old set is used while the key set cannot be fetched. Zero fails closed; `unbounded`
   * keeps the old set until a fetch succeeds.
   */
  readonly staleOnError: Sourced<Bound>;
  /** How long after a refresh a key that vanished is still tried; absent where a refresh ends it. */
  readonly lastKnownGood?: Sourced<Bound>;
  /** Share of the interval that a random delay adds to it at most, 0.05 for 5 %; absent where there is none. */
  readonly jitter?: Sourced<number>;
  /** Until a timer that runs by its own clock notices that the interval has passed; absent where there is none. */
  readonly window?: Sourced<Bound>;
  /** A second cache of the product's own between it and the issuer, in series; absent where there is none. */
  readonly upstreamCacheTtl?: Sourced<Bound>;
  /** From a new key set at the place that fetches it until every replica uses it; absent where each fetches for itself. */
  readonly propagation?: Sourced<Bound>;
  /**
   * What Cache-Control max-age of the key set does to the time-to-live: it is taken instead, or when it is longer. Absent
   * where the header is not read, and for class j, which has no time-to-live of its own.
   */
  readonly maxAge?: 'replaces' | 'extends';
  /** Sessions or connections that the product itself makes from a token, and whether they end when the token expires. */
  readonly session?: {
    readonly lifetime: Sourced<Bound>;
    readonly endsAtExp: boolean;
    /** What an inventory's derived_session_lifetime is called there. */
    readonly setting: string;
  };
  /** Whether exp is looked at; absent means that it is, when present. */
  readonly verifiesExp?: Sourced<boolean>;
  /** What must hold for the facts here to be the whole story. */
  readonly assumes?: readonly string[];
  readonly verdictCacheTtl: Sourced<Bound>;
  /**
   * Null when the product caches no verdicts; a cache of decisions that an inventory declares then stands in front of it
   * and knows nothing of exp. A cache inside the product ends at exp and is asked before any denylist.
   */
  readonly verdictCache: { readonly addsLeeway: boolean } | null;
  readonly leeway: Sourced<Bound>;
  readonly requiresExp: Sourced<boolean>;
  /** Settings that exist, by the product's own names for them. */
  readonly settings: Readonly<Partial<Record<SettingName, string>>>;
  /** For caches without a bound: what would give it one; completes "it would end by ...". */
  readonly wouldBeBoundedBy: string | null;
  /** One or two sentences for people. */
  readonly behaviour: string;
  /** What it does with the keys it has when a fetch fails. */
  readonly whenFetchFails: string;
}

/** What a token under an unknown kid does: nothing, a fetch at once, or a fetch not sooner than the cooldown allows. */
export function refetchOnUnknownKid({ cooldown }: Product): 'never' | 'throttled' | 'unthrottled' {
  if (cooldown === null) return 'never';
  return cooldown.value === 0 ? 'unthrottled' : 'throttled';
}
