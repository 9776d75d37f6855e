import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EffectivePolicy, TokenPolicySpec } from '../../src/model/policy.ts';
import { decide } from '../../src/policy/decide.ts';
import { meetPolicies } from '../../src/policy/meet-effective.ts';
import { resolvePolicies } from '../../src/policy/resolve.ts';
import { context, spec, token } from './arbitraries.ts';
import { policyDocument, resolved } from './documents.ts';

function effective(name: string, written: TokenPolicySpec): EffectivePolicy {
  const [policy] = resolvePolicies([policyDocument(name, written)]).policies;
  if (policy === undefined) throw new Error(`no policy ${name}`);
  return policy;
}

function meet(...policies: readonly EffectivePolicy[]): EffectivePolicy {
  const met = meetPolicies(policies);
  if (met === null) throw new Error('no policies');
  return met;
}

/** Issuers and audiences have no default, so a policy without them leaves them to the others. */
const declared = spec.map((written): TokenPolicySpec => ({
  issuers: [{ issuer: 'https://a' }, { issuer: 'https://b' }],
  ...written,
  tokens: { access_token: { audiences: ['orders', 'billing', 'mail'], ...written.tokens?.access_token } },
}));

const uses = fc.array(fc.tuple(token, context), { minLength: 8, maxLength: 8 });

