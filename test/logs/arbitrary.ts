import * as fc from 'fast-check';
import type { TokenContext, UnverifiedToken } from '../../src/model/decision.ts';
import type { BindingMethod, EffectivePolicy, TokenClassSpec, TokenPolicySpec } from '../../src/model/policy.ts';
import { resolvePolicies } from '../../src/policy/resolve.ts';
import { policyDocument, resolved } from '../policy/documents.ts';

/** 2026-01-01T00:00:00Z in seconds. */
export const NOW = 1_767_225_600;

const some = (...items: readonly string[]) => fc.uniqueArray(fc.constantFrom(...items), { minLength: 1 });
const partly = <T>(members: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(members, { requiredKeys: [] });
const seconds = (...choices: readonly number[]) => fc.constantFrom(...choices).map((count) => `${count}s`);

const tokenClass: fc.Arbitrary<TokenClassSpec> = partly({
  typ: some('at+jwt', 'jwt', 'absent'),
  algorithms: some('ES256', 'ES384', 'PS256', 'EdDSA', 'Ed25519'),
  audiences: some('orders', 'billing', 'mail'),
  audience_match: fc.constantFrom('any' as const, 'all' as const, 'exact' as const),
  lifetime: fc.record({ max: seconds(60, 600) }),
  max_age: seconds(30, 600),
  clock_skew: fc.record({ max: seconds(0, 5) }),
  required_claims: some('iss', 'sub', 'jti', 'cnf', 'tier'),
  claim_values: fc.dictionary(fc.constantFrom('acr', 'tier'), some('a', 'b'), { maxKeys: 1 }),
  crit: some('x', 'y'),
  binding: partly({
    accept: fc.uniqueArray(fc.constantFrom('bearer' as const, 'dpop' as const, 'mtls' as const, 'ip' as const), {
      minLength: 1,
    }),
    dpop: partly({
      signing_algorithms: some('ES256', 'PS256'),
      max_proof_age: seconds(5, 30),
      require_nonce: fc.boolean(),
      require_ath: fc.boolean(),
    }),
    ip: fc.record({ cidrs: some('10.0.0.0/8', '10.0.0.0/9', '2001:db8::/32') }),
  }),
});

const spec: fc.Arbitrary<TokenPolicySpec> = fc
  .record({
    routes: fc.option(some('/v1/*', '/v1/orders'), { nil: undefined }),
    rules: tokenClass,
    keys: partly({
      kid_required: fc.boolean(),
      sources: fc.uniqueArray(fc.constantFrom('jwks_uri' as const, 'jwk' as const), { minLength: 1 }),
      curves: some('P-256', 'P-384'),
    }),
  })
  .map(({ routes, rules, keys }) => ({
    issuers: [{ issuer: 'https://a' }],
    ...(routes === undefined ? {} : { applies_to: { routes } }),
    tokens: { access_token: rules },
    keys,
  }));

/** Policies that write most dimensions down, with values that real tokens meet and miss. */
export const anyPolicy: fc.Arbitrary<EffectivePolicy> = spec.map((drawn) => {
  const [policy] = resolvePolicies([policyDocument('p', drawn)]).policies;
  if (policy === undefined) throw new Error('the policy did not resolve');
  return policy;
});

const one = (...choices: readonly string[]) => fc.constantFrom(...choices);

/** Policies that accept the usual line, or nearly so, and differ in one limit or another. */
export const mildPolicy = fc
  .record({
    algorithms: fc.constantFrom(['ES256'], ['ES256', 'ES384'], ['ES256', 'ES384', 'PS256']),
    lifetime: one('50s', '90s', '600s', '1200s'),
    maxAge: one('20s', '30s', '600s'),
    skew: one('0s', '3s', '5s', '60s'),
    required: fc.constantFrom(['iss'], ['iss', 'sub'], ['iss', 'sub', 'jti', 'client_id']),
    typ: fc.constantFrom(['at+jwt'], ['at+jwt', 'jwt'], ['at+jwt', 'absent']),
    accept: fc.constantFrom<BindingMethod[]>(['bearer'], ['bearer', 'dpop'], ['dpop', 'mtls', 'bearer']),
    cidrs: fc.constantFrom(null, null, ['10.0.0.0/9']),
    routes: fc.constantFrom(null, ['/v1/*'], ['/v1/orders', '/12/*']),
    issuers: fc.constantFrom(['https://a'], ['https://a', 'https://b']),
    audiences: fc.constantFrom(['orders'], ['orders', 'mail']),
    kid: fc.boolean(),
  })
  .map((drawn) =>
    resolved('p', [
      policyDocument('p', {
        issuers: drawn.issuers.map((issuer) => ({ issuer })),
        keys: { kid_required: drawn.kid, curves: ['P-256', 'P-384'] },
        ...(drawn.routes === null ? {} : { applies_to: { routes: drawn.routes } }),
        tokens: {
          access_token: {
            algorithms: drawn.algorithms,
            audiences: drawn.audiences,
            typ: drawn.typ,
            lifetime: { max: drawn.lifetime },
            max_age: drawn.maxAge,
            clock_skew: { max: drawn.skew },
            required_claims: drawn.required,
            binding: { accept: drawn.accept, ...(drawn.cidrs === null ? {} : { ip: { cidrs: drawn.cidrs } }) },
          },
        },
      }),
    ]),
  );

/** Mostly the usual value, so that tokens with one fault are the rule. */
function mostly(usual: unknown, ...odd: readonly unknown[]) {
  return fc.oneof({ weight: 30, arbitrary: fc.constant(usual) }, { weight: 2, arbitrary: fc.constantFrom(...odd) });
}

function members(arbitraries: Readonly<Record<string, fc.Arbitrary<unknown>>>) {
  return fc
    .record(arbitraries)
    .map((drawn) => Object.fromEntries(Object.entries(drawn).filter(([, value]) => value !== undefined)));
}

/** Tokens of which most are fine; odd types included. */
export const anyToken: fc.Arbitrary<UnverifiedToken> = fc.record({
  header: members({
    alg: mostly('ES256', 'ES384', 'PS256', 'EdDSA', 'none', 7, undefined),
    typ: mostly('at+jwt', 'JWT', undefined, 3),
    kid: mostly('k', '', undefined, 5),
    crit: mostly(undefined, ['x'], ['x', 'y'], 'x'),
    jwk: mostly(undefined, {}),
    x5c: mostly(undefined, []),
    x: mostly(1, undefined),
  }),
  claims: members({
    iss: mostly('https://a', 'https://b', 1),
    aud: mostly('orders', 'mail', ['orders', 'mail'], ['orders', 'other'], [], [1], undefined),
    sub: mostly('u', undefined, '', 4),
    jti: mostly('j', undefined, 5),
    client_id: mostly('c', undefined, 1),
    azp: mostly(undefined, 'c2'),
    tier: mostly('a', 'b', undefined, ['a', 'b'], null),
    acr: mostly('a', 'b', undefined),
    iat: mostly(NOW - 20, NOW - 400, NOW - 40, NOW + 4, 'x', undefined, 1e300),
    exp: mostly(NOW + 30, NOW - 4, NOW + 70, NOW + 500, 'x', undefined),
    nbf: mostly(undefined, NOW - 3, NOW + 4, 'x'),
    cnf: mostly(undefined, { jkt: 't' }, { 'x5t#S256': 't' }, { jkt: 'o' }, 1, {}, { jkt: 't', 'x5t#S256': 't' }),
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

/** Circumstances with a route and an address, sometimes with a proof. */
export const anyContext = fc.record(
  {
    now: fc.constant(NOW * 1000),
    tokenClass: fc.constantFrom('access_token' as const),
    route: fc.constantFrom('/v1/orders', '/v1/mail', '/v2'),
    clientIp: fc.constantFrom('10.0.0.1', '10.200.0.1', '2001:db8::1'),
    proof,
  },
  { requiredKeys: ['now', 'tokenClass', 'clientIp', 'route'] },
) satisfies fc.Arbitrary<TokenContext>;
