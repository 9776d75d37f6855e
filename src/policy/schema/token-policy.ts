import { SCENARIOS, TOKEN_CLASSES } from '../../model/policy.ts';
import type { Schema } from './common.ts';
import { choice, documentSchema, duration, flag, listOf, mapOf, members, name, setOf, text, whole } from './common.ts';

const TOKEN_CLASS: Schema = members('Limits for one class of token.', {
  present: flag('false forbids the class.'),
  format: choice('jwt, or opaque for reference tokens.', ['jwt', 'opaque']),
  typ: setOf('Accepted typ headers; "absent" allows none (RFC 9068 section 2.1).', text('Media type.')),
  algorithms: setOf('Accepted JWS algorithms, by their registered names (RFC 7518, RFC 9864).', text('alg value.')),
  audiences: setOf('Audiences this resource answers to (RFC 8725 section 3.9).', text('aud value.'), { minItems: 1 }),
  audience_match: choice('any: one of them is in aud; all: all are; exact: aud is this set.', ['any', 'all', 'exact']),
  lifetime: members('Life of a token.', {
    max: duration('Longest exp - iat.'),
    absolute_max: duration('Longest life of the family of a refresh token.'),
  }),
  max_age: duration('Longest now - iat.'),
  clock_skew: members('Leeway.', {
    max: duration('Longest difference of clocks to tolerate (RFC 7519 section 4.1.4).'),
  }),
  required_claims: setOf('Claims that must be present (RFC 9068 section 2.2).', text('Claim name.')),
  claim_values: mapOf('Accepted values per claim.', setOf('Values.', { type: 'string' })),
  crit: setOf('Critical header extensions that are understood (RFC 7515 section 4.1.11).', text('Header name.')),
  binding: members('Proof of possession.', {
    accept: setOf('Accepted methods; bearer means none.', choice('Method.', ['bearer', 'dpop', 'mtls', 'ip']), {
      minItems: 1,
    }),
    dpop: members('DPoP proofs (RFC 9449).', {
      signing_algorithms: setOf('Accepted proof algorithms.', text('alg value.')),
      max_proof_age: duration('Oldest proof.'),
      require_nonce: flag('A server nonce is needed (section 8).'),
      require_ath: flag('The proof names the token (section 4.2).'),
      replay_cache: choice('Whether a used proof is remembered.', ['required', 'optional']),
    }),
    mtls: members('Certificate binding (RFC 8705).', {
      ca_bundles: setOf('Files of accepted authorities.', text('Path.')),
    }),
    ip: members('Address binding.', { cidrs: setOf('Networks tokens may come from.', text('CIDR.')) }),
  }),
  rotation: members('Refresh token rotation (RFC 9700 section 4.14).', {
    one_time_use: flag('Each use gives a new token.'),
    reuse_detection: choice('What a second use does.', ['revoke_family', 'reject', 'off']),
  }),
});

/** JSON Schema of a TokenPolicy. */
export const TOKEN_POLICY_SCHEMA: Schema = documentSchema(
  'TokenPolicy',
  'What verifiers may accept and how fast a leak must end.',
  members('The policy.', {
    extends: listOf('Policies this one narrows, by name.', name('Policy name.')),
    final: setOf('Field paths that no waiver may loosen.', text('Path, tokens.access_token.algorithms.')),
    applies_to: members('Where it holds; everywhere when absent.', {
      environments: setOf('Environments.', text('Name.')),
      services: setOf('Services.', text('Name; one trailing * matches a prefix.')),
      routes: setOf('Routes.', text('Path; one trailing * matches a prefix.')),
      labels: mapOf('Labels.', { type: 'string' }),
    }),
    enforcement: choice('What a violation does.', ['enforce', 'warn', 'off']),
    issuers: listOf(
      'Trusted issuers.',
      members(
        'One issuer.',
        {
          issuer: text('Exact iss value (RFC 8414 section 3.3).'),
          discovery: choice('Which metadata document it has.', ['oidc', 'oauth', 'none']),
          jwks_uri: text('Where its keys are, when pinned.'),
        },
        ['issuer'],
      ),
      { minItems: 1 },
    ),
    tokens: members(
      'Limits per class of token.',
      Object.fromEntries(TOKEN_CLASSES.map((tokenClass) => [tokenClass, TOKEN_CLASS])),
    ),
    keys: members('Signing keys.', {
      min_rsa_bits: whole('Smallest RSA modulus.', 1024, 16384),
      curves: setOf('Accepted curves.', text('crv value.')),
      max_age: duration('Longest life of a key.'),
      rotation_interval: duration('Planned time between rotations.'),
      pre_publish: duration('Time between publishing a key and signing with it.'),
      overlap: duration('Time the old key stays published after signing with it stops.'),
      kid_required: flag('Tokens name their key.'),
      unknown_kid: choice('What an unknown kid does.', ['reject', 'refresh', 'try_all']),
      sources: setOf('Where keys may come from.', choice('Source.', ['jwks_uri', 'static', 'jku', 'x5u', 'jwk'])),
      storage: choice('Where private keys are kept.', ['hsm', 'kms', 'file', 'database']),
    }),
    jwks_cache: members('Caches of key sets.', {
      max_ttl: duration('Longest time a verifier may use a set without asking again.'),
      max_stale: duration('Longest time past that while the issuer does not answer.'),
      min_refresh_interval: duration('Shortest time between two fetches.'),
      refresh_on_unknown_kid: flag('An unknown kid makes the verifier ask again.'),
    }),
    revocation: members('How leaks end.', {
      objectives: members(
        'Longest time from knowing of a leak to nobody accepting it, per scenario.',
        Object.fromEntries(
          SCENARIOS.map((scenario) => [
            scenario,
            members(
              'Objective.',
              {
                max: duration('Longest time-to-revocation.'),
                of: choice('Over what the maximum is taken.', ['replicas', 'routes']),
              },
              ['max'],
            ),
          ]),
        ),
      ),
      channels: listOf(
        'Ways a revocation reaches verifiers.',
        members(
          'One channel.',
          {
            type: choice('Kind of channel.', [
              'denylist',
              'introspection',
              'status_list',
              'backchannel_logout',
              'ssf_caep',
              'jwks_removal',
              'short_lifetime',
              'redeploy',
            ]),
            endpoint: text('Where it is.'),
            keys: setOf('What an entry can name.', choice('Key.', ['jti', 'sid', 'sub', 'client_id', 'kid', 'token'])),
            poll_interval: duration('Time between polls.'),
            max_propagation: duration('Longest time until every verifier knows.'),
            fail_mode: choice('What verifiers do when it is down.', ['closed', 'open']),
          },
          ['type'],
        ),
      ),
    }),
    drills: listOf(
      'Drills that must have passed recently.',
      members(
        'One promise.',
        {
          drill: name('Drill name.'),
          every: duration('Longest time between two runs.'),
          environments: setOf('Where.', text('Name.')),
        },
        ['drill', 'every'],
      ),
    ),
  }),
);
