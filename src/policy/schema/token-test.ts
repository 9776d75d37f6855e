import { TOKEN_CLASSES } from '../../model/policy.ts';
import type { Schema } from './parts.ts';
import { TIME_PATTERN, choice, documentSchema, duration, flag, listOf, mapOf, members, name, text } from './parts.ts';

function time(description: string): Schema {
  return text(description, { pattern: TIME_PATTERN, examples: ['2026-11-23T09:00:00Z'] });
}

/** Circumstances that a decision can be asked about; the words of the counterexamples of `firebreak diff`. */
const CONTEXT: Schema = members('Circumstances of the use.', {
  now: time('The instant of this case, instead of at.'),
  route: text('Route it is shown at.', { examples: ['/v1/orders'] }),
  client_ip: text('Address of the client.', { examples: ['203.0.113.7'] }),
  proof: choice('Proof of possession that comes with it. A missing cnf is filled in so that it fits.', [
    'dpop',
    'mtls',
  ]),
  proof_key: choice(
    'Whose key made the proof: the one the token is bound to, or another, as a thief has.',
    ['token', 'other'],
    { default: 'token' },
  ),
  proof_algorithm: text('alg of the DPoP proof. Default: the first that the policy accepts.', { examples: ['ES256'] }),
  proof_age: duration('Age of the DPoP proof.', { default: '0s' }),
  proof_nonce: flag('The DPoP proof holds the nonce of the server.', { default: true }),
  proof_ath: flag('The DPoP proof names the token.', { default: true }),
});

const HEADER: Schema = mapOf('JOSE header.', {});

const CLAIMS: Schema = mapOf(
  'Claims. exp, nbf, iat and auth_time may be written from the instant of the case: -10s, +3m.',
  {},
);

const CASE: Schema = members(
  'One token and what must become of it.',
  {
    name: text('What it shows, unique among the cases.', { examples: ['bearer is refused'] }),
    token: choice('Class the token is used as.', [...TOKEN_CLASSES], { default: 'access_token' }),
    header: { ...HEADER, description: 'JOSE header; over that of base, null removes a member.' },
    claims: { ...CLAIMS, description: 'Claims; over those of base, null removes a claim.' },
    context: CONTEXT,
    expect: choice('What must become of it.', ['accept', 'reject']),
    reason: {
      type: ['string', 'array'],
      items: { type: 'string' },
      minLength: 1,
      minItems: 1,
      uniqueItems: true,
      description: 'Every dimension it must be rejected for, and no other: one, or a list.',
      examples: ['binding'],
    },
  },
  ['name', 'expect'],
);

/** JSON Schema of a TokenTest. */
export const TOKEN_TEST_SCHEMA: Schema = documentSchema(
  'TokenTest',
  'Tokens that a policy must accept or reject, with the reason.',
  members(
    'The test. It names either policy or target.',
    {
      policy: name('TokenPolicy that decides.', { examples: ['orders'] }),
      target: members('Where the token is shown; every policy that applies there decides, and waivers in force.', {
        environment: text('Environment.', { examples: ['prod'] }),
        service: text('Service.', { examples: ['orders'] }),
        route: text('Route.', { examples: ['/v1/orders'] }),
        labels: mapOf('Labels of the target.', { type: 'string' }),
      }),
      at: time('The instant that all cases are judged at.'),
      base: members('The token that every case starts from.', { header: HEADER, claims: CLAIMS }),
      cases: listOf('What must hold.', CASE, { minItems: 1 }),
    },
    ['at', 'cases'],
  ),
);
