import { describe, expect, it } from 'vitest';
import type { JournalEvent, JournalLine, Probe, ProbeVerdict } from '../../src/model/drill.ts';
import { drillProgress, formatEvent } from '../../src/report/drill-events.ts';

function line(t: number, event: JournalEvent): JournalLine {
  return { seq: 1, prev: '0'.repeat(64), t, at: '2026-01-15T09:30:00.000Z', event };
}

function probe(sent: number, verdict: ProbeVerdict, over: Partial<Probe> = {}): JournalLine {
  const base: Probe = {
    arm: 'quiet',
    unit: 'jose/127.0.0.1',
    credential: 'leaked',
    role: 'canary',
    due: sent,
    sent,
    received: sent + 5,
    verdict,
    reason: '',
    status: null,
    phase: 'observe',
  };
  return line(sent + 5, { type: 'probe', probe: { ...base, ...over } });
}

const effect = {
  id: 'e1',
  action: 'jwks.add_key',
  with: {},
  says: 'publish canary key fbcanary-1 at issuer lab',
  undo: 'required',
} as const;

describe('a journal line as progress', () => {
  it.for<{ event: JournalEvent; says: string | null }>([
    {
      event: { type: 'arm.start', arm: 'quiet' },
      says: '   1.20 s  quiet arm: only the leaked credential is used after containment; this is the guarantee',
    },
    { event: { type: 'intent', effect }, says: '   1.20 s  e1: publish canary key fbcanary-1 at issuer lab' },
    { event: { type: 'ack', effectId: 'e1' }, says: '   1.20 s  e1: done' },
    { event: { type: 'fail', effectId: 'e1', why: 'no answer' }, says: '   1.20 s  e1: FAILED, no answer' },
    { event: { type: 'mark', arm: 'quiet', mark: 't0', at: 1200 }, says: '   1.20 s  the leak is known (t0)' },
    {
      event: {
        type: 'calibration',
        arm: 'quiet',
        when: 'before',
        unit: 'a/1',
        verdict: 'unprotected',
        why: 'accepts a broken signature',
      },
      says: '   1.20 s  a/1: EXCLUDED, unprotected: accepts a broken signature',
    },
    {
      event: { type: 'undo.verify', effectId: 'e1', gone: false, why: 'still in the key set' },
      says: '   1.20 s  e1: STILL THERE, still in the key set',
    },
    {
      event: { type: 'run.end', outcome: 'interrupted', clean: true },
      says: '   1.20 s  run interrupted, everything put back',
    },
    { event: { type: 'abort', why: 'bad\u001B[2J\nname' }, says: '   1.20 s  stopping: bad\uFFFD[2J name' },
    { event: { type: 'undo.ack', effectId: 'e1' }, says: null },
  ])('$event.type', ({ event, says }) => {
    expect(formatEvent(line(1200, event))).toBe(says);
  });

  it('is silent about single probes', () => {
    expect(formatEvent(probe(10, 'accept'))).toBeNull();
  });
});

describe('progress over a run', () => {
  const told = (lines: readonly JournalLine[]): readonly (string | null)[] => lines.map(drillProgress());
  const t0 = line(1000, { type: 'mark', arm: 'quiet', mark: 't0', at: 1000 });

  it('tells each change of mind once, with the time since the leak', () => {
    expect(
      told([t0, probe(1100, 'accept'), probe(1300, 'reject'), probe(1500, 'reject'), probe(1700, 'accept')]).slice(1),
    ).toEqual([
      null,
      '   1.31 s  jose/127.0.0.1 refuses the leaked credential, 0.31 s after t0',
      null,
      '   1.71 s  jose/127.0.0.1 ACCEPTS the leaked credential again, 0.71 s after t0',
    ]);
  });

  it('says nothing of other roles, of calibration and before the leak', () => {
    expect(
      told([
        probe(10, 'reject'),
        t0,
        probe(1100, 'reject', { role: 'negative' }),
        probe(1200, 'reject', { phase: 'calibration' }),
      ]),
    ).toEqual([null, '   1.00 s  the leak is known (t0)', null, null]);
  });

  it('does not take an answer after a silence for a change', () => {
    expect(told([t0, probe(1100, 'unknown'), probe(1300, 'accept')]).slice(2)).toEqual([null]);
  });
});
