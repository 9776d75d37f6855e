import { describe, expect, it } from 'vitest';
import type { EffectivePolicy, TokenPolicySpec } from '../../src/model/policy.ts';
import type { PolicyTarget } from '../../src/policy/compose-target.ts';
import { composeTarget, selects } from '../../src/policy/compose-target.ts';
import { resolvePolicies } from '../../src/policy/resolve.ts';
import { policyDocument } from './documents.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const ORDERS: PolicyTarget = { environment: 'prod', service: 'orders', route: '/v1/orders', labels: { tier: 'gold' } };

function policies(specs: Readonly<Record<string, TokenPolicySpec>>): readonly EffectivePolicy[] {
  return resolvePolicies(Object.entries(specs).map(([name, spec]) => policyDocument(name, spec))).policies;
}

describe('selects', () => {
  it.for<{ applies_to: TokenPolicySpec['applies_to']; target?: Partial<PolicyTarget>; expected: boolean }>([
    { applies_to: {}, expected: true },
    { applies_to: { environments: ['prod', 'stage'] }, expected: true },
    { applies_to: { environments: ['stage'] }, expected: false },
    { applies_to: { services: ['ord*'] }, expected: true },
    { applies_to: { services: ['orders-*'] }, expected: false },
    { applies_to: { routes: ['/v1/*'] }, expected: true },
    { applies_to: { routes: ['/v1/*'] }, target: { route: '/*' }, expected: false },
    { applies_to: { services: ['pay*'] }, target: { service: 'pay*' }, expected: true },
    { applies_to: { services: ['payments'] }, target: { service: 'pay*' }, expected: false },
    { applies_to: { services: ['*'] }, target: { service: '*' }, expected: true },
    { applies_to: { labels: { tier: 'gold' } }, expected: true },
    { applies_to: { labels: { tier: 'gold', constructor: 'x' } }, expected: false },
  ])('$applies_to $target is $expected', ({ applies_to, target = {}, expected }) => {
    const [policy] = policies({ p: applies_to === undefined ? {} : { applies_to } });
    expect(policy !== undefined && selects(policy, { ...ORDERS, ...target })).toBe(expected);
  });
});

describe('composeTarget', () => {
  const all = policies({
    orders: { applies_to: { services: ['orders'] }, tokens: { access_token: { lifetime: { max: '10m' } } } },
    edge: { applies_to: { environments: ['prod'] }, tokens: { access_token: { lifetime: { max: '5m' } } } },
    trial: { enforcement: 'warn', tokens: { access_token: { lifetime: { max: '1m' } } } },
    billing: { applies_to: { services: ['billing'] }, tokens: { access_token: { lifetime: { max: '2m' } } } },
  });

  it('meets the enforced policies that select the target', () => {
    const { contributors, enforced, permitted, problems } = composeTarget(all, [], ORDERS, NOW);
    expect(contributors.map(({ name }) => name)).toEqual(['edge', 'orders', 'trial']);
    expect(enforced?.name).toBe('edge + orders');
    expect(enforced?.tokens.access_token?.maxLifetime.value).toBe(300_000);
    expect(permitted).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('is ungoverned where nothing is enforced', () => {
    const { contributors, enforced } = composeTarget(all, [], { ...ORDERS, service: 'mail', environment: 'lab' }, NOW);
    expect(contributors.map(({ name }) => name)).toEqual(['trial']);
    expect(enforced).toBeNull();
  });

  it('names what two policies of one target contradict each other in', () => {
    const { problems } = composeTarget(
      policies({
        edge: { tokens: { access_token: { binding: { accept: ['bearer'] } } } },
        orders: { tokens: { access_token: { algorithms: ['RS256'], binding: { accept: ['dpop'] } } } },
      }),
      [],
      ORDERS,
      NOW,
    );
    expect(problems.map(({ message, hint }) => `${message} / ${hint ?? ''}`)).toEqual([
      'nothing can be accepted: policies of one target have no access_token.algorithms in common, default ES256, PS256, Ed25519, RS256 (policies/orders.yaml:8:23) / a default holds beside what another policy writes: write access_token.algorithms in both',
      'nothing can be accepted: policies of one target have no access_token.binding.accept in common, bearer (policies/edge.yaml:9:21), dpop (policies/orders.yaml:12:21) / let them agree on one value, or narrow applies_to of one of them',
    ]);
  });
});
