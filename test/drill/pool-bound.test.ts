import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/drill/interval.ts';
import { findTransition } from '../../src/drill/interval.ts';
import {
  POOL_ALPHA,
  acceptingShareBound,
  findPoolTransition,
  mayStopPool,
  rejectsNeeded,
  rejectsNeededToStop,
} from '../../src/drill/pool-bound.ts';
import { seededRandom } from '../../src/drill/random.ts';
import type { Random } from '../../src/model/ports.ts';

const RUNS = 2000;

const accept = (sent: number): Observation => ({ sent, received: sent + 5, verdict: 'accept' });
const reject = (sent: number): Observation => ({ sent, received: sent + 5, verdict: 'reject' });
const unknown = (sent: number): Observation => ({ sent, received: sent + 5, verdict: 'unknown' });
const rejects = (count: number, from: number): readonly Observation[] =>
  Array.from({ length: count }, (_, index) => reject(from + index * 10));

describe('rejectsNeeded', () => {
  it.for([
    [1, 1, 1, 1],
    [2, 5, 7, 10],
    [3, 8, 12, 18],
    [4, 11, 17, 25],
    [8, 23, 35, 52],
    [20, 59, 90, 135],
    [100, 299, 459, 688],
  ] as const)('for %i replicas is %i, %i and %i for 95, 99 and 99.9 per cent', ([replicas, ...needed]) => {
    expect([0.05, 0.01, 0.001].map((alpha) => rejectsNeeded(replicas, alpha))).toEqual(needed);
  });

  it('is more when probing may end as soon as they are in, and the more the longer it may last', () => {
    expect(rejectsNeededToStop(8, 1200, 0.05)).toBe(76);
    expect(rejectsNeededToStop(8, 120, 0.05)).toBeLessThan(76);
    expect(rejectsNeededToStop(8, 0, 0.05)).toBe(rejectsNeeded(8, 0.05));
  });
});

describe('findPoolTransition', () => {
  const pool = { replicas: 3, alpha: 0.05 };

  it.for([
    { name: 'ends at the k-th refusal', seen: [accept(10), ...rejects(9, 20)], interval: { lower: 10, upper: 95 } },
    {
      name: 'has no end with one fewer',
      seen: [accept(10), ...rejects(7, 20)],
      interval: { lower: 10, upper: 'unbounded' },
    },
    {
      name: 'starts over after an accept',
      seen: [...rejects(9, 20), accept(110), ...rejects(7, 120)],
      interval: { lower: 110, upper: 'unbounded' },
    },
    {
      name: 'does not count what overlaps the last accept',
      seen: [{ ...accept(10), received: 40 }, ...rejects(8, 20)],
      interval: { lower: 10, upper: 'unbounded' },
    },
    {
      name: 'is not closed by answers that are missing',
      seen: [accept(10), ...rejects(9, 20), ...[110, 120, 130, 140, 150].map(unknown)],
      interval: { lower: 10, upper: 'unbounded' },
    },
    {
      name: 'bears a few missing answers',
      seen: [accept(10), unknown(12), ...rejects(9, 20)],
      interval: { lower: 10, upper: 95 },
    },
    { name: 'begins with containment', seen: rejects(9, 20), interval: { lower: 0, upper: 95 } },
  ] as const)('$name', ({ seen, interval }) => {
    expect(findPoolTransition(seen, 0, pool)).toMatchObject({ interval, flaps: 0 });
  });

  it('gives a share instead of an end when nobody knows how many replicas there are', () => {
    const { interval, acceptingShare, needed } = findPoolTransition([accept(10), ...rejects(59, 20)], 0, {
      replicas: null,
      alpha: 0.05,
    });
    expect(interval).toEqual({ lower: 10, upper: 'unbounded' });
    expect(needed).toBeNull();
    expect(acceptingShare).toBeCloseTo(0.0495, 4);
    expect(acceptingShareBound(0, 0.05)).toBe(1);
  });
});

interface Simulated {
  readonly seen: readonly Observation[];
  /** When the last replica began to refuse. */
  readonly changed: number;
}

