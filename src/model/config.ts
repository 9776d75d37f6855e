import type { JwksFacts } from './key.ts';
import type { Location } from './location.ts';
import type { Bound } from './quantity.ts';

/**
 * What configuration files of real products say, in words that all products share. A fact that an adapter leaves out is
 * one the product or the file has nothing to say about: rules stay silent on it.
 */

/**
 * One setting with its origin.
 * - `explicit`: written at `at`.
 * - `default`: the product's default applies, because the setting is absent; `at` is the block that lacks it.
 * - `platform`: the product fixes it; there is no setting.
 * - `derived`: computed from other settings; `source` says how.
 * - `unknown`: templated, of a wrong type, or decided elsewhere. Has no value, so no rule can mistake it for one.
 */
export type ConfigFact<T> =
  | {
      readonly origin: 'explicit' | 'default' | 'platform' | 'derived';
      readonly value: T;
      readonly at: Location;
      /** Where the default is documented, or how the value came about; null for what is simply written. */
      readonly source: string | null;
      /** Versions of the product for which a default holds, as `>= 1.29`; null when it is not known to have changed. */
      readonly versions: string | null;
    }
  | { readonly origin: 'unknown'; readonly at: Location; readonly source: string };

/** The value of a fact; undefined for an absent or unknown one. */
export function knownValue<T>(fact: ConfigFact<T> | undefined): T | undefined {
  return fact === undefined || fact.origin === 'unknown' ? undefined : fact.value;
}

/** What one verifier, gateway or middleware does with a token. */
export interface VerifierValues {
  /** False for a decoder that trusts what it reads. */
  readonly signatureVerified: boolean;
  /** Accepted `iss` values; null when `iss` is not checked. */
  readonly issuers: readonly string[] | null;
  /** Accepted `aud` values; null when `aud` is not checked. */
  readonly audiences: readonly string[] | null;
  /** Accepted `sub` values, with `*` and `?` as patterns; null when any will do. */
  readonly subjects: readonly string[] | null;
  /** Algorithms it accepts; `from-key` takes the `alg` of the JWK, `any` all that fit the key. */
  readonly algorithms: readonly string[] | 'from-key' | 'any';
  /** False when an `exp` that is there is not looked at. */
  readonly expVerified: boolean;
  /** False when a token without `exp` is accepted. */
  readonly requiresExp: boolean;
  /** Cap on the life of a token by its claims; `unbounded` when there is none. */
  readonly maxLifetime: Bound;
  readonly leeway: Bound;
  readonly typVerified: boolean;
  readonly keySource: 'jwks' | 'discovery' | 'static' | 'shared-secret' | 'none';
  /** Where keys come from; null when the product finds it by discovery. */
  readonly jwksUri: string | null;
  readonly discoveryUrl: string | null;
  /**
   * Name of an issuer subject that it refers to inside the files, where no URL is written. One of another adapter has
   * the adapter in front, `aws-cognito/user pool main`, and stands in the same folder.
   */
  readonly issuerReference: string;
  readonly keyCacheTtl: Bound;
  /** Cache of the key set in front of the verifier's own: adds to it. */
  readonly upstreamKeyCacheTtl: Bound;
  readonly cooldown: Bound;
  readonly fetchTimeout: Bound;
  /** How long old keys go on working while the key set cannot be fetched: zero fails closed. */
  readonly staleOnError: Bound;
  readonly refetchOnUnknownKid: 'never' | 'throttled' | 'unthrottled';
  /** Decisions remembered per token; `unbounded` means until `exp`. */
  readonly verdictCacheTtl: Bound;
  /** Answers of the issuer remembered per token; `unbounded` means until `exp`. */
  readonly introspectionCacheTtl: Bound;
  /** False when certificates of the key server are not checked. */
  readonly tlsVerified: boolean;
  /** Hosts that keys may be fetched from are restricted (server-side request forgery). */
  readonly fetchRestricted: boolean;
  /** A request without a token passes. */
  readonly missingTokenAllowed: boolean;
  /** A request with a token that failed passes. */
  readonly failedTokenAllowed: boolean;
  /** Tokens are accepted in a query parameter. */
  readonly queryTokenAccepted: boolean;
  readonly forwardsToken: boolean;
  /** Headers it makes from claims, and whether a client's own copy is removed first. */
  readonly claimHeaders: { readonly names: readonly string[]; readonly stripped: boolean };
  /** `jku`, `x5u`, `jwk` or `x5c` of the token's header are followed. */
  readonly headerKeysTrusted: boolean;
  /** Life of a cookie session, connection or derived token made from a token. */
  readonly derivedSessionLifetime: Bound;
  /** How often such a session is checked against the issuer again; `unbounded` for never. */
  readonly derivedSessionRecheck: Bound;
  readonly senderConstraint: 'required' | 'optional' | 'none';
  /** Names of claims by which single tokens can be refused, by a native list or a rule. */
  readonly denylistClaims: readonly string[];
  /** An outage of the revocation or introspection channel lets tokens pass. */
  readonly revocationFailsOpen: boolean;
}

