import type { Pointer } from './document.ts';
import type { Fact } from './fact.ts';
import type { Location } from './location.ts';
import type { Bound, Millis } from './quantity.ts';

/** What can leak. Objectives, predictions, drills and incidents are all keyed by it. */
export const SCENARIOS = [
  'signing_key',
  'access_token',
  'refresh_token',
  'hmac_secret',
  'client',
  'user_session',
] as const;

export type Scenario = (typeof SCENARIOS)[number];

export const TOKEN_CLASSES = ['access_token', 'refresh_token', 'id_token', 'assertion'] as const;

export type TokenClass = (typeof TOKEN_CLASSES)[number];

/** The shape of `spec` of a TokenPolicy as written; durations still text. Every field is optional until resolved. */
export interface TokenPolicySpec {
  readonly extends?: readonly string[];
  readonly final?: readonly string[];
  readonly applies_to?: {
    readonly environments?: readonly string[];
    readonly services?: readonly string[];
    readonly routes?: readonly string[];
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly enforcement?: 'enforce' | 'warn' | 'off';
  readonly issuers?: readonly {
    readonly issuer: string;
    readonly discovery?: 'oidc' | 'oauth' | 'none';
    readonly jwks_uri?: string;
  }[];
  readonly tokens?: { readonly [Class in TokenClass]?: TokenClassSpec };
  readonly issuance?: { readonly [Class in TokenClass]?: IssuedClassSpec };
  readonly keys?: KeysSpec;
  readonly jwks_cache?: {
    readonly max_ttl?: string;
    readonly max_stale?: string;
    readonly min_refresh_interval?: string;
    readonly refresh_on_unknown_kid?: boolean;
  };
  readonly revocation?: {
    readonly objectives?: { readonly [S in Scenario]?: { readonly max: string; readonly of?: 'replicas' | 'routes' } };
    readonly channels?: readonly {
      readonly type: ChannelType;
      readonly endpoint?: string;
      readonly keys?: readonly ChannelKey[];
      readonly poll_interval?: string;
      readonly max_propagation?: string;
      readonly fail_mode?: 'closed' | 'open';
    }[];
  };
  readonly drills?: readonly {
    readonly drill: string;
    readonly every: string;
    readonly environments?: readonly string[];
  }[];
}

export interface TokenClassSpec {
  readonly present?: boolean;
  readonly format?: 'jwt' | 'opaque';
  readonly typ?: readonly string[];
  readonly algorithms?: readonly string[];
  readonly audiences?: readonly string[];
  readonly audience_match?: 'any' | 'all' | 'exact';
  readonly lifetime?: { readonly max?: string; readonly absolute_max?: string };
  readonly max_age?: string;
  readonly clock_skew?: { readonly max?: string };
  readonly required_claims?: readonly string[];
  readonly claim_values?: Readonly<Record<string, readonly string[]>>;
  readonly crit?: readonly string[];
  readonly binding?: {
    readonly accept?: readonly BindingMethod[];
    readonly dpop?: {
      readonly signing_algorithms?: readonly string[];
      readonly max_proof_age?: string;
      readonly require_nonce?: boolean;
      readonly require_ath?: boolean;
      readonly replay_cache?: 'required' | 'optional';
    };
    readonly mtls?: { readonly ca_bundles?: readonly string[] };
    readonly ip?: { readonly cidrs?: readonly string[] };
  };
  readonly rotation?: {
    readonly one_time_use?: boolean;
    readonly reuse_detection?: 'revoke_family' | 'reject' | 'off';
  };
}

/** What issuers may mint of one class, in the words of its limits. */
export interface IssuedClassSpec {
  readonly typ?: readonly string[];
  readonly algorithms?: readonly string[];
  readonly audiences?: readonly string[];
  readonly lifetime?: { readonly max?: string };
  readonly required_claims?: readonly string[];
  readonly claim_values?: Readonly<Record<string, readonly string[]>>;
  readonly binding?: { readonly accept?: readonly BindingMethod[] };
}

export interface KeysSpec {
  readonly min_rsa_bits?: number;
  readonly curves?: readonly string[];
  readonly max_age?: string;
  readonly rotation_interval?: string;
  readonly pre_publish?: string;
  readonly overlap?: string;
  readonly kid_required?: boolean;
  readonly unknown_kid?: 'reject' | 'refresh' | 'try_all';
  readonly sources?: readonly KeySource[];
  readonly storage?: 'hsm' | 'kms' | 'file' | 'database';
}

export type KeySource = 'jwks_uri' | 'static' | 'jku' | 'x5u' | 'jwk';
export type BindingMethod = 'bearer' | 'dpop' | 'mtls' | 'ip';
export type ChannelKey = 'jti' | 'sid' | 'sub' | 'client_id' | 'kid' | 'token';
export type ChannelType =
  | 'denylist'
  | 'introspection'
  | 'status_list'
  | 'backchannel_logout'
  | 'ssf_caep'
  | 'jwks_removal'
  | 'short_lifetime'
  | 'redeploy';

/** One document's say on a value of an effective policy. */
export interface Contribution {
  readonly policy: string;
  readonly at: Location;
  readonly value: unknown;
}

/** An effective value with everything that was said about it; `at` of the fact is the one that was binding. */
export interface Resolved<T> extends Fact<T> {
  readonly contributions: readonly Contribution[];
}

export interface EffectiveTokenClass {
  readonly tokenClass: TokenClass;
  readonly present: Resolved<boolean>;
  readonly format: Resolved<'jwt' | 'opaque'>;
  /** `absent` as a member means that a token without `typ` is fine. Lower case, `application/` prefix removed. */
  readonly typ: Resolved<readonly string[]>;
  readonly algorithms: Resolved<readonly string[]>;
  readonly audiences: Resolved<readonly string[]>;
  readonly audienceMatch: Resolved<'any' | 'all' | 'exact'>;
  /** exp - iat */
  readonly maxLifetime: Resolved<Millis>;
  /** Refresh tokens: life of the family; others: unbounded. */
  readonly absoluteMaxLifetime: Resolved<Bound>;
  /** now - iat */
  readonly maxAge: Resolved<Bound>;
  readonly clockSkew: Resolved<Millis>;
  readonly requiredClaims: Resolved<readonly string[]>;
  readonly claimValues: Resolved<Readonly<Record<string, readonly string[]>>>;
  readonly crit: Resolved<readonly string[]>;
  readonly bindingAccept: Resolved<readonly BindingMethod[]>;
  readonly dpopAlgorithms: Resolved<readonly string[]>;
  readonly dpopMaxProofAge: Resolved<Millis>;
  readonly dpopRequireNonce: Resolved<boolean>;
  readonly dpopRequireAth: Resolved<boolean>;
  readonly dpopReplayCache: Resolved<'required' | 'optional'>;
  /** Files of the authorities whose client certificates count; any authority where nobody writes one. */
  readonly mtlsCaBundles: Resolved<readonly string[]>;
  readonly ipCidrs: Resolved<readonly string[]>;
  readonly oneTimeUse: Resolved<boolean>;
  readonly reuseDetection: Resolved<'revoke_family' | 'reject' | 'off'>;
}

/** What issuers may mint of a class of tokens. A value that nobody writes is the one that is accepted. */
export interface EffectiveIssuance {
  readonly tokenClass: TokenClass;
  readonly typ: Resolved<readonly string[]>;
  readonly algorithms: Resolved<readonly string[]>;
  readonly audiences: Resolved<readonly string[]>;
  /** exp - iat */
  readonly maxLifetime: Resolved<Millis>;
  /** Claims that every token carries. */
  readonly requiredClaims: Resolved<readonly string[]>;
  readonly claimValues: Resolved<Readonly<Record<string, readonly string[]>>>;
  readonly bindingAccept: Resolved<readonly BindingMethod[]>;
}

export interface EffectiveObjective {
  readonly scenario: Scenario;
  readonly max: Resolved<Millis>;
  readonly of: 'replicas' | 'routes';
}

export interface EffectiveChannel {
  readonly type: ChannelType;
  readonly endpoint: string | null;
  readonly keys: readonly ChannelKey[];
  readonly pollInterval: Fact<Millis> | null;
  readonly maxPropagation: Fact<Millis> | null;
  readonly failMode: Fact<'closed' | 'open'>;
  readonly at: Location;
}

/** Targets that a document selects; a trailing `*` makes a name a prefix. */
export interface PolicyScope {
  readonly environments: readonly string[] | 'all';
  readonly services: readonly string[] | 'all';
  readonly routes: readonly string[] | 'all';
  /** Labels a target must carry, all of them; empty when none are asked for. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A TokenPolicy after `extends` and defaults: the meet of every document in its chain. */
export interface EffectivePolicy {
  readonly name: string;
  readonly owner: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** Position of `metadata.name`. */
  readonly at: Location;
  readonly file: string;
  /** Names of the documents that took part, nearest first; the policy itself is the first. */
  readonly chain: readonly string[];
  readonly enforcement: Resolved<'enforce' | 'warn' | 'off'>;
  readonly appliesTo: PolicyScope;
  /** Fields that a document of the chain declared final, as paths below `spec`; no waiver may loosen them. */
  readonly final: readonly Contribution[];
  readonly issuers: Resolved<readonly { readonly issuer: string; readonly jwksUri: string | null }[]>;
  readonly tokens: Readonly<Partial<Record<TokenClass, EffectiveTokenClass>>>;
  /** Classes of which a document says what is minted; the others are not among them. No part of what is accepted. */
  readonly issuance: Readonly<Partial<Record<TokenClass, EffectiveIssuance>>>;
  readonly keys: {
    readonly minRsaBits: Resolved<number>;
    readonly curves: Resolved<readonly string[]>;
    readonly maxAge: Resolved<Millis>;
    readonly rotationInterval: Resolved<Millis>;
    readonly prePublish: Resolved<Millis>;
    /** Default: lifetime.max + clock skew + jwks_cache.max_ttl of the access token. */
    readonly overlap: Resolved<Millis>;
    readonly kidRequired: Resolved<boolean>;
    readonly unknownKid: Resolved<'reject' | 'refresh' | 'try_all'>;
    readonly sources: Resolved<readonly KeySource[]>;
  };
  readonly jwksCache: {
    readonly maxTtl: Resolved<Millis>;
    readonly maxStale: Resolved<Millis>;
    readonly minRefreshInterval: Resolved<Millis>;
    readonly refreshOnUnknownKid: Resolved<boolean>;
  };
  /** Only scenarios that the chain or the defaults speak of. */
  readonly objectives: Readonly<Partial<Record<Scenario, EffectiveObjective>>>;
  readonly channels: readonly EffectiveChannel[];
  readonly drills: readonly { readonly drill: string; readonly every: Millis; readonly at: Location }[];
  /** Position of any pointer of the policy's own document, for findings on what is missing. */
  readonly locate: (pointer: Pointer) => Location;
  /** sha256 over the canonical JSON of the effective values, lower-case hex. */
  readonly digest: string;
}