/** Replicas that begin to refuse one after the other, behind a balancer that chooses at random. Times in milliseconds. */
function simulate(replicas: number, gap: number, horizon: number, random: Random): Simulated {
  const changes = Array.from({ length: replicas }, () => horizon * 0.3 * random.next());
  // One laggard, as in the worst case: the others are done long before it.
  changes[0] = horizon * (0.3 + 0.2 * random.next());
  const seen: Observation[] = [];
  for (let due = 0; due < horizon; due += gap * (0.8 + 0.4 * random.next())) {
    const decided = due + 40 * random.next();
    const refuses = decided >= (changes[Math.floor(random.next() * replicas)] ?? 0);
    seen.push({ sent: due, received: decided + 40 * random.next(), verdict: refuses ? 'reject' : 'accept' });
  }
  return { seen, changed: Math.max(...changes) };
}

function shareOf(runs: number, holds: (random: Random) => boolean, seed: number): number {
  const random = seededRandom(seed);
  let held = 0;
  for (let run = 0; run < runs; run += 1) if (holds(random)) held += 1;
  return held / runs;
}

describe.for([
  { replicas: 3, gap: 200, horizon: 10_000 },
  { replicas: 8, gap: 500, horizon: 60_000 },
  { replicas: 8, gap: 50, horizon: 10_000 },
  { replicas: 20, gap: 50, horizon: 20_000 },
])('$replicas replicas behind one address, probed every $gap ms', ({ replicas, gap, horizon }) => {
  const pool = { replicas, alpha: POOL_ALPHA };

  it('keep the promise of 95 % when probing goes on to its fixed end', () => {
    const share = shareOf(
      RUNS,
      (random) => {
        const { seen, changed } = simulate(replicas, gap, horizon, random);
        const { lower, upper } = findPoolTransition(seen, 0, pool).interval;
        return lower < changed && upper !== 'unbounded' && changed <= upper;
      },
      replicas * gap,
    );
    expect(share).toBeGreaterThanOrEqual(0.94);
    // The bound is not paid for with needless width.
    expect(share).toBeLessThan(0.99);
  });

  it('would break it by far if the next refusal ended the interval, as for a single verifier', () => {
    const share = shareOf(
      RUNS,
      (random) => {
        const { seen, changed } = simulate(replicas, gap, horizon, random);
        const { lower, upper } = findTransition(seen, 0).interval;
        return lower < changed && upper !== 'unbounded' && changed <= upper;
      },
      replicas * gap,
    );
    expect(share).toBeLessThan(0.7);
  });

  it('may be left early by the rule for it, and only by that', () => {
    const probes = Math.ceil(horizon / (gap * 0.8));
    const stoppedTooEarly = (needed: number) => (random: Random) => {
      const { seen, changed } = simulate(replicas, gap, horizon, random);
      let inARow = 0;
      for (const { verdict, received } of seen) {
        inARow = verdict === 'reject' ? inARow + 1 : 0;
        if (inARow >= needed) return received < changed;
      }
      return false;
    };
    const right = shareOf(RUNS, stoppedTooEarly(rejectsNeededToStop(replicas, probes, POOL_ALPHA)), 5);
    const textbook = shareOf(RUNS, stoppedTooEarly(rejectsNeeded(replicas, POOL_ALPHA)), 5);
    expect(right).toBeLessThanOrEqual(POOL_ALPHA);
    expect(textbook).toBeGreaterThan(right);
  });
});

describe('mayStopPool', () => {
  it('never ends before the k of its rule, whatever was seen', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom<Observation['verdict']>('accept', 'reject', 'unknown'), { maxLength: 200 }),
        fc.integer({ min: 1, max: 8 }),
        (verdicts, replicas) => {
          const seen = verdicts.map((verdict, index) => ({ sent: index * 10, received: index * 10 + 5, verdict }));
          const trailing = verdicts.length - 1 - verdicts.lastIndexOf('accept');
          const needed = rejectsNeededToStop(replicas, 200, 0.05);
          if (mayStopPool(seen, -1, { replicas, alpha: 0.05, probes: 200 }))
            expect(trailing).toBeGreaterThanOrEqual(needed);
          expect(mayStopPool(seen, -1, { replicas: null, alpha: 0.05, probes: 200 })).toBe(false);
        },
      ),
    );
    expect(mayStopPool(rejects(200, 10), 0, { replicas: 8, alpha: 0.05, probes: 200 })).toBe(true);
  });
});
