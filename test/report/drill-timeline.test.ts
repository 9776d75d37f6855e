import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Interval } from '../../src/model/drill.ts';
import { millis } from '../../src/model/quantity.ts';
import { boundText, intervalText, intervalWords, shareText } from '../../src/report/drill-numbers.ts';
import type { Mark } from '../../src/report/drill-timeline.ts';
import { acceptShares, MARKS_PER_LANE, thinMarks, ticksOf } from '../../src/report/drill-timeline.ts';

const verdicts = fc.array(fc.constantFrom('accept', 'reject', 'unknown'), { minLength: 1, maxLength: 2000 });

function marksOf(list: readonly Mark['verdict'][]): readonly Mark[] {
  return list.map((verdict, index) => ({ sent: index * 10, received: index * 10 + 4, verdict, reason: '' }));
}

describe('thinning the probes of a lane', () => {
  it('keeps the order, the ends and the limit', () => {
    fc.assert(
      fc.property(verdicts, (list) => {
        const marks = marksOf(list);
        const thin = thinMarks(marks, marks.length * 5);
        expect(thin.length).toBeLessThanOrEqual(MARKS_PER_LANE);
        expect(thin[0]).toBe(marks[0]);
        expect(thin.at(-1)).toBe(marks.at(-1));
        expect(thin.map(({ sent }) => sent)).toEqual(thin.map(({ sent }) => sent).sort((a, b) => a - b));
      }),
    );
  });

  it('never drops the probes on both sides of the one change', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4999 }), (change) => {
        const marks = marksOf(Array.from({ length: 5000 }, (_, index) => (index < change ? 'accept' : 'reject')));
        const thin = thinMarks(marks, change * 10);
        expect(thin).toContain(marks[change - 1]);
        expect(thin).toContain(marks[change]);
      }),
    );
  });
});

describe('the time axis', () => {
  it('has 5 to 12 ticks whatever the length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 90_000_000 }), (to) => {
        const ticks = ticksOf({ from: -0.06 * to, to });
        expect(ticks.length).toBeGreaterThanOrEqual(4);
        expect(ticks.length).toBeLessThanOrEqual(12);
      }),
    );
  });

  it('counts unknown answers as asked and empty slices as not asked', () => {
    const marks = marksOf(['accept', 'accept', 'unknown', 'reject']);
    expect(acceptShares(marks, { from: 0, to: 80 }, 4)).toEqual([1, 0, null, null]);
  });
});

describe('numbers on paper', () => {
  it('contain the measured interval whatever the rounding', () => {
    const ends = fc.tuple(fc.double({ min: 0, max: 5e6, noNaN: true }), fc.double({ min: 0, max: 1e5, noNaN: true }));
    fc.assert(
      fc.property(ends, ([lower, width]) => {
        const [low, high] = intervalText({ lower, upper: lower + width })
          .replace(' s', '')
          .split('–')
          .map(Number);
        // A nanosecond of slack: binary fractions.
        expect(low).toBeLessThanOrEqual(lower / 1000 + 1e-6);
        expect(high).toBeGreaterThanOrEqual((lower + width) / 1000 - 1e-6);
      }),
    );
  });

  const open: Interval = { lower: 12_004, upper: 'unbounded' };

  it.for([
    { text: intervalText({ lower: 4811, upper: 4929 }), is: '4.81–4.93 s' },
    { text: intervalText(open), is: 'over 12.00 s' },
    { text: intervalText(null), is: '–' },
    { text: intervalWords(open), is: 'more than 12.00 s' },
    { text: boundText(millis(250)), is: '0.25 s' },
    { text: boundText(millis(5_400_000)), is: '1 h 30 min' },
    { text: boundText('unbounded'), is: 'unbounded' },
    { text: shareText(1, 1000), is: '0.1 %' },
    { text: shareText(0, 0), is: '–' },
  ])('read "$is"', ({ text, is }) => {
    expect(text).toBe(is);
  });
});
