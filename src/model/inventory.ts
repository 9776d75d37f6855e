import type { ActionCall } from './drill.ts';
import type { Fact } from './fact.ts';
import type { Location } from './location.ts';
import type { Mechanism } from './mechanism.ts';
import type { ChannelKey, ChannelType } from './policy.ts';
import type { PoolDeclaration } from './pool.ts';
import type { Bound, Millis } from './quantity.ts';
import type { Day } from './waiver.ts';

/** What an environment is allowed to suffer. Only `lab` and `dev` need no confirmation. */
export type EnvironmentClass = 'lab' | 'dev' | 'staging' | 'prod';

export interface Environment {
  readonly name: string;
  readonly class: EnvironmentClass;
  /** Host names, `*.` wildcards and CIDRs that requests may go to; checked on the resolved address. */
  readonly allow: readonly string[];
  /** When drills may run here; absent where nothing but the class decides. */
  readonly drills?: DrillGuards;
  readonly at: Location;
}

/** A window of every week, within one day. Minutes since midnight; `to` is the first one after it. */
export interface DrillWindow {
  /** `mon` to `sun` */
  readonly days: readonly string[];
  readonly from: number;
  readonly to: number;
  /** Of the IANA time zone database. */
  readonly timeZone: string;
  readonly at: Location;
}

/** Conditions of an environment under which drills may run. */
export interface DrillGuards {
  /** Empty where any time is fine. */
  readonly windows: readonly DrillWindow[];
  readonly freezes: readonly { readonly from: Day; readonly until: Day; readonly reason: string }[];
  readonly safetyLever: string | null;
  /** People who must have approved the drill as it is. */
  readonly approvals: number;
}

/** Where one HTTP resource is. `lab://issuer/...`, `lab://admin`, `lab://<verifier>/...` name parts of the embedded lab. */
export interface Route {
  readonly url: string;
  readonly method: string;
  readonly at: Location;
}

/** Where the addresses behind the routes of a verifier are found. */
export type AddressSource =
  | { readonly from: 'dns' }
  | { readonly from: 'static'; readonly list: readonly string[] }
  | { readonly from: 'srv'; readonly name: string }
  | {
      readonly from: 'endpoint_slices';
      readonly service: string;
      readonly namespace: string | null;
      readonly context: string | null;
      /** Number or name; null for the first one of each slice. */
      readonly port: number | string | null;
    };

export interface AddressDeclaration {
  readonly source: AddressSource;
  /** How many there should be; null when nobody says. */
  readonly expected: number | null;
  readonly at: Location;
}

export interface IssuerDeclaration {
  readonly name: string;
  readonly environment: string;
  /** The `iss` value, compared as a string (RFC 8414 section 3.3). */
  readonly issuer: string;
  readonly jwksUri: string;
  readonly tokenEndpoint: string | null;
  readonly revocationEndpoint: string | null;
  readonly introspectionEndpoint: string | null;
  /** Where drills change keys: base URL of an admin interface; null when the issuer offers none. */
  readonly admin: string | null;
  /** D_act: time for a person or tool to act at the issuer. */
  readonly timeToAct: Fact<Bound>;
  /** D_remove: extra time until a key really leaves the JWKS (the second step of rotate, then revoke). */
  readonly removalDelay: Fact<Bound>;
  /** rho: time until all replicas of the issuer agree. */
  readonly replicaConvergence: Fact<Bound>;
  /** Freshness a shared cache in front of the JWKS may use: F, W_s, I_s. */
  readonly edge: {
    readonly maxAge: Fact<Bound>;
    readonly staleWhileRevalidate: Fact<Bound>;
    readonly staleIfError: Fact<Bound>;
  };
  readonly accessTokenLifetime: Fact<Bound>;
  readonly refreshToken: {
    readonly rotation: Fact<boolean>;
    readonly reuseDetection: Fact<'revoke_family' | 'reject' | 'off'>;
    /** g: how long a rotated refresh token still works. */
    readonly reuseGrace: Fact<Bound>;
    readonly absoluteLifetime: Fact<Bound>;
    readonly revokesAccessTokens: Fact<boolean>;
  };
  /** Configuration files that configure it. They are linted with the Inventory; what it declares is not read from them. */
  readonly configs?: readonly ConfigReference[];
  readonly at: Location;
}

/** A revocation channel that verifiers listen to. */
export interface ChannelDeclaration {
  readonly name: string;
  readonly type: ChannelType;
  readonly url: string | null;
  readonly keys: readonly ChannelKey[];
  readonly delivery: 'poll' | 'push';
  /** Replication lag of the store behind the channel. */
  readonly storeLag: Fact<Bound>;
  /** How long an entry stays on the list; null where nobody says. */
  readonly entryLifetime?: Fact<Bound> | null;
  readonly at: Location;
}