/** What one issuer (realm, tenant, user pool) hands out. */
export interface IssuerValues {
  /** The `iss` value; null when the file does not hold it. */
  readonly issuer: string | null;
  /** What the `iss` value ends with, where only the host is decided elsewhere: `/realms/acme`. */
  readonly issuerSuffix: string;
  readonly jwksUri: string | null;
  readonly accessTokenLifetime: Bound;
  readonly idTokenLifetime: Bound;
  /** Absolute end of a refresh token; `unbounded` when it never ends. */
  readonly refreshTokenLifetime: Bound;
  readonly refreshTokenIdle: Bound;
  readonly refreshRotation: boolean;
  /** How long, or how often, a rotated refresh token still works. */
  readonly refreshReuseGrace: Bound;
  readonly refreshReuseCount: number;
  readonly refreshReuseDetection: boolean;
  readonly sessionLifetime: Bound;
  readonly sessionIdle: Bound;
  readonly offlineSessionLifetime: Bound;
  readonly signingAlgorithms: readonly string[];
  readonly accessTokenFormat: 'jwt' | 'opaque';
  readonly keyRotationInterval: Bound;
  /** How long a new key is published before it signs. */
  readonly prepublish: Bound;
  /** How long an old key stays published after it stopped signing. */
  readonly passiveKeyRetention: Bound;
  readonly revocationEnabled: boolean;
  /** Revoking a refresh token ends its access tokens too. */
  readonly revokesAccessTokens: boolean;
  readonly httpsRequired: boolean;
  readonly audiences: readonly string[] | null;
}

/** One OAuth client of an issuer; its own settings win over the issuer's. */
export interface ClientValues {
  readonly clientId: string;
  /** It takes tokens and asks for none: its name is an audience. */
  readonly resourceServer: boolean;
  readonly public: boolean;
  /** Grant types by their registered names: `authorization_code`, `implicit`, `password`, `client_credentials`, ... */
  readonly grantTypes: readonly string[];
  readonly pkceRequired: boolean;
  readonly redirectUris: readonly string[];
  readonly accessTokenLifetime: Bound;
  readonly idTokenLifetime: Bound;
  readonly refreshTokenLifetime: Bound;
  readonly refreshTokenIdle: Bound;
  readonly refreshRotation: boolean;
  readonly refreshReuseGrace: Bound;
  readonly senderConstraint: 'required' | 'optional' | 'none';
  readonly signingAlgorithms: readonly string[];
  readonly revocationEnabled: boolean;
}

/** Whether requests on some paths need a token. */
export interface RouteValues {
  /** Path patterns in the product's own notation; `*` for all. */
  readonly paths: readonly string[];
  readonly methods: readonly string[] | null;
  readonly requirement: 'required' | 'optional' | 'none';
  /** An earlier rule takes every request that this one is for. */
  readonly unreachable: boolean;
}

/** A verifier library that a manifest or lock file names. */
export interface LibraryValues {
  readonly ecosystem: 'npm' | 'go' | 'pypi' | 'maven' | 'nuget' | 'rubygems' | 'cargo' | 'packagist';
  readonly package: string;
  /** Exact version; unknown when only a range is declared. */
  readonly version: string;
  /** The project itself asks for it; false when it came with another package. Left out where the file does not tell. */
  readonly direct: boolean;
}

type FactsOf<Values> = { readonly [Name in keyof Values]?: ConfigFact<Values[Name]> };