describe('the meet of effective policies', () => {
  it('is idempotent, commutative and associative up to the digest', () => {
    fc.assert(
      fc.property(spec, spec, spec, (x, y, z) => {
        const [a, b, c] = [effective('a', x), effective('b', y), effective('c', z)];
        expect(meet(a, a).digest).toBe(a.digest);
        expect(meet(a, b).digest).toBe(meet(b, a).digest);
        expect(meet(meet(a, b), c).digest).toBe(meet(a, meet(b, c)).digest);
        expect(meet(a, b, c).digest).toBe(meet(meet(a, b), c).digest);
      }),
      { numRuns: 150 },
    );
  });

  it('accepts no token that one of the policies refuses', { timeout: 60_000 }, () => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(declared, declared, uses, (x, y, shown) => {
        const [a, b] = [effective('a', x), effective('b', y)];
        const both = meet(a, b);
        for (const [each, use] of shown) {
          const alone = [a, b].every((policy) => decide(policy, each, use).verdict === 'accept');
          const together = decide(both, each, use).verdict === 'accept';
          if (together && !leavesAddressOpen(a, b)) expect(alone).toBe(true);
          if (together) accepted += 1;
          else if (!alone) refused += 1;
        }
      }),
      { numRuns: 400, seed: 3 },
    );
    // The law is worth something only where both verdicts come up.
    expect(accepted).toBeGreaterThan(20);
    expect(refused).toBeGreaterThan(20);
  });

  it('accepts every token that all of them accept, where clocks agree and tokens have one audience', () => {
    let accepted = 0;
    fc.assert(
      fc.property(declared, declared, uses, (x, y, shown) => {
        const [a, b] = [effective('a', sameClock(x)), effective('b', sameClock(y))];
        const both = meet(a, b);
        for (const [each, use] of shown) {
          if (Array.isArray(each.claims['aud'])) continue;
          if (![a, b].every((policy) => decide(policy, each, use).verdict === 'accept')) continue;
          accepted += 1;
          expect(decide(both, each, use).violations).toEqual([]);
        }
      }),
      { numRuns: 400, seed: 5 },
    );
    expect(accepted).toBeGreaterThan(20);
  });

  it('keeps the word that was binding, with everything that was said', () => {
    const base = policyDocument('base', { tokens: { access_token: { lifetime: { max: '10m' } } } });
    const documents = [
      base,
      policyDocument('edge', { extends: ['base'], tokens: { access_token: { lifetime: { max: '5m' } } } }),
      policyDocument('orders', { extends: ['base'], issuers: [{ issuer: 'https://id' }] }),
    ];
    const both = meet(resolved('orders', documents), resolved('edge', documents));
    const { maxLifetime } = both.tokens.access_token ?? {};
    expect(both.name).toBe('edge + orders');
    expect(both.chain).toEqual(['edge', 'base', 'orders']);
    expect(maxLifetime?.value).toBe(300_000);
    expect(maxLifetime?.at?.file).toBe('policies/edge.yaml');
    expect(maxLifetime?.contributions.map(({ policy }) => policy)).toEqual(['base', 'edge']);
    // Edge declares no issuer, which leaves the choice to the others.
    expect(both.issuers.value.map(({ issuer }) => issuer)).toEqual(['https://id']);
  });

  it.for<{ name: string; one: TokenPolicySpec; other: TokenPolicySpec; pick: string; expected: unknown }>([
    {
      name: 'a default holds against a looser written value',
      one: { tokens: { access_token: {} } },
      other: { tokens: { access_token: { lifetime: { max: '1h' } } } },
      pick: 'tokens.access_token.maxLifetime.value',
      expected: 900_000,
    },
    {
      name: 'a class that one does not govern is the other one',
      one: { tokens: { refresh_token: { format: 'opaque' } } },
      other: { tokens: { access_token: { algorithms: ['ES384'] } } },
      pick: 'tokens.access_token.algorithms.value',
      expected: ['ES384'],
    },
    {
      name: 'curves that nobody writes follow from what is left',
      one: { jwks_cache: { max_ttl: '1m' } },
      other: { tokens: { access_token: { algorithms: ['ES384'] } } },
      pick: 'keys.curves.value',
      expected: ['P-384'],
    },
    {
      name: 'networks of one hold for both',
      one: { tokens: { access_token: { binding: { ip: { cidrs: ['10.0.0.0/8'] } } } } },
      other: { tokens: { access_token: {} } },
      pick: 'tokens.access_token.ipCidrs.value',
      expected: ['10.0.0.0/8'],
    },
    {
      name: 'two formats leave nothing of the class',
      one: { tokens: { access_token: { format: 'opaque' } } },
      other: { tokens: { access_token: { format: 'jwt' } } },
      pick: 'tokens.access_token.present.value',
      expected: false,
    },
    {
      name: 'two key addresses leave nothing of the issuer',
      one: { issuers: [{ issuer: 'https://a', jwks_uri: 'https://a/1' }] },
      other: { issuers: [{ issuer: 'https://a', jwks_uri: 'https://a/2' }] },
      pick: 'issuers.value',
      expected: [],
    },
    {
      name: 'objectives of both hold',
      one: { revocation: { objectives: { client: { max: '1m' }, signing_key: { max: '5m', of: 'routes' } } } },
      other: { revocation: { objectives: { signing_key: { max: '7m' } } } },
      pick: 'objectives.signing_key.of',
      expected: 'replicas',
    },
    {
      name: 'selectors meet',
      one: { applies_to: { services: ['pay*'] } },
      other: { applies_to: { services: ['payments', 'orders'] } },
      pick: 'appliesTo.services',
      expected: ['payments'],
    },
  ])('$name', ({ one, other, pick, expected }) => {
    const met = meet(effective('one', one), effective('other', other));
    expect(pick.split('.').reduce<unknown>((value, key) => Reflect.get(Object(value), key), met)).toEqual(expected);
  });

  it('merges channels of one name and keeps both promises of a drill', () => {
    const one = effective('one', {
      revocation: { channels: [{ type: 'denylist', poll_interval: '10s', keys: ['jti'] }] },
      drills: [{ drill: 'leak', every: '30d' }],
    });
    const other = effective('other', {
      revocation: {
        channels: [
          { type: 'denylist', poll_interval: '5s', keys: ['sid'], fail_mode: 'open' },
          { type: 'introspection' },
        ],
      },
      drills: [{ drill: 'leak', every: '7d' }],
    });
    const { channels, drills } = meet(one, other);
    expect(
      channels.map(({ type, keys, pollInterval, failMode }) => [type, keys, pollInterval?.value, failMode.value]),
    ).toEqual([
      ['denylist', ['jti', 'sid'], 5000, 'closed'],
      ['introspection', ['token'], undefined, 'closed'],
    ]);
    expect(drills.map(({ drill, every }) => `${drill} ${every / 86_400_000}d`)).toEqual(['leak 7d', 'leak 30d']);
  });
});

/** Where only one of them accepts an address in the place of a key, the networks of the other one are taken for both. */
function leavesAddressOpen(...policies: readonly EffectivePolicy[]): boolean {
  const written = policies.map(({ tokens }) => (tokens.access_token?.ipCidrs.contributions.length ?? 0) > 0);
  return written.includes(true) && written.includes(false);
}

function sameClock(written: TokenPolicySpec): TokenPolicySpec {
  const { access_token: access } = written.tokens ?? {};
  const binding = { ...access?.binding, accept: ['bearer' as const, 'dpop' as const, 'mtls' as const] };
  return { ...written, tokens: { access_token: { ...access, clock_skew: { max: '5s' }, binding } } };
}
