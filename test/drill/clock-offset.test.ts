import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_DRIFT, offsetAt, offsetOf, onRunClock } from '../../src/drill/clock-offset.ts';
import { findTransition } from '../../src/drill/interval.ts';
import type { Probe } from '../../src/model/drill.ts';
import type { ClockSample } from '../../src/model/vantage.ts';

/** An agent's clock: what it shows when the run's shows `at`. It starts elsewhere and goes a little wrong. */
interface AgentClock {
  readonly start: number;
  readonly rate: number;
}

const shows = ({ start, rate }: AgentClock, at: number): number => start + at * (1 + rate);

const clocks: fc.Arbitrary<AgentClock> = fc.record({
  start: fc.double({ min: -1e7, max: 1e7, noNaN: true }),
  // Nearly all that is allowed for: the interval counts drift by the agent's clock, and this is by the run's.
  rate: fc.double({ min: -MAX_DRIFT * 0.99, max: MAX_DRIFT * 0.99, noNaN: true }),
});

/** Ways there and back that take anything from nothing to two seconds, as lopsided as they like. */
const ways = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 60_000, noNaN: true }),
    there: fc.double({ min: 0, max: 2000, noNaN: true }),
    inside: fc.double({ min: 0, max: 50, noNaN: true }),
    back: fc.double({ min: 0, max: 2000, noNaN: true }),
  }),
  { minLength: 1, maxLength: 60 },
);

function samplesOf(
  clock: AgentClock,
  exchanges: Iterable<{ at: number; there: number; inside: number; back: number }>,
): readonly ClockSample[] {
  return [...exchanges]
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, there, inside, back }) => ({
      asked: shows(clock, at),
      seen: at + there,
      answered: at + there + inside,
      heard: shows(clock, at + there + inside + back),
    }));
}

const SLACK = 1e-6;

describe('the offset between two clocks', () => {
  it('is what one exchange leaves possible', () => {
    expect(offsetOf({ asked: 1000, seen: 310, answered: 311, heard: 1021 })).toEqual({ lower: -710, upper: -690 });
  });

  it('holds the truth at every instant, whatever the way took and however the clocks drift', () => {
    fc.assert(
      fc.property(clocks, ways, fc.double({ min: 0, max: 60_000, noNaN: true }), (clock, exchanges, at) => {
        const offset = offsetAt(samplesOf(clock, exchanges), shows(clock, at));
        const truth = at - shows(clock, at);
        expect(offset?.lower ?? NaN).toBeLessThanOrEqual(truth + SLACK);
        expect(offset?.upper ?? NaN).toBeGreaterThanOrEqual(truth - SLACK);
      }),
      { numRuns: 2000 },
    );
  });

  it('is never wider than the quickest exchange near it and the drift since', () => {
    fc.assert(
      fc.property(clocks, ways, (clock, exchanges) => {
        const samples = samplesOf(clock, exchanges).slice(0, 16);
        const at = samples[0]?.asked ?? 0;
        const offset = offsetAt(samples, at);
        for (const sample of samples) {
          const { lower, upper } = offsetOf(sample);
          const drift = MAX_DRIFT * Math.max(Math.abs(at - sample.asked), Math.abs(at - sample.heard));
          expect((offset?.upper ?? 0) - (offset?.lower ?? 0)).toBeLessThanOrEqual(upper - lower + 2 * drift + SLACK);
        }
      }),
    );
  });

  it('leaves everything between two readings that contradict each other, as after a machine slept', () => {
    const before = { asked: 0, seen: 1000, answered: 1000, heard: 2 };
    const after = { asked: 1000, seen: 32_000, answered: 32_000, heard: 1002 };
    const offset = offsetAt([before, after], 500);
    expect(offset?.lower).toBeLessThanOrEqual(998);
    expect(offset?.upper).toBeGreaterThanOrEqual(31_000);
  });

  it('is unknown without a sample', () => {
    expect(offsetAt([], 5)).toBeNull();
  });
});

describe('probes of an agent on the clock of the run', () => {
  it('make an interval that holds the instant of the change, at any offset, drift and latency', () => {
    const latencies = fc.array(fc.double({ min: 1, max: 400, noNaN: true }), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(
        clocks,
        ways,
        latencies,
        fc.double({ min: 1000, max: 15_000, noNaN: true }),
        (clock, exchanges, taken, change) => {
          const samples = samplesOf(clock, exchanges);
          const placed = taken.flatMap((latency, index) => {
            const sent = index * 500;
            // The verifier decides somewhere on the way: here in the middle.
            const verdict = sent + latency / 2 < change ? 'accept' : 'reject';
            const probe = probeOf(shows(clock, sent), shows(clock, sent + latency), verdict);
            return onRunClock(probe, samples) ?? [];
          });
          const { interval } = findTransition(placed, 0);
          expect(interval.lower).toBeLessThanOrEqual(change + SLACK);
          expect(Number(interval.upper)).toBeGreaterThanOrEqual(change - SLACK);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('cannot be placed without a sample', () => {
    expect(onRunClock(probeOf(1, 2, 'accept'), [])).toBeNull();
  });
});

function probeOf(sent: number, received: number, verdict: Probe['verdict']): Probe {
  const rest = { arm: 'quiet', unit: 'u@a', vantage: 'a', credential: 'canary', role: 'canary' } as const;
  return { ...rest, due: sent, sent, received, verdict, reason: 'ok', status: 200, phase: 'observe' };
}
