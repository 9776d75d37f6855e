import { describe, expect, it } from 'vitest';
import type { TokenPolicySpec } from '../../src/model/policy.ts';
import { documentText, estateOf } from './estate.ts';

const GUARDRAIL = {
  name: 'org-ceiling',
  spec: {
    applies_to: { environments: ['prod'] },
    ceiling: {
      tokens: {
        access_token: {
          lifetime: { max: '1h' },
          algorithms: ['ES256', 'PS256', 'Ed25519'],
          required_claims: ['jti'],
          audience_match: 'all',
          binding: { ip: { cidrs: ['10.0.0.0/8'] } },
        },
      },
      keys: { min_rsa_bits: 2048 },
      revocation: { objectives: { client: { max: '1h' } } },
    },
  },
};

const WITHIN = {
  tokens: { access_token: { audience_match: 'exact', binding: { ip: { cidrs: ['10.1.0.0/16'] } } } },
  revocation: { objectives: { client: { max: '30m' } } },
} satisfies TokenPolicySpec;

function over(policies: Readonly<Record<string, TokenPolicySpec>>, waiver?: unknown): readonly string[] {
  const { estate, problems } = estateOf({
    'guardrail.json': documentText('Guardrail', GUARDRAIL),
    ...Object.fromEntries(
      Object.entries(policies).map(([name, spec]) => [`${name}.json`, documentText('TokenPolicy', { name, spec })]),
    ),
    ...(waiver === undefined ? {} : { 'waiver.json': documentText('Waiver', { name: 'legacy', spec: waiver }) }),
  });
  expect(problems).toEqual([]);
  return (estate.overGuardrails ?? []).map(
    (each) =>
      `${each.waiver ?? each.policy} ${each.path}: ${each.value}${each.isDefault ? ' (default)' : ''} over ${each.ceiling} at ${each.at.file}:${each.at.line}, ceiling at ${each.ceilingAt.file}:${each.ceilingAt.line}`,
  );
}

describe('a guardrail', () => {
  it('says nothing of a policy that keeps to it', () => {
    expect(over({ orders: WITHIN })).toEqual([]);
  });

  it.for<{ name: string; spec: TokenPolicySpec; says: string }>([
    {
      name: 'a longer lifetime',
      spec: { tokens: { access_token: { ...WITHIN.tokens.access_token, lifetime: { max: '2h' } } } },
      says: 'orders tokens.access_token.lifetime.max: 2h over 1h at orders.json:20, ceiling at guardrail.json:18',
    },
    {
      name: 'an algorithm more',
      spec: { tokens: { access_token: { ...WITHIN.tokens.access_token, algorithms: ['ES256', 'RS256'] } } },
      says: 'orders tokens.access_token.algorithms: ES256, RS256 over ES256, PS256, Ed25519 at orders.json:19, ceiling at guardrail.json:20',
    },
    {
      name: 'a claim that is not required',
      spec: { tokens: { access_token: { ...WITHIN.tokens.access_token, required_claims: ['iss'] } } },
      says: 'orders tokens.access_token.required_claims: iss over jti at orders.json:19, ceiling at guardrail.json:25',
    },
    {
      name: 'a wider network',
      spec: { tokens: { access_token: { audience_match: 'exact', binding: { ip: { cidrs: ['10.0.0.0/7'] } } } } },
      says: 'orders tokens.access_token.binding.ip.cidrs: 10.0.0.0/7 over 10.0.0.0/8 at orders.json:14, ceiling at guardrail.json:31',
    },
    {
      name: 'no network at all',
      spec: { tokens: { access_token: { audience_match: 'exact' } } },
      says: 'orders tokens.access_token.binding.ip.cidrs: no limit (default) over 10.0.0.0/8 at orders.json:5, ceiling at guardrail.json:31',
    },
    {
      name: 'a default',
      spec: { tokens: { access_token: { binding: WITHIN.tokens.access_token.binding } } },
      says: 'orders tokens.access_token.audience_match: any (default) over all at orders.json:5, ceiling at guardrail.json:28',
    },
    {
      name: 'smaller keys',
      spec: { ...WITHIN, keys: { min_rsa_bits: 1024 } },
      says: 'orders keys.min_rsa_bits: 1024 over 2048 at orders.json:29, ceiling at guardrail.json:39',
    },
    {
      name: 'a missing objective',
      spec: { tokens: WITHIN.tokens, revocation: {} },
      says: 'orders revocation.objectives.client.max: no objective (default) over 1h at orders.json:5, ceiling at guardrail.json:44',
    },
  ])('is overstepped by $name', ({ spec, says }) => {
    expect(over({ orders: { ...WITHIN, ...spec } })).toEqual([says]);
  });

  it('is not about other environments or forbidden classes', () => {
    const loose = { access_token: { lifetime: { max: '9h' } } };
    expect(over({ lab: { applies_to: { environments: ['lab'] }, tokens: loose } })).toEqual([]);
    expect(
      over({ orders: { ...WITHIN, tokens: { access_token: { ...loose.access_token, present: false } } } }),
    ).toEqual([]);
    expect(over({ orders: { ...WITHIN, tokens: { id_token: { lifetime: { max: '9h' } } } } })).toEqual([]);
  });

  it('is told once, of the document that wrote the value', () => {
    const base = { ...WITHIN, tokens: { access_token: { ...WITHIN.tokens.access_token, lifetime: { max: '2h' } } } };
    expect(over({ base, orders: { extends: ['base'] }, billing: { extends: ['orders'] } })).toEqual([
      'base tokens.access_token.lifetime.max: 2h over 1h at base.json:20, ceiling at guardrail.json:18',
    ]);
  });

  it('holds for what waivers permit, as long as they count', () => {
    const waiver = {
      target: { policy: 'orders', environment: 'prod', token: 'access_token' },
      permits: { lifetime: { max: '2h' }, algorithms: ['EdDSA'], keys: { min_rsa_bits: 2048 } },
      reason: 'nightly jobs hold one token for a whole run',
      expires: '2026-12-02',
    };
    expect(over({ orders: WITHIN }, waiver)).toEqual([
      'legacy tokens.access_token.algorithms: ES256, PS256, Ed25519, Ed448 over ES256, PS256, Ed25519 at waiver.json:18, ceiling at guardrail.json:20',
      'legacy tokens.access_token.lifetime.max: 2h over 1h at waiver.json:16, ceiling at guardrail.json:18',
    ]);
    expect(over({ orders: WITHIN }, { ...waiver, expires: '2026-11-22' })).toEqual([]);
    expect(over({ orders: WITHIN }, { ...waiver, target: { ...waiver.target, environment: 'lab' } })).toEqual([]);
  });
});
