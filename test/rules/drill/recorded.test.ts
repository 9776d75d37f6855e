import { describe, expect, it } from 'vitest';
import { policyText } from '../../../src/rules/example-documents.ts';
import { drillResultText } from '../../../src/rules/example-drill-results.ts';
import { linted } from '../linted.ts';

const PROMISE = { 'policy.yaml': policyText('orders', 'drills:\n  - { drill: leaked-signing-key, every: 30d }') };
const stale = (...results: readonly string[]): readonly string[] =>
  linted('policy/drill-stale', {
    ...PROMISE,
    ...Object.fromEntries(results.map((text, index) => [`drills/results/${index}.json`, text])),
  });

describe('policy/drill-stale', () => {
  it('says never when nothing is recorded, and does not call that a warning', () => {
    expect(stale()).toEqual([
      'policy.yaml:6:43 info policy "orders" promises drill "leaked-signing-key" every 30d, and no result is recorded: it was never drilled, as far as this repository knows',
    ]);
  });

  it.for([
    ['2026-05-02T00:00:00Z', 0],
    ['2026-05-01T23:59:59Z', 1],
  ] as const)('counts to the second: %s', ([startedAt, count]) => {
    expect(stale(drillResultText({ startedAt }))).toHaveLength(count);
  });

  it('takes the newest, of this drill and this policy only, and none from the future', () => {
    const old = drillResultText({ startedAt: '2026-03-01T00:00:00Z' });
    expect(stale(old, drillResultText({ startedAt: '2026-05-30T00:00:00Z' }))).toEqual([]);
    for (const other of [
      drillResultText({ startedAt: '2026-05-30T00:00:00Z', drill: 'another' }),
      drillResultText({ startedAt: '2026-05-30T00:00:00Z', policy: 'another' }),
      drillResultText({ startedAt: '2026-07-30T00:00:00Z' }),
    ])
      expect(stale(old, other)).toEqual([expect.stringMatching(/warning .* is 92 days old$/)]);
  });
});

describe('a recorded result that cannot be read', () => {
  it('is a fault of its own', () => {
    expect(() => stale('{ "kind": "DrillResult" }')).toThrow(/is no DrillResult of this version/);
  });
});

describe('drill/measured-over-predicted', () => {
  it('points at the result when no inventory declares the verifier', () => {
    const result = drillResultText({ startedAt: '2026-05-30T00:00:00Z', lower: 70_000, upper: 71_000 });
    expect(linted('drill/measured-over-predicted', { 'r.json': result })).toEqual([
      'r.json:1:1 error verifier "api" still accepted after 70.00s in drill "leaked-signing-key", at most 1m5s was predicted',
    ]);
  });
});
