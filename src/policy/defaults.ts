/**
 * Values that apply where a whole chain of policies is silent. They are applied once, to the resolved policy, so that
 * a base that says nothing about a field leaves its overlays free. Each names its source.
 */
import type { Fact } from '../model/fact.ts';
import { defaulted, derived, unknownFact } from '../model/fact.ts';
import type { BindingMethod, ChannelKey, ChannelType, KeySource, Scenario, TokenClass } from '../model/policy.ts';
import type { Bound, Millis } from '../model/quantity.ts';
import { millis, parseDuration } from '../model/quantity.ts';
import type { ClaimValues } from './meet.ts';

/** Where the defaults without an RFC are argued for. */
export const DEFAULTS_PAGE = 'docs/concepts-policies.md#defaults';

function duration(text: string): Millis {
  const parsed = parseDuration(text);
  if (parsed === undefined) throw new RangeError(`not a duration: ${text}`);
  return parsed;
}

const ours = <T>(value: T): Fact<T> => defaulted(value, DEFAULTS_PAGE);

/** Issuers and audiences have no default: an empty list of origin `unknown`, which `decide` lets nothing pass. */
export function missing<T>(what: string): Fact<readonly T[]> {
  return unknownFact([], `${DEFAULTS_PAGE}: ${what} have no default`);
}

export interface TokenDefaults {
  readonly typ: Fact<readonly string[]>;
  readonly maxLifetime: Fact<Millis>;
  readonly absoluteMaxLifetime: Fact<Bound>;
  readonly requiredClaims: Fact<readonly string[]>;
}

// A verifier of anything but access tokens keeps them out by their type (RFC 8725 section 3.12); `absent` stays,
// because OpenID Connect and RFC 7523 name no type.
const PLAIN_TYP: Fact<readonly string[]> = defaulted(['jwt', 'absent'], 'RFC 7519 section 5.1; RFC 8725 section 3.12');
const NO_ABSOLUTE: Fact<Bound> = ours('unbounded');

/** Defaults that depend on the class of token. */
export const TOKEN_DEFAULTS: Readonly<Record<TokenClass, TokenDefaults>> = {
  access_token: {
    typ: defaulted(['at+jwt'], 'RFC 9068 section 2.1'),
    maxLifetime: ours(duration('15m')),
    absoluteMaxLifetime: NO_ABSOLUTE,
    requiredClaims: defaulted(['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'], 'RFC 9068 section 2.2'),
  },
  refresh_token: {
    typ: PLAIN_TYP,
    maxLifetime: ours(duration('8h')),
    absoluteMaxLifetime: ours(duration('30d')),
    requiredClaims: ours(['iss', 'exp', 'iat']),
  },
  id_token: {
    typ: PLAIN_TYP,
    maxLifetime: ours(duration('15m')),
    absoluteMaxLifetime: NO_ABSOLUTE,
    requiredClaims: defaulted(['iss', 'sub', 'aud', 'exp', 'iat'], 'OpenID Connect Core 1.0 section 2'),
  },
  assertion: {
    typ: PLAIN_TYP,
    maxLifetime: ours(duration('5m')),
    absoluteMaxLifetime: NO_ABSOLUTE,
    requiredClaims: defaulted(['iss', 'sub', 'aud', 'exp'], 'RFC 7523 section 3'),
  },
};

/** One ECDSA, one RSASSA-PSS and one EdDSA algorithm, all asymmetric. */
const ALGORITHMS: Fact<readonly string[]> = defaulted(
  ['ES256', 'PS256', 'Ed25519'],
  'RFC 8725 section 3.2; RFC 7518 section 3.1; RFC 9864 section 2.2',
);

/** Defaults that are the same for every class of token. */
export const COMMON_TOKEN_DEFAULTS: {
  readonly present: Fact<boolean>;
  readonly format: Fact<'jwt' | 'opaque'>;
  readonly algorithms: Fact<readonly string[]>;
  readonly audienceMatch: Fact<'any' | 'all' | 'exact'>;
  readonly clockSkew: Fact<Millis>;
  readonly claimValues: Fact<ClaimValues>;
  readonly crit: Fact<readonly string[]>;
  readonly bindingAccept: Fact<readonly BindingMethod[]>;
  readonly dpopAlgorithms: Fact<readonly string[]>;
  readonly dpopMaxProofAge: Fact<Millis>;
  readonly dpopRequireNonce: Fact<boolean>;
  readonly dpopRequireAth: Fact<boolean>;
  readonly dpopReplayCache: Fact<'required' | 'optional'>;
  readonly mtlsCaBundles: Fact<readonly string[]>;
  readonly ipCidrs: Fact<readonly string[]>;
  readonly oneTimeUse: Fact<boolean>;
  readonly reuseDetection: Fact<'revoke_family' | 'reject' | 'off'>;
} = {
  present: ours(true),
  format: ours('jwt'),
  algorithms: ALGORITHMS,
  audienceMatch: defaulted('any', 'RFC 7519 section 4.1.3'),
  // The RFC allows "no more than a few minutes"; one is the least that unsynchronised clocks are usually given.
  clockSkew: defaulted(duration('60s'), 'RFC 7519 section 4.1.4'),
  claimValues: ours({}),
  crit: defaulted([], 'RFC 7515 section 4.1.11'),
  bindingAccept: defaulted(['bearer'], 'RFC 6750 section 1.2'),
  dpopAlgorithms: defaulted(['ES256', 'PS256', 'Ed25519'], 'RFC 9449 section 4.2'),
  dpopMaxProofAge: defaulted(duration('60s'), 'RFC 9449 section 11.1'),
  dpopRequireNonce: defaulted(false, 'RFC 9449 section 9'),
  dpopRequireAth: defaulted(true, 'RFC 9449 section 7.1'),
  dpopReplayCache: defaulted('required', 'RFC 9449 section 11.1'),
  mtlsCaBundles: ours([]),
  ipCidrs: ours([]),
  oneTimeUse: defaulted(true, 'RFC 9700 section 4.14.2'),
  reuseDetection: defaulted('revoke_family', 'RFC 9700 section 4.14.2'),
};

