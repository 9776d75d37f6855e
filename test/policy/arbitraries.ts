/** Random policies and random uses of tokens that now and then satisfy them. */
import * as fc from 'fast-check';
import type { TokenContext, UnverifiedToken } from '../../src/model/decision.ts';
import type { TokenClassSpec, TokenPolicySpec } from '../../src/model/policy.ts';

/** Seconds since the epoch. */
export const NOW = 1_767_225_600;

function some(...items: readonly string[]) {
  return fc.uniqueArray(fc.constantFrom(...items), { minLength: 1, maxLength: items.length });
}

/** All of them but at most one, so that three documents often leave something in common. */
function most(...items: readonly string[]) {
  return fc.uniqueArray(fc.constantFrom(...items), { minLength: items.length - 1, maxLength: items.length });
}

/** Leaves members out as often as it writes them: silence is the top of every lattice. */
function partly<T>(members: { [K in keyof T]: fc.Arbitrary<T[K]> }) {
  return fc.record(members, { requiredKeys: [] });
}

const seconds = (...choices: readonly number[]) => fc.constantFrom(...choices).map((count) => `${count}s`);
const methods = fc.uniqueArray(fc.constantFrom('bearer' as const, 'dpop' as const, 'mtls' as const, 'ip' as const), {
  minLength: 3,
});
const sources = fc.uniqueArray(fc.constantFrom('jwks_uri' as const, 'jwk' as const, 'jku' as const), { minLength: 1 });

/** Limits of one class, or what a waiver permits of one. */
export const tokenClass: fc.Arbitrary<TokenClassSpec> = partly({
  present: fc.constantFrom(true, true, true, false),
  typ: most('at+jwt', 'application/AT+JWT', 'jwt', 'absent'),
  algorithms: most('ES256', 'ES384', 'PS256', 'EdDSA', 'Ed25519'),
  audiences: most('orders', 'billing', 'mail'),
  audience_match: fc.constantFrom('any' as const, 'all' as const, 'exact' as const),
  lifetime: fc.record({ max: seconds(60, 600, 900) }),
  max_age: seconds(30, 300, 600),
  clock_skew: fc.record({ max: seconds(0, 5, 60) }),
  required_claims: some('iss', 'sub', 'jti'),
  claim_values: fc.dictionary(fc.constantFrom('acr', 'tier'), most('a', 'b', 'c'), { maxKeys: 1 }),
  crit: some('x', 'y'),
  binding: partly({
    accept: methods,
    dpop: partly({
      signing_algorithms: some('ES256', 'PS256'),
      max_proof_age: seconds(5, 30),
      require_nonce: fc.boolean(),
      require_ath: fc.boolean(),
    }),
    ip: fc.record({ cidrs: some('10.0.0.0/8', '10.0.0.0/9', '::ffff:10.0.0.0/112', '2001:db8::/32') }),
  }),
});

export const spec: fc.Arbitrary<TokenPolicySpec> = partly({
  applies_to: partly({ routes: some('/v1/*', '/v1/orders', '*') }),
  enforcement: fc.constantFrom('enforce' as const, 'warn' as const, 'off' as const),
  issuers: most('https://a', 'https://b').map((names) => names.map((issuer) => ({ issuer }))),
  tokens: fc.record({ access_token: tokenClass }),
  issuance: partly({
    access_token: partly({
      algorithms: most('ES256', 'ES384', 'EdDSA'),
      lifetime: fc.record({ max: seconds(60, 600) }),
      required_claims: some('jti', 'sid'),
    }),
  }),
  keys: partly({
    kid_required: fc.boolean(),
    sources,
    curves: most('P-256', 'P-384'),
    min_rsa_bits: fc.constantFrom(2048, 3072),
    unknown_kid: fc.constantFrom('reject' as const, 'refresh' as const, 'try_all' as const),
  }),
  jwks_cache: partly({ max_ttl: seconds(5, 300), refresh_on_unknown_kid: fc.boolean() }),
  revocation: partly({
    objectives: fc.record({ signing_key: fc.record({ max: seconds(10, 600) }) }),
    channels: fc.array(
      fc.record(
        {
          type: fc.constantFrom('denylist' as const, 'introspection' as const),
          poll_interval: seconds(1, 10),
          fail_mode: fc.constantFrom('closed' as const, 'open' as const),
        },
        { requiredKeys: ['type'] },
      ),
      { maxLength: 2 },
    ),
  }),
});

/** Mostly the usual value, now and then an odd one; undefined means that the member is left out. */
function mostly(usual: unknown, ...odd: readonly unknown[]) {
  return fc.oneof({ weight: 8, arbitrary: fc.constant(usual) }, { weight: 2, arbitrary: fc.constantFrom(...odd) });
}

function members(arbitraries: Readonly<Record<string, fc.Arbitrary<unknown>>>) {
  return fc
    .record(arbitraries)
    .map((drawn) => Object.fromEntries(Object.entries(drawn).filter(([, value]) => value !== undefined)));
}

export const token: fc.Arbitrary<UnverifiedToken> = fc.record({
  header: members({
    alg: mostly('ES256', 'ES384', 'PS256', 'EdDSA', 'Ed25519', 'none'),
    typ: mostly('at+jwt', 'JWT', undefined),
    kid: mostly('k', '', undefined),
    crit: mostly(undefined, ['x'], ['x', 'y']),
    jwk: mostly(undefined, {}),
    x: fc.constant(1),
    y: fc.constant(1),
  }),
  claims: members({
    iss: mostly('https://a', 'https://b'),
    aud: mostly('orders', 'mail', ['orders', 'mail'], ['orders', 'other'], []),
    sub: mostly('u', undefined),
    jti: fc.constant('j'),
    client_id: fc.constant('c'),
    tier: mostly('a', 'b', undefined),
    acr: mostly('a', 'b', undefined),
    iat: mostly(NOW - 20, NOW - 400, NOW - 40, NOW + 4),
    exp: mostly(NOW + 30, NOW - 4, NOW + 70, NOW + 500),
    nbf: mostly(undefined, NOW - 3, NOW + 4),
    cnf: mostly(undefined, { jkt: 't' }, { 'x5t#S256': 't' }),
  }),
});

const proof = fc.oneof(
  fc.record({
    kind: fc.constant('dpop' as const),
    jkt: fc.constant('t'),
    alg: fc.constantFrom('ES256', 'PS256'),
    issuedAt: fc.constantFrom((NOW - 20) * 1000, NOW * 1000),
    hasNonce: fc.boolean(),
    hasAth: fc.boolean(),
  }),
  fc.constant({ kind: 'mtls' as const, thumbprint: 't' }),
);

export const context: fc.Arbitrary<TokenContext> = fc.record(
  {
    now: fc.constant(NOW * 1000),
    tokenClass: fc.constantFrom('access_token' as const),
    route: fc.constantFrom('/v1/orders', '/v1/mail', '/v2'),
    clientIp: fc.constantFrom('10.0.0.1', '10.0.0.2', '10.200.0.1', '2001:db8::1'),
    proof,
  },
  { requiredKeys: ['now', 'tokenClass', 'clientIp'] },
);
