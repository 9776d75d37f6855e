/** Schemas of the fields that policies limit; waivers and guardrails speak of the same fields. */
import type { TokenClass } from '../../model/policy.ts';
import { SCENARIOS, TOKEN_CLASSES } from '../../model/policy.ts';
import { showBound } from '../../model/quantity.ts';
import {
  CACHE_DEFAULTS,
  COMMON_TOKEN_DEFAULTS,
  KEY_DEFAULTS,
  OBJECTIVE_DEFAULTS,
  TOKEN_DEFAULTS,
} from '../defaults.ts';
import type { Schema } from './parts.ts';
import { choice, defined, duration, flag, listOf, mapOf, members, setOf, text, url, whole } from './parts.ts';

/** Defaults that differ between the classes, in words: "access_token 15m, refresh_token 8h". */
function perClass(valueOf: (tokenClass: TokenClass) => string): string {
  return `Default: ${TOKEN_CLASSES.map((tokenClass) => `${tokenClass} ${valueOf(tokenClass)}`).join(', ')}.`;
}

/** Defaults of the scenarios that have one. */
const OBJECTIVES_IN_WORDS: string = SCENARIOS.flatMap((scenario) => {
  const fallback = OBJECTIVE_DEFAULTS[scenario];
  return fallback === undefined ? [] : [`${scenario} ${showBound(fallback.value)}`];
}).join(', ');

const TOKEN = COMMON_TOKEN_DEFAULTS;

/** Limits for one class of token. */
export const TOKEN_CLASS: Schema = members('Limits for one class of token.', {
  present: flag('false forbids the class.', { default: TOKEN.present.value }),
  format: choice('jwt, or opaque for reference tokens.', ['jwt', 'opaque'], { default: TOKEN.format.value }),
  typ: setOf(
    `Accepted typ headers; "absent" allows none (RFC 9068 section 2.1). ${perClass((of) => TOKEN_DEFAULTS[of].typ.value.join(' or '))}`,
    text('Media type.', { examples: ['at+jwt'] }),
  ),
  algorithms: setOf(
    'Accepted JWS algorithms, by their registered names (RFC 7518, RFC 9864).',
    text('alg value.', { examples: ['ES256'] }),
    { default: TOKEN.algorithms.value },
  ),
  audiences: setOf(
    'Audiences this resource answers to (RFC 8725 section 3.9). There is no default: without one no token is accepted.',
    text('aud value.', { examples: ['https://api.example.com'] }),
    { minItems: 1 },
  ),
  audience_match: choice('any: one of them is in aud; all: all are; exact: aud is this set.', ['any', 'all', 'exact'], {
    default: TOKEN.audienceMatch.value,
  }),
  lifetime: members('Life of a token.', {
    max: duration(`Longest exp - iat. ${perClass((of) => showBound(TOKEN_DEFAULTS[of].maxLifetime.value))}`),
    absolute_max: duration(
      `Longest life of the family of a refresh token. ${perClass((of) => showBound(TOKEN_DEFAULTS[of].absoluteMaxLifetime.value))}`,
    ),
  }),
  max_age: duration('Longest now - iat. Default: lifetime.max.'),
  clock_skew: members('Leeway.', {
    max: duration('Longest difference of clocks to tolerate (RFC 7519 section 4.1.4).', {
      default: showBound(TOKEN.clockSkew.value),
    }),
  }),
  required_claims: setOf(
    `Claims that must be present (RFC 9068 section 2.2). ${perClass((of) => TOKEN_DEFAULTS[of].requiredClaims.value.join(' '))}`,
    text('Claim name.', { examples: ['jti'] }),
  ),
  claim_values: mapOf('Accepted values per claim.', setOf('Values.', { type: 'string' })),
  crit: setOf('Critical header extensions that are understood (RFC 7515 section 4.1.11).', text('Header name.'), {
    default: TOKEN.crit.value,
  }),
  binding: members('Proof of possession.', {
    accept: setOf('Accepted methods; bearer means none.', choice('Method.', ['bearer', 'dpop', 'mtls', 'ip']), {
      minItems: 1,
      default: TOKEN.bindingAccept.value,
    }),
    dpop: members('DPoP proofs (RFC 9449).', {
      signing_algorithms: setOf('Accepted proof algorithms.', text('alg value.'), {
        default: TOKEN.dpopAlgorithms.value,
      }),
      max_proof_age: duration('Oldest proof (section 11.1).', { default: showBound(TOKEN.dpopMaxProofAge.value) }),
      require_nonce: flag('A server nonce is needed (section 9).', { default: TOKEN.dpopRequireNonce.value }),
      require_ath: flag('The proof names the token (section 4.2).', { default: TOKEN.dpopRequireAth.value }),
      replay_cache: choice('Whether a used proof is remembered (section 11.1).', ['required', 'optional'], {
        default: TOKEN.dpopReplayCache.value,
      }),
    }),
    mtls: members('Certificate binding (RFC 8705).', {
      ca_bundles: setOf('Files of accepted authorities.', text('Path.')),
    }),
    ip: members('Address binding.', {
      cidrs: setOf('Networks tokens may come from.', text('CIDR.', { examples: ['10.0.0.0/8'] })),
    }),
  }),
  rotation: members('Refresh token rotation (RFC 9700 section 4.14).', {
    one_time_use: flag('Each use gives a new token.', { default: TOKEN.oneTimeUse.value }),
    reuse_detection: choice('What a second use does.', ['revoke_family', 'reject', 'off'], {
      default: TOKEN.reuseDetection.value,
    }),
  }),
});