export const KEY_DEFAULTS: {
  readonly minRsaBits: Fact<number>;
  readonly curves: Fact<readonly string[]>;
  readonly maxAge: Fact<Millis>;
  readonly rotationInterval: Fact<Millis>;
  readonly prePublish: Fact<Millis>;
  readonly kidRequired: Fact<boolean>;
  readonly unknownKid: Fact<'reject' | 'refresh' | 'try_all'>;
  readonly sources: Fact<readonly KeySource[]>;
} = {
  minRsaBits: defaulted(2048, 'RFC 7518 sections 3.3 and 3.5'),
  curves: defaulted(['P-256'], 'RFC 7518 section 3.4'),
  maxAge: ours(duration('90d')),
  rotationInterval: ours(duration('30d')),
  prePublish: ours(duration('24h')),
  kidRequired: ours(true),
  unknownKid: ours('refresh'),
  sources: defaulted(['jwks_uri'], 'RFC 8725 section 3.10'),
};

export const CACHE_DEFAULTS: {
  readonly maxTtl: Fact<Millis>;
  readonly maxStale: Fact<Millis>;
  readonly minRefreshInterval: Fact<Millis>;
  readonly refreshOnUnknownKid: Fact<boolean>;
} = {
  maxTtl: ours(duration('5m')),
  maxStale: ours(millis(0)),
  minRefreshInterval: ours(duration('30s')),
  refreshOnUnknownKid: defaulted(true, 'OpenID Connect Core 1.0 section 10.1.1'),
};

export const ENFORCEMENT_DEFAULT: Fact<'enforce' | 'warn' | 'off'> = ours('enforce');

/** Objectives that hold without being written; the other scenarios have none. */
export const OBJECTIVE_DEFAULTS: Readonly<Partial<Record<Scenario, Fact<Millis>>>> = {
  signing_key: ours(duration('10m')),
  access_token: ours(duration('5m')),
};

/** What a channel can name when its document does not say. */
export const CHANNEL_KEYS: Readonly<Record<ChannelType, readonly ChannelKey[]>> = {
  // The identifier every RFC 9068 token carries.
  denylist: ['jti'],
  // RFC 7662 section 2.1 and the status list draft ask about one token.
  introspection: ['token'],
  status_list: ['token'],
  // OpenID Connect Back-Channel Logout 1.0 section 2.4: sub, sid or both.
  backchannel_logout: ['sub', 'sid'],
  ssf_caep: ['sub'],
  jwks_removal: ['kid'],
  short_lifetime: [],
  redeploy: ['kid'],
};

/** RFC 7518 section 3.4 and RFC 8812 section 3.2: each ECDSA algorithm has one curve. */
export const CURVE_OF_ALGORITHM: ReadonlyMap<string, string> = new Map([
  ['ES256', 'P-256'],
  ['ES384', 'P-384'],
  ['ES512', 'P-521'],
  ['ES256K', 'secp256k1'],
]);

/** Curves where no document names any: those of the ECDSA algorithms that documents allow, else the default. */
export function defaultCurves(algorithms: readonly string[]): Fact<readonly string[]> {
  const curves = [...new Set(algorithms.flatMap((alg) => CURVE_OF_ALGORITHM.get(alg) ?? []))].sort();
  if (curves.length === 0) return KEY_DEFAULTS.curves;
  return derived(curves, 'RFC 7518 section 3.4: the curves of the allowed algorithms');
}

/** How long a key must stay published after it signed its last token (OpenID Connect Core 1.0 section 10.1.1). */
export function defaultOverlap(lifetime: Millis, skew: Millis, cacheTtl: Millis): Fact<Millis> {
  return derived(
    millis(lifetime + skew + cacheTtl),
    `${DEFAULTS_PAGE}: lifetime.max + clock_skew.max + jwks_cache.max_ttl of the access token`,
  );
}

/** A token is as old as its lifetime when it expires, so without another limit that is its greatest age. */
export function defaultMaxAge(lifetime: Fact<Millis>): Fact<Bound> {
  return derived(lifetime.value, `${DEFAULTS_PAGE}: max_age = lifetime.max`, lifetime.at);
}
