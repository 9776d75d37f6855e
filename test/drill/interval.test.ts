import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/drill/random.ts';
import type { Observation } from '../../src/drill/interval.ts';
import {
  findRecovery,
  findTransition,
  judgeInterval,
  shiftInterval,
  slowestInterval,
} from '../../src/drill/interval.ts';

const accept = (sent: number, received = sent + 5): Observation => ({ sent, received, verdict: 'accept' });
const reject = (sent: number, received = sent + 5): Observation => ({ sent, received, verdict: 'reject' });
const unknown = (sent: number, received = sent + 5): Observation => ({ sent, received, verdict: 'unknown' });

describe('findTransition', () => {
  it.for([
    {
      name: 'lies between the last accept sent and the first refusal received',
      seen: [accept(10), accept(20), reject(30), reject(40)],
      interval: { lower: 20, upper: 35 },
      flaps: 0,
    },
    {
      name: 'starts with containment when nothing was accepted after it',
      seen: [reject(10), reject(20)],
      interval: { lower: 0, upper: 15 },
      flaps: 0,
    },
    {
      name: 'has no end when nothing was refused',
      seen: [accept(10), accept(20)],
      interval: { lower: 20, upper: 'unbounded' },
      flaps: 0,
    },
    {
      name: 'is widened by unknown answers, never closed by them',
      seen: [accept(10), unknown(20), unknown(30), reject(40)],
      interval: { lower: 10, upper: 45 },
      flaps: 0,
    },
    {
      name: 'has no end when only unknown answers follow',
      seen: [accept(10), unknown(20)],
      interval: { lower: 10, upper: 'unbounded' },
      flaps: 0,
    },
    {
      name: 'counts an accept after a refusal as a flap and starts over',
      seen: [accept(10), reject(20), accept(30), reject(40)],
      interval: { lower: 30, upper: 45 },
      flaps: 1,
    },
    {
      name: 'has no end when it flaps back for good',
      seen: [reject(10), accept(20), accept(30)],
      interval: { lower: 30, upper: 'unbounded' },
      flaps: 1,
    },
    {
      name: 'takes overlapping probes for ambiguous, not for a flap',
      seen: [accept(10, 30), reject(12, 20)],
      interval: { lower: 10, upper: 20 },
      flaps: 0,
    },
  ] as const)('$name', ({ seen, interval, flaps }) => {
    const transition = findTransition(seen, 0);
    expect(transition.interval).toEqual(interval);
    expect(transition.flaps).toBe(flaps);
  });

  it('finds the first refusal apart from the last change', () => {
    expect(findTransition([accept(10), reject(20), accept(30), reject(40)], 0).first).toEqual({ lower: 10, upper: 25 });
  });

  it('covers the true instant for every latency, gap, jitter and loss of answers', () => {
    fc.assert(
      fc.property(
        fc.record({
          flip: fc.double({ min: 100, max: 5000, noNaN: true }),
          gap: fc.double({ min: 20, max: 500, noNaN: true }),
          latency: fc.double({ min: 0.1, max: 600, noNaN: true }),
          lost: fc.double({ min: 0, max: 0.9, noNaN: true }),
          seed: fc.integer(),
        }),
        ({ flip, gap, latency, lost, seed }) => {
          const random = seededRandom(seed);
          const seen: Observation[] = [];
          for (let sent = 0; sent < 7000; sent += gap * (0.5 + random.next())) {
            const decided = sent + latency * random.next();
            const received = decided + latency * random.next();
            const verdict = random.next() < lost ? 'unknown' : decided < flip ? 'accept' : 'reject';
            seen.push({ sent, received, verdict });
          }
          const { interval, first, flaps } = findTransition(seen, 0);
          expect(flaps).toBe(0);
          expect(interval.lower).toBeLessThan(flip);
          if (interval.upper !== 'unbounded') expect(interval.upper).toBeGreaterThanOrEqual(flip);
          if (first !== null) expect(first.upper).toBe(interval.upper);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('proves a flap only where the verifier did change its mind, and still covers the last change', () => {
    fc.assert(
      fc.property(
        fc.record({
          changes: fc.uniqueArray(fc.integer({ min: 100, max: 5000 }), { minLength: 1, maxLength: 7 }),
          latency: fc.double({ min: 0.1, max: 300, noNaN: true }),
          seed: fc.integer(),
        }),
        ({ changes, latency, seed }) => {
          const times = changes.toSorted((a, b) => a - b);
          // It accepts at first; an odd number of changes ends in refusing.
          const ends = times.length % 2 === 1 ? times : times.slice(0, -1);
          const random = seededRandom(seed);
          const seen: Observation[] = [];
          for (let sent = 0; sent < 7000; sent += 80) {
            const decided = sent + latency * random.next();
            const refuses = ends.filter((at) => at <= decided).length % 2 === 1;
            seen.push({ sent, received: decided + latency * random.next(), verdict: refuses ? 'reject' : 'accept' });
          }
          const { interval, flaps } = findTransition(seen, 0);
          expect(flaps).toBeLessThanOrEqual((ends.length - 1) / 2);
          // A moment of accepting that no probe met cannot be known; where it was met, the last change is covered.
          const last = ends.at(-1) ?? 0;
          expect(interval.lower).toBeLessThan(last);
          if (flaps === (ends.length - 1) / 2 && interval.upper !== 'unbounded')
            expect(interval.upper).toBeGreaterThanOrEqual(last);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('is no wider than one gap plus the time of an answer when none is lost and latency is steady', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 100, max: 2000, noNaN: true }),
        fc.double({ min: 20, max: 300, noNaN: true }),
        fc.double({ min: 1, max: 200, noNaN: true }),
        (flip, gap, latency) => {
          const seen = Array.from({ length: 300 }, (_, index): Observation => {
            const sent = index * gap;
            return { sent, received: sent + latency, verdict: sent + latency / 2 < flip ? 'accept' : 'reject' };
          });
          const { interval } = findTransition(seen, 0);
          if (interval.upper !== 'unbounded')
            expect(interval.upper - interval.lower).toBeLessThanOrEqual(gap + latency + 1e-6);
        },
      ),
    );
  });
});

describe('findRecovery', () => {
  it('lies between the last refusal sent and the first accept received', () => {
    expect(findRecovery([reject(10), reject(20), accept(30)], 5)).toEqual({ lower: 20, upper: 35 });
    expect(findRecovery([accept(30)], 5)).toEqual({ lower: 5, upper: 35 });
    expect(findRecovery([reject(10)], 5)).toEqual({ lower: 5, upper: 'unbounded' });
    expect(findRecovery([], 5)).toBeNull();
  });
});

describe('judgeInterval', () => {
  it.for([
    { interval: { lower: 1, upper: 9 }, verdict: 'pass' },
    { interval: { lower: 1, upper: 10 }, verdict: 'pass' },
    { interval: { lower: 9, upper: 11 }, verdict: 'inconclusive' },
    { interval: { lower: 10, upper: 11 }, verdict: 'fail' },
    { interval: { lower: 9, upper: 'unbounded' }, verdict: 'inconclusive' },
    { interval: { lower: 12, upper: 'unbounded' }, verdict: 'fail' },
  ] as const)('$interval against 10 is $verdict', ({ interval, verdict }) => {
    expect(judgeInterval(interval, 10)).toBe(verdict);
  });
});

describe('slowestInterval', () => {
  it('takes the worst of both ends, and no end when one has none', () => {
    expect(
      slowestInterval([
        { lower: 1, upper: 3 },
        { lower: 2, upper: 2.5 },
      ]),
    ).toEqual({ lower: 2, upper: 3 });
    expect(
      slowestInterval([
        { lower: 1, upper: 3 },
        { lower: 0, upper: 'unbounded' },
      ]),
    ).toEqual({ lower: 1, upper: 'unbounded' });
    expect(slowestInterval([])).toBeNull();
    expect(shiftInterval({ lower: 7, upper: 'unbounded' }, 2)).toEqual({ lower: 5, upper: 'unbounded' });
  });
});
