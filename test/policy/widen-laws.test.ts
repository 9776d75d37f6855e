import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeTarget } from '../../src/policy/compose-target.ts';
import type { TokenPolicySpec } from '../../src/model/policy.ts';
import { checkGuardrails } from '../../src/policy/check-guardrails.ts';
import { decide } from '../../src/policy/decide.ts';
import { resolvePolicies } from '../../src/policy/resolve.ts';
import { NOW as SECONDS, context, spec, token, tokenClass } from './arbitraries.ts';
import { policyDocument } from './documents.ts';
import { documentText, estateOf } from './estate.ts';

const NOW = SECONDS * 1000;
const TARGET = { environment: 'prod', service: 'orders', route: '/v1/orders', labels: {} };

function waiver(permits: unknown, target: unknown): string {
  const reason = 'a reason that is long enough to be one';
  return documentText('Waiver', { name: 'w', spec: { permits, target, reason, expires: '2026-02-01' } });
}

const uses = fc.array(fc.tuple(token, context), { minLength: 8, maxLength: 8 });
const enforced = spec.map((written): TokenPolicySpec => ({ ...written, enforcement: 'enforce', applies_to: {} }));

describe('laws of what waivers permit', () => {
  it.for([{ target: { service: 'orders' } }, { target: { policy: 'a' } }])(
    'a variant by $target accepts all that is accepted without it',
    { timeout: 60_000 },
    ({ target }) => {
      let [gained, kept] = [0, 0];
      fc.assert(
        fc.property(enforced, enforced, tokenClass, uses, (a, b, permits, shown) => {
          fc.pre(Object.keys(permits).length > 0);
          const { estate, waivers } = estateOf(
            {
              'a.json': documentText('TokenPolicy', { name: 'a', spec: a }),
              'b.json': documentText('TokenPolicy', { name: 'b', spec: b }),
              'w.json': waiver(permits, { ...target, token: 'access_token' }),
            },
            NOW,
          );
          const whole = composeTarget(estate.policies, waivers, TARGET, NOW);
          for (const { policy } of whole.permitted) {
            for (const [each, use] of shown) {
              const before = whole.enforced !== null && decide(whole.enforced, each, use).verdict === 'accept';
              const after = decide(policy, each, use).verdict === 'accept';
              if (before) expect(after).toBe(true);
              if (before) kept += 1;
              else if (after) gained += 1;
            }
          }
        }),
        { numRuns: 120, seed: 7 },
      );
      // The law is worth something only where tokens were accepted, and waivers let some in.
      expect(kept).toBeGreaterThan(5);
      expect(gained).toBeGreaterThan(5);
    },
  );
});

describe('laws of guardrails', () => {
  it('nothing that extends a policy is over the ceiling of its values', () => {
    let over = 0;
    fc.assert(
      fc.property(enforced, enforced, (base, own) => {
        const ceiling = { tokens: base.tokens ?? {}, keys: base.keys ?? {}, jwks_cache: base.jwks_cache ?? {} };
        const { guardrails } = estateOf({ 'g.json': documentText('Guardrail', { name: 'g', spec: { ceiling } }) }, NOW);
        const documents = [policyDocument('base', base), policyDocument('leaf', { ...own, extends: ['base'] })];
        const { policies } = resolvePolicies(documents);
        expect(checkGuardrails(policies, guardrails)).toEqual([]);
        over += checkGuardrails(resolvePolicies([policyDocument('own', own)]).policies, guardrails).length;
      }),
      { numRuns: 100, seed: 11 },
    );
    // Others are, now and then.
    expect(over).toBeGreaterThan(20);
  });
});
