import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/drill/random.ts';
import { TokenBucket, deadlines, gapAt, widestGapAt } from '../../src/drill/schedule.ts';
import { millis } from '../../src/model/quantity.ts';

const pace = { minGap: millis(100), maxGap: millis(1000), relative: 0.05, jitter: 0.2 };

describe('gapAt', () => {
  it('grows with the time since containment between its limits', () => {
    expect([-500, 0, 2000, 10_000, 60_000].map((elapsed) => gapAt(elapsed, pace))).toEqual([100, 100, 100, 500, 1000]);
  });
});

describe('deadlines', () => {
  it('never leaves a gap wider than it says, and is the same for the same seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
        const list = (): number[] => [...deadlines(0, 500, 20_000, { pace, random: seededRandom(seed), exactly: [] })];
        const due = list();
        expect(list()).toEqual(due);
        for (const [index, at] of due.entries()) {
          const next = due[index + 1];
          if (next !== undefined) expect(next - at).toBeLessThanOrEqual(widestGapAt(at - 500, pace) + 1e-9);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('looks exactly at the limits it is given, in order', () => {
    const due = [...deadlines(0, 0, 5000, { pace, random: seededRandom(1), exactly: [3000, 1000, 9000] })];
    expect(due).toContain(1000);
    expect(due).toContain(3000);
    expect(due).not.toContain(9000);
    expect(due.toSorted((a, b) => a - b)).toEqual(due);
  });
});

describe('TokenBucket', () => {
  it('never lets more through than the rate allows, whenever it is asked', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { maxLength: 400 }), (steps) => {
        const bucket = new TokenBucket(20, 0);
        let now = 0;
        let taken = 0;
        for (const step of steps) {
          now += step;
          if (bucket.take(now)) taken += 1;
        }
        expect(taken).toBeLessThanOrEqual(20 + (now / 1000) * 20 + 1e-6);
      }),
    );
  });
});