export type VerifierFactMap = FactsOf<VerifierValues>;
export type IssuerFactMap = FactsOf<IssuerValues>;
export type ClientFactMap = FactsOf<ClientValues>;
export type RouteFactMap = FactsOf<RouteValues>;
export type LibraryFactMap = FactsOf<LibraryValues>;

/**
 * A secret that stands in a file. The value itself is not kept.
 * - `hmac`: tokens are signed or verified with it
 * - `private-key`: a private signing key
 * - `decryption`: a private key that signs nothing
 * - `client`, `cookie`, `admin`: credentials of other kinds
 */
export interface ConfigSecret {
  readonly kind: 'hmac' | 'private-key' | 'decryption' | 'client' | 'cookie' | 'admin';
  /** `literal`: written here. `fallback`: the literal default of a placeholder. */
  readonly origin: 'literal' | 'fallback';
  /** Octets of the secret as the product uses it. */
  readonly octets: number;
  /** Description of the well-known list it stands in; null when it stands in none. */
  readonly wellKnown: string | null;
  /** Shannon entropy in bits per character. */
  readonly entropy: number;
  /** First 16 hex digits of its SHA-256: to find the same secret elsewhere in a run. Never printed. */
  readonly digest: string;
  /** HMAC algorithm it is used with, when the file says so. */
  readonly algorithm: string | null;
  readonly at: Location;
}

/** Something in a file that does not do what it seems to. */
export interface ConfigRemark {
  /**
   * - `unknown-setting`: the product ignores it
   * - `unit-suspect`: the number looks like one of another unit
   * - `ignored-setting`: known, but without effect beside another one
   * - `sample-value`: taken from a public example, its secret half is public
   * - `conflict`: two settings contradict each other
   * - `insecure-setting`: switches off a protection that no shared fact speaks of
   */
  readonly kind:
    'unknown-setting' | 'unit-suspect' | 'ignored-setting' | 'sample-value' | 'conflict' | 'insecure-setting';
  /** Lower case, no full stop; names the setting, never a secret. */
  readonly message: string;
  readonly at: Location;
}

interface Common<Kind extends string, Facts> {
  readonly kind: Kind;
  /** Id of the adapter. */
  readonly adapter: string;
  /** Name in the file, stable under reordering: `provider keycloak`, `client web`, `rule /orders`. */
  readonly name: string;
  readonly file: string;
  readonly at: Location;
  /** Overlay the facts hold for, such as a Spring profile or a .NET environment; null for the base. */
  readonly profile: string | null;
  readonly facts: Facts;
  readonly secrets: readonly ConfigSecret[];
  readonly remarks: readonly ConfigRemark[];
  /** What it is attached to, such as a namespace and labels, in the adapter's own words: for the adapter's `join` only. */
  readonly scope?: Readonly<Record<string, string>>;
}

export interface VerifierConfig extends Common<'verifier', VerifierFactMap> {
  /** Id of the product table of `predict` that describes its caches, with the version if the file tells; null if none. */
  readonly product: { readonly id: string; readonly version: string | null } | null;
  /** Keys written into the file, analysed like a key set. */
  readonly inlineKeys: readonly JwksFacts[];
}

export interface IssuerConfig extends Common<'issuer', IssuerFactMap> {
  readonly product: { readonly id: string; readonly version: string | null } | null;
  readonly inlineKeys: readonly JwksFacts[];
}

export interface ClientConfig extends Common<'client', ClientFactMap> {
  /** Name of the issuer subject of the same file that it belongs to; null when the file has none. */
  readonly issuer: string | null;
}

export interface RouteConfig extends Common<'route', RouteFactMap> {
  /** Names of the verifiers that guard it: subjects of the same adapter. */
  readonly verifiers: readonly string[];
}

export interface LibraryConfig extends Common<'library', LibraryFactMap> {
  /** Id of the product table of `predict` that describes what it does with keys, with the exact version; null if none. */
  readonly product: { readonly id: string; readonly version: string | null } | null;
}

/** One thing that a configuration file configures. */
export type ConfigSubject = VerifierConfig | IssuerConfig | ClientConfig | RouteConfig | LibraryConfig;

/** An issuer and a verifier that belong together, and what says so. */
export interface ConfigPair {
  readonly issuer: IssuerConfig;
  readonly verifier: VerifierConfig;
  readonly by: 'issuer' | 'jwks_uri' | 'reference';
}
