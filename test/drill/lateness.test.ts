import { describe, expect, it } from 'vitest';
import { latenessOf, precisionOf, spreadOf } from '../../src/drill/lateness.ts';
import type { Probe } from '../../src/model/drill.ts';

function probe(due: number, begun: number | undefined, sent: number): Probe {
  return {
    arm: 'quiet',
    unit: 'orders',
    credential: 'canary',
    role: 'canary',
    phase: 'observe',
    due,
    ...(begun === undefined ? {} : { begun }),
    sent,
    received: sent + 5,
    verdict: 'accept',
    reason: 'ok',
    status: 200,
  };
}

describe('lateness', () => {
  it('is the time of the prober, not of the connection', () => {
    expect(latenessOf(probe(100, 103, 250))).toBe(3);
    // Journals of before tell only when the request left.
    expect(latenessOf(probe(100, undefined, 250))).toBe(150);
    expect(latenessOf(probe(100, 99, 120))).toBe(0);
  });

  it.for([
    { name: 'up to a tenth of the gap is as planned', begun: 5010, expected: { latenessMs: 10, reduced: false } },
    {
      name: 'above a tenth is less precise than planned',
      begun: 5010.1,
      expected: { latenessMs: 10.1, reduced: true },
    },
  ])('$name', ({ begun, expected }) => {
    const seen = [probe(1000, 1900, 1900), probe(5000, begun, begun), probe(5100, 5100, 5100)];
    expect(precisionOf(seen, 5050, 100)).toEqual({ gapMs: 100, ...expected });
  });

  it('has a 99th percentile and a maximum, and zeros of nothing', () => {
    expect(spreadOf(Array.from({ length: 100 }, (_, index) => 99 - index))).toEqual({ p99: 99, max: 99 });
    expect(spreadOf(Array.from({ length: 1000 }, (_, index) => index))).toEqual({ p99: 990, max: 999 });
    expect(spreadOf([])).toEqual({ p99: 0, max: 0 });
  });
});
