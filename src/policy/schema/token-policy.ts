import { TOKEN_CLASSES } from '../../model/policy.ts';
import { ENFORCEMENT_DEFAULT } from '../defaults.ts';
import { ISSUERS, JWKS_CACHE, KEYS, OBJECTIVE, OBJECTIVES, SCOPE, TOKENS, TOKEN_CLASS } from './limits.ts';
import type { Schema } from './parts.ts';
import { choice, defined, documentSchema, duration, listOf, mapOf, members, name, setOf, text } from './parts.ts';
import { CHANNEL_KEYS, CHANNEL_TYPES } from './vocabulary.ts';

/** What issuers may mint of one class; the names are those of the limits. */
const ISSUED_CLASS: Schema = members('What issuers may mint of this class. A field that is left out is as in tokens.', {
  typ: setOf('typ headers they write; "absent" for none.', text('Media type.', { examples: ['at+jwt'] })),
  algorithms: setOf('Algorithms they sign with.', text('alg value.', { examples: ['ES256'] })),
  audiences: setOf('Audiences they write.', text('aud value.', { examples: ['https://api.example.com'] })),
  lifetime: members('Life of a token.', { max: duration('Longest exp - iat they write.') }),
  required_claims: setOf('Claims that are always in a token.', text('Claim name.', { examples: ['jti'] })),
  claim_values: mapOf('Values they write per claim.', setOf('Values.', { type: 'string' })),
  binding: members('Proof of possession.', {
    accept: setOf(
      'How tokens are bound; bearer means not at all.',
      choice('Method.', ['bearer', 'dpop', 'mtls', 'ip']),
      {
        minItems: 1,
      },
    ),
  }),
});

const ISSUANCE: Schema = members(
  'What issuers may mint, per class of token. It accepts nothing: it tells which change of the limits breaks tokens.',
  Object.fromEntries(TOKEN_CLASSES.map((tokenClass) => [tokenClass, defined('issued_class')])),
);

/** JSON Schema of a TokenPolicy. */
export const TOKEN_POLICY_SCHEMA: Schema = documentSchema(
  'TokenPolicy',
  'What verifiers may accept and how fast a leak must end.',
  members('The policy.', {
    extends: listOf('Policies this one narrows, by name.', name('Policy name.')),
    final: setOf('Field paths that no waiver may loosen.', text('Path, tokens.access_token.algorithms.')),
    applies_to: SCOPE,
    enforcement: choice('What a violation does.', ['enforce', 'warn', 'off'], { default: ENFORCEMENT_DEFAULT.value }),
    issuers: ISSUERS,
    tokens: TOKENS,
    issuance: ISSUANCE,
    keys: KEYS,
    jwks_cache: JWKS_CACHE,
    revocation: members('How leaks end.', {
      objectives: OBJECTIVES,
      channels: listOf(
        'Ways a revocation reaches verifiers.',
        members(
          'One channel.',
          {
            type: choice('Kind of channel.', CHANNEL_TYPES),
            endpoint: text('Where it is, as a URI.'),
            keys: setOf('What an entry can name. Default: what the type implies.', choice('Key.', CHANNEL_KEYS)),
            poll_interval: duration('Time between polls.'),
            max_propagation: duration('Longest time until every verifier knows.'),
            fail_mode: choice('What verifiers do when it is down.', ['closed', 'open'], { default: 'closed' }),
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
  { definitions: { token_class: TOKEN_CLASS, objective: OBJECTIVE, issued_class: ISSUED_CLASS } },
);