/** One objective. */
export const OBJECTIVE: Schema = members(
  'Objective.',
  {
    max: duration('Longest time-to-revocation.', { examples: ['10m'] }),
    of: choice('Over what the maximum is taken.', ['replicas', 'routes'], { default: 'replicas' }),
  },
  ['max'],
);

/** Where a document holds. */
export const SCOPE: Schema = members('Where it holds; everywhere when absent.', {
  environments: setOf('Environments.', text('Name.')),
  services: setOf('Services.', text('Name; one trailing * matches a prefix.')),
  routes: setOf('Routes.', text('Path; one trailing * matches a prefix.')),
  labels: mapOf('Labels.', { type: 'string' }),
});

/** Trusted issuers. */
export const ISSUERS: Schema = listOf(
  'Trusted issuers.',
  members(
    'One issuer.',
    {
      issuer: text('Exact iss value (RFC 8414 section 3.3).', { examples: ['https://id.example.com/'] }),
      discovery: choice('Which metadata document it has.', ['oidc', 'oauth', 'none']),
      jwks_uri: url('Where its keys are, when pinned.'),
    },
    ['issuer'],
  ),
  { minItems: 1 },
);

/** Limits per class of token, by reference to `token_class`. */
export const TOKENS: Schema = members(
  'Limits per class of token.',
  Object.fromEntries(TOKEN_CLASSES.map((tokenClass) => [tokenClass, defined('token_class')])),
);

/** Objectives per scenario, by reference to `objective`. */
export const OBJECTIVES: Schema = members(
  `Longest time from knowing of a leak to nobody accepting it, per scenario. Default: ${OBJECTIVES_IN_WORDS}; the others have none.`,
  Object.fromEntries(SCENARIOS.map((scenario) => [scenario, defined('objective')])),
);

/** Signing keys. */
export const KEYS: Schema = members('Signing keys.', {
  min_rsa_bits: whole('Smallest RSA modulus (RFC 7518 section 3.3).', 1024, 16384, {
    default: KEY_DEFAULTS.minRsaBits.value,
  }),
  curves: setOf(
    'Accepted curves. Default: those of the accepted algorithms.',
    text('crv value.', { examples: ['P-256'] }),
  ),
  max_age: duration('Longest life of a key.', { default: showBound(KEY_DEFAULTS.maxAge.value) }),
  rotation_interval: duration('Planned time between rotations.', {
    default: showBound(KEY_DEFAULTS.rotationInterval.value),
  }),
  pre_publish: duration('Time between publishing a key and signing with it.', {
    default: showBound(KEY_DEFAULTS.prePublish.value),
  }),
  overlap: duration(
    'Time the old key stays published after signing with it stops. Default: lifetime.max + clock_skew.max + jwks_cache.max_ttl of the access token.',
  ),
  kid_required: flag('Tokens name their key.', { default: KEY_DEFAULTS.kidRequired.value }),
  unknown_kid: choice('What an unknown kid does.', ['reject', 'refresh', 'try_all'], {
    default: KEY_DEFAULTS.unknownKid.value,
  }),
  sources: setOf(
    'Where keys may come from (RFC 8725 section 3.10).',
    choice('Source.', ['jwks_uri', 'static', 'jku', 'x5u', 'jwk']),
    { default: KEY_DEFAULTS.sources.value },
  ),
  storage: choice('Where private keys are kept.', ['hsm', 'kms', 'file', 'database']),
});

/** Caches of key sets. */
export const JWKS_CACHE: Schema = members('Caches of key sets.', {
  max_ttl: duration('Longest time a verifier may use a set without asking again.', {
    default: showBound(CACHE_DEFAULTS.maxTtl.value),
  }),
  max_stale: duration('Longest time past that while the issuer does not answer.', {
    default: showBound(CACHE_DEFAULTS.maxStale.value),
  }),
  min_refresh_interval: duration('Shortest time between two fetches.', {
    default: showBound(CACHE_DEFAULTS.minRefreshInterval.value),
  }),
  refresh_on_unknown_kid: flag('An unknown kid makes the verifier ask again.', {
    default: CACHE_DEFAULTS.refreshOnUnknownKid.value,
  }),
});

/** The same fields for a document that permits or caps: it has no defaults, what it leaves out it does not speak of. */
export function withoutDefaults(schema: Schema): Schema {
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => key !== 'default')
      .map(([key, value]) => [key, key === 'description' ? withoutDefaultSentence(value) : plain(value)]),
  );
}

function plain(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? withoutDefaults({ ...value }) : value;
}

function withoutDefaultSentence(description: unknown): unknown {
  return typeof description === 'string'
    ? description.replace(/ (?:Default:|There is no default).*$/, '')
    : description;
}

/** The schema without one member, named by its path. */
export function withoutMember(schema: Schema, [first = '', ...rest]: readonly string[]): Schema {
  const properties = { ...(schema['properties'] as Readonly<Record<string, Schema>>) };
  const { [first]: member, ...others } = properties;
  const left =
    rest.length === 0 || member === undefined ? others : { ...properties, [first]: withoutMember(member, rest) };
  return { ...schema, properties: left };
}
