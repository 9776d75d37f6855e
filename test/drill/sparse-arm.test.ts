import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../src/drill/findings.ts';
import { judgedPlan } from '../../src/drill/judged-plan.ts';
import type { DrillResult, Interval } from '../../src/model/drill.ts';
import { planOf, stage } from './staged-run.ts';

describe('the sparse arm', async () => {
  const plan = planOf('leaked-signing-key');
  const result = await stage().run(plan, { arms: ['quiet', 'sparse'] });

  const canaries = (arm: string): number =>
    result.probes.filter((probe) => probe.arm === arm && probe.role === 'canary' && probe.phase === 'observe').length;

  it('shows the leaked credential rarely and measures within the same predictions', () => {
    expect(canaries('sparse')).toBeLessThan(canaries('quiet') / 2);
    const sparse = result.arms.find(({ arm }) => arm === 'sparse');
    expect(sparse?.units).toHaveLength(plan.units.length);
    for (const { model, unit } of sparse?.units ?? []) expect(['exceeded'], unit).not.toContain(model);
  });

  it('finds nothing where caches do not mind how often they are asked', () => {
    expect(result.findings.filter(({ rule }) => rule === 'drill/kept-alive')).toEqual([]);
  });

  it.for([
    { often: { lower: 9000, upper: 9200 }, rarely: { lower: 3000, upper: 5000 }, found: 1 },
    { often: { lower: 9000, upper: 'unbounded' }, rarely: { lower: 3000, upper: 5000 }, found: 1 },
    { often: { lower: 4000, upper: 4200 }, rarely: { lower: 3000, upper: 5000 }, found: 0 },
    { often: { lower: 3000, upper: 3200 }, rarely: { lower: 4000, upper: 6000 }, found: 0 },
    { often: { lower: 9000, upper: 9200 }, rarely: { lower: 8000, upper: 'unbounded' }, found: 0 },
  ] as const)(
    'finds that use keeps a credential alive only where the intervals do not meet: $often $rarely',
    (each) => {
      const armOf = (arm: 'quiet' | 'sparse', interval: Interval): DrillResult['arms'][number] => {
        const [first] = result.arms;
        const [unit] = first?.units ?? [];
        if (first === undefined || unit === undefined) throw new Error('nothing was measured');
        return { ...first, arm, units: [{ ...unit, arm, interval }] };
      };
      const arms = [armOf('quiet', each.often), armOf('sparse', each.rarely)];
      const kept = findingsOf([], arms, judgedPlan(plan)).filter(({ rule }) => rule === 'drill/kept-alive');
      expect(kept).toHaveLength(each.found);
    },
  );
});