/** How one verifier uses one channel. */
export interface ChannelUse {
  readonly channel: string;
  /** P for polled channels; for pushed ones the reconcile interval P_rec, unbounded when there is none. */
  readonly interval: Fact<Bound>;
  /** K: local cache of "not revoked" answers. */
  readonly negativeCache: Fact<Bound>;
  /** I: introspection cache. */
  readonly positiveCache: Fact<Bound>;
  readonly fetchTimeout: Fact<Bound>;
  readonly failMode: Fact<'closed' | 'open'>;
  readonly at: Location;
}

/** A configuration file that a verifier is configured by. */
export interface ConfigReference {
  /** As findings show it, or relative to the file of the Inventory. */
  readonly file: string;
  /** Name of the block, as `firebreak lint` gives it; null for the only one. */
  readonly name: string | null;
  readonly at: Location;
}

/** A verifier as declared; what is not declared comes from the product table of `predict`. */
export interface VerifierDeclaration {
  readonly name: string;
  readonly owner: string | null;
  readonly environment: string;
  /** Name of an issuer of the inventory. */
  readonly issuer: string;
  /** Name of the TokenPolicy whose objectives this verifier must meet; null when none is named. */
  readonly policy: string | null;
  /** Product and version; null when unknown, then the prediction is unknown too. */
  readonly library: { readonly name: string; readonly version: string | null; readonly at: Location } | null;
  /** Explicit settings only; an absent one is null. Which of them a product has, its product table says. */
  readonly settings: {
    readonly keyCacheTtl: Fact<Bound> | null;
    readonly cooldown: Fact<Bound> | null;
    readonly fetchTimeout: Fact<Bound> | null;
    readonly verdictCacheTtl: Fact<Bound> | null;
    readonly leeway: Fact<Bound> | null;
    readonly requiresExp: Fact<boolean> | null;
    /** Whether exp is looked at, where a product leaves that to its configuration. */
    readonly verifiesExp?: Fact<boolean> | null;
    /** How long past its time-to-live the old key set is used while it cannot be fetched; zero fails closed. */
    readonly staleOnError?: Fact<Bound> | null;
    /** How long after a refresh a key that vanished is still tried. */
    readonly lastKnownGood?: Fact<Bound> | null;
    /** A second cache between this verifier and the issuer, such as a proxy_cache of its own. */
    readonly upstreamCacheTtl?: Fact<Bound> | null;
    /** From a new key set at the place that fetches it until every replica uses it. */
    readonly propagation?: Fact<Bound> | null;
    /** Longest time between two requests at one replica; bounds caches that answer the first late request from the old set. */
    readonly requestGap?: Fact<Bound> | null;
    /** D_cfg: how long a configuration change takes to reach every replica. */
    readonly deployTime: Fact<Bound> | null;
  };
  /** Configuration files that configure it, and the block in them when they hold several. */
  readonly configs?: readonly ConfigReference[];
  readonly channels: readonly ChannelUse[];
  readonly routes: readonly Route[];
  /** Absent where every address of a route is one verifier. */
  readonly pool?: PoolDeclaration;
  /** Absent where each route is one address. */
  readonly addresses?: AddressDeclaration;
  /** Made from configuration files alone: its bounds leave out what is unknown. */
  readonly isPartial?: true;
  /** S: derived cookie sessions or connections that outlive the token; zero when none are declared. */
  readonly derivedSessionLifetime: Fact<Bound>;
  readonly at: Location;
}

/** How something is done about a leak here: what `firebreak incident contain` runs. */
export interface ResponseDeclaration {
  readonly does: readonly Mechanism[];
  /** The channel that it puts an entry on; null for what is no entry of a channel. */
  readonly channel: string | null;
  /** The issuer at which it is done; null for what concerns every issuer of the inventory. */
  readonly issuer: string | null;
  /** Verifiers that it reaches; null for all. */
  readonly verifiers: readonly string[] | null;
  readonly call: ActionCall;
  readonly timeout: Millis;
  /** What its author says about making it twice; null for what the action knows of itself. */
  readonly isRepeatable: boolean | null;
  readonly at: Location;
}

/** How a legitimate client of an issuer gets a token: shows that users get in again. */
export interface FreshTokenDeclaration {
  readonly issuer: string;
  readonly obtain: ActionCall;
  readonly at: Location;
}

export interface Inventory {
  readonly name: string;
  readonly file: string;
  readonly environments: readonly Environment[];
  readonly issuers: readonly IssuerDeclaration[];
  readonly channels: readonly ChannelDeclaration[];
  readonly verifiers: readonly VerifierDeclaration[];
  /** What can be done about a leak, and how; nothing where nobody declares it. */
  readonly responses?: readonly ResponseDeclaration[];
  readonly freshTokens?: readonly FreshTokenDeclaration[];
}
