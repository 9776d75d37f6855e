import { describe, expect, it } from 'vitest';
import { containedAt, exposureOf, judgeUnitProof } from '../../src/incident/judge-proof.ts';
import type { JournalRecord } from '../../src/incident/journal.ts';
import { proofData, verifiedBy } from '../../src/incident/verified.ts';
import type { Probe } from '../../src/model/drill.ts';
import type { IncidentProof, UnitProof } from '../../src/model/incident-proof.ts';
import { millis } from '../../src/model/quantity.ts';

/** Wall clock at the zero of run time. */
const ZERO = 1_000_000;

/** `canary 100 reject`: sent at 100, answered 10 later. */
function probesOf(rows: readonly string[]): readonly Probe[] {
  return rows.map((row) => {
    const [role, at, verdict, reason = 'ok'] = row.split(' ');
    const sent = Number(at);
    return {
      arm: 'quiet',
      unit: 'jose',
      credential: role === 'canary' ? 'presented' : 'fresh',
      role: role === 'canary' ? 'canary' : 'control',
      due: sent,
      sent,
      received: sent + 10,
      verdict: verdict === 'accept' || verdict === 'reject' ? verdict : 'unknown',
      reason,
      status: null,
      phase: 'observe',
    };
  });
}

function judge(rows: readonly string[]): UnitProof {
  return judgeUnitProof({
    unit: { id: 'jose', verifier: 'jose', url: '', method: 'GET' },
    probes: probesOf(rows),
    closing: null,
    from: -500,
    zero: ZERO,
    predicted: millis(1000),
  });
}

describe('the proof of one place', () => {
  it.each([
    [
      'refused while a fresh token is accepted',
      ['control 90 accept', 'canary 100 reject'],
      'contained',
      [ZERO - 500, ZERO + 110],
    ],
    [
      'accepted, then refused',
      ['canary 0 accept', 'control 190 accept', 'canary 200 reject'],
      'contained',
      [ZERO, ZERO + 210],
    ],
    [
      'still accepted',
      ['control 90 accept', 'canary 100 reject', 'canary 200 accept'],
      'open',
      [ZERO + 200, 'unbounded'],
    ],
    ['everything refused', ['control 90 reject', 'canary 100 reject'], 'unproven', [ZERO - 500, ZERO + 110]],
    ['nothing to compare with', ['canary 100 reject'], 'unproven', [ZERO - 500, ZERO + 110]],
    ['down', ['canary 100 unknown refused'], 'unproven', null],
    ['expired', ['control 90 accept', 'canary 100 unknown expired'], 'expired', null],
    [
      'down first, up later',
      ['control 90 unknown', 'canary 100 reject', 'control 2990 accept', 'canary 3000 reject'],
      'contained',
      [ZERO - 500, ZERO + 3010],
    ],
  ] as const)('%s', (_name, rows, state, interval) => {
    const proof = judge(rows);
    expect(proof.state).toBe(state);
    expect(proof.contained === null ? null : [proof.contained.lower, proof.contained.upper]).toEqual(interval);
  });

  it('holds the interval against the prediction, counted from the start of containment', () => {
    expect(judge(['control 90 accept', 'canary 100 reject']).model).toBe('kept');
    expect(judge(['canary 600 accept', 'control 690 accept', 'canary 700 reject']).model).toBe('exceeded');
    expect(judge(['control 890 accept', 'canary 900 reject']).model).toBe('undecided');
  });
});

describe('all places together', () => {
  const contained = judge(['canary 0 accept', 'control 190 accept', 'canary 200 reject']);
  const open = { ...judge(['canary 100 accept']), unit: 'hono', verifier: 'hono' };

  it('are contained when the slowest is, and only when every one was probed', () => {
    expect(containedAt([contained], [])).toEqual({ lower: ZERO, upper: ZERO + 210 });
    expect(containedAt([contained], ['deaf'])).toBeNull();
    expect(containedAt([contained, open], [])).toBeNull();
    expect(containedAt([], [])).toBeNull();
  });

  it('expose for the sum of their times, without end while one is open', () => {
    expect(exposureOf([contained], ZERO - 500)).toEqual({ lower: 0.5, upper: 0.71 });
    expect(exposureOf([contained, open], ZERO - 500).upper).toBe('unbounded');
  });

  const recordOf = (units: readonly UnitProof[], time: string): JournalRecord => {
    const proof: IncidentProof = {
      incident: 'inc-7',
      kind: 'witness',
      allowedBy: null,
      from: ZERO - 500,
      begun: ZERO,
      ended: ZERO,
      units,
      unprobed: [],
      contained: null,
      exposureUnitSeconds: { lower: 0, upper: 'unbounded' },
      evidence: { path: 'e', sha256: '', lines: 0 },
    };
    return {
      author: '@ana',
      seq: 1,
      previous: null,
      time,
      event: 'verified',
      data: JSON.parse(JSON.stringify(proofData(proof))) as Record<string, unknown>,
    };
  };
  const later = { ...contained, contained: { lower: ZERO - 500, upper: ZERO + 90_000 } };
  const was = { ...open, unit: 'jose' };

  it.each([
    [
      'a later refusal does not make a proof later',
      [contained, later],
      'contained',
      { lower: ZERO, upper: ZERO + 210 },
    ],
    ['a later accept undoes a proof', [contained, was], 'open', was.contained],
    [
      'an earlier accept bounds a later proof from below',
      [was, later],
      'contained',
      { lower: ZERO + 100, upper: ZERO + 90_000 },
    ],
  ] as const)('%s', (_name, runs, state, interval) => {
    const records = runs.map((unit, index) => recordOf([unit], `2026-11-30T09:0${index}:00.000Z`));
    expect(verifiedBy(records)?.units[0]).toMatchObject({ state, contained: interval });
  });
});
