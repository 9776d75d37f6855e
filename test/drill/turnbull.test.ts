import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/drill/random.ts';
import { statementsOf, upperShare } from '../../src/drill/small-samples.ts';
import { estimateDistribution, quantileBand } from '../../src/drill/turnbull.ts';
import type { Interval } from '../../src/model/drill.ts';

const to = (lower: number, upper: number | 'unbounded'): Interval => ({ lower, upper });
const end = (upper: Interval['upper']): number => (upper === 'unbounded' ? Infinity : upper);

describe('the estimate from intervals', () => {
  it.for([
    { name: 'is nothing without data', data: [], masses: [] },
    { name: 'is one interval for one drill', data: [to(1, 2)], masses: [[1, 2, 1]] },
    { name: 'puts all mass where intervals overlap', data: [to(0, 3), to(1, 4), to(2, 5)], masses: [[2, 3, 1]] },
    {
      name: 'splits evenly between what does not overlap, and an interval over both decides nothing',
      data: [to(0, 1), to(1, 2), to(0, 2)],
      masses: [
        [0, 1, 0.5],
        [1, 2, 0.5],
      ],
    },
    {
      // Likelihood a^2 b (a + b): with a + b = 1 its maximum is at a = 2/3.
      name: 'weighs by likelihood',
      data: [to(0, 1), to(0, 1), to(1, 2), to(0, 2)],
      masses: [
        [0, 1, 2 / 3],
        [1, 2, 1 / 3],
      ],
    },
    {
      name: 'leaves the mass of a drill without an end beyond the last',
      data: [to(0, 1), to(5, 'unbounded')],
      masses: [
        [0, 1, 0.5],
        [5, 'unbounded', 0.5],
      ],
    },
  ] as { name: string; data: Interval[]; masses: [number, number | 'unbounded', number][] }[])(
    '$name',
    ({ data, masses }) => {
      const estimate = estimateDistribution(data);
      expect(estimate.map(({ lower, upper }) => [lower, upper])).toEqual(
        masses.map(([lower, upper]) => [lower, upper]),
      );
      for (const [index, [, , mass]] of masses.entries()) expect(estimate[index]?.mass).toBeCloseTo(mass, 6);
    },
  );

  it('is that of Kaplan and Meier when times are known or censored on the right', () => {
    // Times 1, 2+, 3, 4+, 5: survival 4/5, then 4/5 * 2/3, then 0.
    const data = [to(0.999, 1), to(2, 'unbounded'), to(2.999, 3), to(4, 'unbounded'), to(4.999, 5)];
    const masses = estimateDistribution(data).map(({ mass }) => mass);
    for (const [index, mass] of [1 / 5, 4 / 15, 8 / 15].entries()) expect(masses[index]).toBeCloseTo(mass, 5);
  });

  it('refuses an interval that ends before it begins', () => {
    expect(() => estimateDistribution([to(2, 2)])).toThrow(RangeError);
  });

  it('is where the likelihood cannot rise any more (Gentleman and Geyer 1994)', () => {
    const interval = fc
      .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 8 }), fc.boolean())
      .map(([lower, width, censored]) => to(lower, censored && width > 6 ? 'unbounded' : lower + width));
    fc.assert(
      fc.property(fc.array(interval, { minLength: 1, maxLength: 25 }), (data) => {
        const estimate = estimateDistribution(data);
        expect(estimate.reduce((sum, { mass }) => sum + mass, 0)).toBeCloseTo(1, 9);
        const seen = (observation: Interval): number =>
          estimate
            .filter(({ lower, upper }) => lower >= observation.lower && end(upper) <= end(observation.upper))
            .reduce((sum, { mass }) => sum + mass, 0);
        // At every point, also those without mass: the sum of 1 / P(observation) over those that hold it is at most n.
        for (const at of data.flatMap(({ lower, upper }) => [lower + 0.5, end(upper) - 0.5, 1000])) {
          const slope = data
            .filter(({ lower, upper }) => at > lower && at <= end(upper))
            .reduce((sum, observation) => sum + 1 / seen(observation), 0);
          expect(slope).toBeLessThanOrEqual(data.length * (1 + 5e-3));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('finds the median of a refresh every 60 s that is probed every 10 s, where first refusals are too late', () => {
    const random = seededRandom(7);
    const truths = Array.from({ length: 400 }, () => random.next() * 60);
    const data = truths.map((truth) => {
      const offset = random.next() * 10;
      const lower = Math.floor((truth - offset) / 10) * 10 + offset;
      return random.next() < 0.05 ? to(Math.max(0, lower), 'unbounded') : to(Math.max(0, lower), lower + 10);
    });
    const band = quantileBand(estimateDistribution(data), 0.5);
    const middle = ((band?.lower ?? 0) + end(band?.upper ?? 'unbounded')) / 2;
    const truth = truths.toSorted((a, b) => a - b)[200] ?? 0;
    expect(Math.abs(middle - truth)).toBeLessThan(4);
    const naive = data.map(({ upper }) => end(upper)).toSorted((a, b) => a - b)[200] ?? 0;
    expect(Math.abs(naive - truth)).toBeGreaterThan(Math.abs(middle - truth));
  });
});

describe('what few drills allow to be said', () => {
  it.for([
    [5, 0.451],
    [10, 0.259],
    [12, 0.221],
    [20, 0.139],
    [30, 0.095],
    [59, 0.05],
  ] as const)('after %i drills without a miss', ([trials, bound]) => {
    expect(upperShare(0, trials)).toBeCloseTo(bound, 3);
    expect(upperShare(0, trials)).toBeCloseTo(1 - 0.05 ** (1 / trials), 9);
  });

  it('grows with misses as the tables of Clopper and Pearson do', () => {
    expect(upperShare(1, 10)).toBeCloseTo(0.3942, 3);
    expect(upperShare(2, 20)).toBeCloseTo(0.2826, 3);
    expect(upperShare(10, 10)).toBe(1);
    expect(upperShare(0, 0)).toBe(1);
  });

  it('covers the share with 95 % or more', () => {
    const random = seededRandom(11);
    for (const share of [0.02, 0.1, 0.3]) {
      let covered = 0;
      for (let trial = 0; trial < 2000; trial += 1) {
        const hits = Array.from({ length: 15 }, () => random.next()).filter((value) => value < share).length;
        if (upperShare(hits, 15) >= share) covered += 1;
      }
      expect(covered / 2000).toBeGreaterThan(0.94);
    }
  });

  it('bounds the median from six drills on, with the confidence of the sign test', () => {
    const runs = [1, 2, 3, 4, 5, 6].map((at) => ({ interval: to(at, at + 1), verdict: 'pass' as const }));
    expect(statementsOf(runs.slice(1)).medianRange).toBeNull();
    expect(statementsOf(runs).medianRange).toEqual({ lower: 1, upper: 7, confidence: 0.96875 });
  });

  it('says of the next drill what exchangeable drills allow', () => {
    const runs = [to(1, 2), to(3, 5), to(2, 4)].map((interval) => ({ interval, verdict: 'pass' as const }));
    expect(statementsOf(runs)).toMatchObject({
      drills: 3,
      breaches: 0,
      next: { bound: 5, confidence: 0.75 },
      drillsFor95: 19,
    });
    expect(statementsOf([...runs, { interval: to(9, 'unbounded'), verdict: 'fail' }])).toMatchObject({
      breaches: 1,
      next: { bound: 'unbounded', confidence: 0.8 },
    });
    expect(statementsOf([{ interval: null, verdict: 'inconclusive' }])).toMatchObject({
      drills: 0,
      undecided: 1,
      breachBound: 1,
    });
  });
});
