import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TokenContext, UnverifiedToken } from '../../src/model/decision.ts';
import type { EffectivePolicy, TokenClassSpec, TokenPolicySpec } from '../../src/model/policy.ts';
import { decide } from '../../src/policy/decide.ts';
import { resolvePolicies } from '../../src/policy/resolve.ts';
import type { PolicyDocument } from './documents.ts';
import { policyDocument } from './documents.ts';

const NOW = 1_767_225_600;

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

const tokenClass: fc.Arbitrary<TokenClassSpec> = partly({
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

const spec: fc.Arbitrary<TokenPolicySpec> = partly({
  applies_to: partly({ routes: some('/v1/*', '/v1/orders', '*') }),
  enforcement: fc.constantFrom('enforce' as const, 'warn' as const, 'off' as const),
  issuers: most('https://a', 'https://b').map((names) => names.map((issuer) => ({ issuer }))),
  tokens: fc.record({ access_token: tokenClass }),
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

const token: fc.Arbitrary<UnverifiedToken> = fc.record({
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

const context: fc.Arbitrary<TokenContext> = fc.record(
  {
    now: fc.constant(NOW * 1000),
    tokenClass: fc.constantFrom('access_token' as const),
    route: fc.constantFrom('/v1/orders', '/v1/mail', '/v2'),
    clientIp: fc.constantFrom('10.0.0.1', '10.0.0.2', '10.200.0.1', '2001:db8::1'),
    proof,
  },
  { requiredKeys: ['now', 'tokenClass', 'clientIp'] },
);

function policyNamed(name: string, documents: readonly PolicyDocument[]): EffectivePolicy {
  const policy = resolvePolicies(documents).policies.find((candidate) => candidate.name === name);
  if (policy === undefined) throw new Error(`no policy ${name}`);
  return policy;
}

describe('laws of composition', () => {
  it('forbids in each dimension whatever one document of the chain, taken alone, forbids', { timeout: 30_000 }, () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        spec,
        spec,
        spec,
        fc.array(fc.tuple(token, context), { minLength: 8, maxLength: 8 }),
        (a, b, own, uses) => {
          const bases = [policyDocument('a', a), policyDocument('b', b)];
          const effective = policyNamed('leaf', [...bases, policyDocument('leaf', { ...own, extends: ['a', 'b'] })]);
          const alone = [...bases, policyDocument('own', own)].map((document) =>
            policyNamed(document.name, [document]),
          );
          for (const [shown, use] of uses) {
            const violated = new Set(decide(effective, shown, use).violations.map(({ dimension }) => dimension));
            for (const { dimension, from } of alone.flatMap((ancestor) => decide(ancestor, shown, use).violations)) {
              // What an ancestor leaves open is no limit of its own: defaults apply to the resolved policy only.
              if (from.origin !== 'explicit') continue;
              seen.add(dimension);
              expect(violated).toContain(dimension);
            }
          }
        },
      ),
      { numRuns: 200, seed: 1 },
    );
    // The law is worth something only where documents did forbid something.
    expect([...seen].sort()).toEqual([
      'algorithm',
      'audience',
      'binding',
      'claim_value',
      'crit',
      'dpop',
      'expired',
      'ip',
      'issuer',
      'key_source',
      'key_strength',
      'kid',
      'lifetime',
      'max_age',
      'not_yet_valid',
      'required_claim',
      'route',
      'token_class',
      'typ',
    ]);
  });

  it('does not depend on the order of two bases, but for problems that name them', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(spec, spec, spec, (a, b, own) => {
        const bases = [policyDocument('a', a), policyDocument('b', b)];
        const one = policyNamed('leaf', [...bases, policyDocument('leaf', { ...own, extends: ['a', 'b'] })]);
        const other = policyNamed('leaf', [...bases, policyDocument('leaf', { ...own, extends: ['b', 'a'] })]);
        expect(one.digest).toBe(other.digest);
      }),
      { numRuns: 80 },
    );
  });

  it('does not depend on how a chain is grouped', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(spec, spec, spec, (a, b, c) => {
        const flat = policyNamed('leaf', [
          policyDocument('a', a),
          policyDocument('b', b),
          policyDocument('c', c),
          policyDocument('leaf', { extends: ['a', 'b', 'c'] }),
        ]);
        const nested = policyNamed('leaf', [
          policyDocument('a', a),
          policyDocument('b', b),
          policyDocument('ab', { extends: ['a', 'b'] }),
          policyDocument('leaf', { ...c, extends: ['ab'] }),
        ]);
        expect(nested.digest).toBe(flat.digest);
      }),
      { numRuns: 80 },
    );
  });

  it('changes nothing by extending a policy twice or writing it again', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(spec, (a) => {
        const again = [
          policyDocument('a', a),
          policyDocument('b', a),
          policyDocument('leaf', { ...a, extends: ['a', 'b', 'a'] }),
        ];
        expect(policyNamed('leaf', again).digest).toBe(policyNamed('a', again).digest);
        expect(resolvePolicies(again).problems).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });

  it('does not depend on the order of the documents', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(spec, fc.uniqueArray(fc.nat(6), { maxLength: 3 })), { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.nat()),
        (drafts, order) => {
          const documents = drafts.map(([draft, bases], index) =>
            policyDocument(`p${index}`, { ...draft, extends: bases.map((base) => `p${base}`) }),
          );
          const shuffled = documents
            .map((document) => ({ document, key: order.next().value ?? 0 }))
            .sort((x, y) => x.key - y.key)
            .map(({ document }) => document);
          const one = resolvePolicies(documents);
          const other = resolvePolicies(shuffled);
          expect(JSON.stringify(other)).toBe(JSON.stringify(one));
        },
      ),
      { numRuns: 80 },
    );
  });
});

describe('decide', () => {
  it('never throws, whatever stands in a token', () => {
    const policy = policyNamed('p', [
      policyDocument('p', {
        tokens: {
          access_token: {
            audiences: ['orders'],
            claim_values: { acr: ['a'] },
            max_age: '5m',
            binding: { accept: ['bearer', 'dpop'] },
          },
        },
      }),
    ]);
    const odd = fc.oneof(fc.jsonValue(), fc.double(), fc.bigInt(), fc.constant(undefined));
    const members = fc.dictionary(
      fc.constantFrom(
        'alg',
        'typ',
        'kid',
        'crit',
        'jwk',
        'iss',
        'aud',
        'exp',
        'nbf',
        'iat',
        'sub',
        'jti',
        'cnf',
        'acr',
        '__proto__',
        'constructor',
      ),
      odd,
    );
    fc.assert(
      fc.property(members, members, (header, claims) => {
        expect(decide(policy, { header, claims }, { now: NOW * 1000, tokenClass: 'access_token' }).verdict).toBe(
          'reject',
        );
      }),
      { numRuns: 500 },
    );
  });
});
