import { describe, expect, it } from 'vitest';
import { latenessOf, precisionOf, spreadOf } from '../../src/drill/lateness.ts';
import { recompute } from '../../src/drill/recompute.ts';
import type { Probe } from '../../src/model/drill.ts';
import { rechained } from './rechained.ts';
import { planOf, stage } from './staged-run.ts';

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

describe('a drill on a machine that stands still now and then', () => {
  it('says that it is less precise than planned, and keeps its intervals', async () => {
    const set = stage();
    const result = await set.run(planOf('leaked-access-token'));
    const late = rechained(set.disk.text(set.disk.paths('journal.ndjson')[0] ?? ''), (event) =>
      event.type === 'probe' && event.probe.unit === 'jose'
        ? { ...event, probe: { ...event.probe, begun: event.probe.due + 40 } }
        : event,
    );
    const again = recompute(late).result;
    const joseOf = (of: typeof again): object | undefined => of?.arms[0]?.units.find(({ unit }) => unit === 'jose');
    expect(joseOf(result)).toMatchObject({ precision: { latenessMs: 0, gapMs: 50, reduced: false } });
    expect(joseOf(again)).toMatchObject({ precision: { latenessMs: 40, gapMs: 50, reduced: true }, verdict: 'pass' });
    expect(again?.arms[0]?.ttr).toEqual(result.arms[0]?.ttr);
    expect(again?.load).toMatchObject({ latenessMaxMs: 40 });
    expect(again?.findings).toEqual([
      expect.objectContaining({
        rule: 'drill/late-probes',
        severity: 'info',
        message: expect.stringContaining('at one unit, at worst jose: by 40 ms at a gap of 50ms'),
      }),
    ]);
  });
});
