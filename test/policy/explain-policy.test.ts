import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Surroundings } from '../../src/policy/explain-policy.ts';
import { explainPolicy, explainTarget } from '../../src/policy/explain-policy.ts';
import { paint } from '../../src/report/color.ts';
import { policyJson, policyPretty, targetJson, targetPretty } from '../../src/report/policy.ts';
import { NOW, estateOf } from './estate.ts';

const LOOK = { explain: true, color: paint(false) };

function shop(now: number = NOW): Surroundings {
  const text = readFileSync('test/policy/composition/shop.yaml', 'utf8');
  const { estate, waivers, guardrails, problems } = estateOf({ 'policies/shop.yaml': text }, now);
  expect(problems).toEqual([]);
  return { policies: estate.policies, waivers, guardrails, now };
}

function target(service: string, route = '*') {
  return { environment: 'prod', service, route, labels: {} };
}

describe('explaining', () => {
  const around = shop();

  it('one policy', async () => {
    const policy = around.policies.find(({ name }) => name === 'orders');
    if (policy === undefined) throw new Error('no policy orders');
    const explained = explainPolicy(policy, around);
    await expect(policyPretty(explained, LOOK)).toMatchFileSnapshot('composition/orders.txt');
    await expect(policyJson(explained)).toMatchFileSnapshot('composition/orders.json.txt');
  });

  it('a target of several policies, with a waiver and a guardrail', async () => {
    const explained = explainTarget('shop-orders@prod', target('shop-orders'), around);
    await expect(targetPretty(explained, LOOK)).toMatchFileSnapshot('composition/target.txt');
    await expect(targetJson(explained)).toMatchFileSnapshot('composition/target.json.txt');
  });

  it('a target without the waiver, when that has ended', () => {
    const later = shop(Date.parse('2026-12-03T00:00:00Z'));
    const text = targetPretty(explainTarget('shop-orders@prod', target('shop-orders'), later), LOOK);
    expect(text).not.toContain('nightly-jobs');
  });

  it('a route that a policy without enforcement is about', () => {
    const { contributors, partly, policy } = explainTarget('x', target('shop-orders', '/v1/pay'), around);
    expect(contributors.map(({ name, enforcement }) => `${name} ${enforcement}`)).toEqual([
      'base enforce',
      'edge enforce',
      'orders enforce',
      'payments-route warn',
    ]);
    expect(partly).toEqual([]);
    expect(policy?.name).toBe('base + edge + orders');
  });

  it('a target that nothing governs', () => {
    const nowhere = { environment: 'lab', service: 'mail', route: '*', labels: {} };
    expect(targetPretty(explainTarget('mail@lab', nowhere, around), LOOK)).toBe(
      'mail@lab  ungoverned: no enforced policy applies\n',
    );
  });
});
