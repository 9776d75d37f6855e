import type { PoolDeclaration } from '../../src/model/pool.ts';
import { describe, expect, it } from 'vitest';
import { poolNotes } from '../../src/drill/pool-notes.ts';
import { judgePool } from '../../src/drill/judge-pool.ts';
import { recompute } from '../../src/drill/recompute.ts';
import { replicaOf } from '../../src/drill/replica-id.ts';
import type { DrillResult, Probe, ProbeVerdict, UnitResult } from '../../src/model/drill.ts';
import { readDrillResult } from '../../src/policy/read-drill-result.ts';
import { drillJson } from '../../src/report/drill-json.ts';
import { planOf, stage } from './staged-run.ts';

const NAMED: PoolDeclaration = { replicas: 2, id: { header: 'x-pod' } };

/** Probes ten milliseconds apart, each answered after five: `a+` accepted by a, `b-` refused by b, `?` lost, `-` refused by nobody. */
function probesOf(text: string): readonly Probe[] {
  return text.split(' ').map((mark, index) => {
    const verdict: ProbeVerdict = mark.endsWith('+') ? 'accept' : mark.endsWith('-') ? 'reject' : 'unknown';
    const replica = mark.slice(0, -1);
    const at = 100 + index * 10;
    return {
      arm: 'quiet',
      unit: 'orders',
      credential: 'canary',
      role: 'canary',
      phase: 'observe',
      due: at,
      begun: at,
      sent: at,
      received: at + 5,
      verdict,
      reason: 'ok',
      status: 200,
      ...(replica === '' ? {} : { replica }),
    };
  });
}

describe('a pool whose replicas name themselves', () => {
  it.for([
    { name: 'ends with its slowest replica', seen: 'a+ b+ a- b+ a- b-', end: [130, 155], flaps: 0, complete: true },
    {
      name: 'takes no turn from one to the other for a flap',
      seen: 'a- b+ a- b+ a- b-',
      end: [130, 155],
      flaps: 0,
      complete: true,
    },
    { name: 'shows the flap of one replica', seen: 'a+ b- a- a+ a- b-', end: [130, 145], flaps: 1, complete: true },
    {
      name: 'has no end while one replica was not seen to refuse',
      seen: 'a+ b+ a- a- a-',
      end: [110, 'unbounded'],
      flaps: 0,
      complete: true,
    },
    { name: 'is incomplete while one was not seen', seen: 'a+ a- a-', end: [100, 115], flaps: 0, complete: false },
    {
      name: 'is not closed by refusals of nobody',
      seen: 'a+ b+ - - - a-',
      end: [110, 'unbounded'],
      flaps: 0,
      complete: true,
    },
    {
      name: 'is kept open by an accept of somebody',
      seen: 'a+ b+ a- b- + a- b-',
      end: [140, 'unbounded'],
      flaps: 0,
      complete: true,
    },
    { name: 'is widened by lost answers', seen: 'a+ b+ a- ? b- a-', end: [110, 145], flaps: 0, complete: true },
  ] as const)('$name', ({ seen, end: [lower, upper], flaps, complete }) => {
    const { transition, pool } = judgePool(probesOf(seen), { t0: 0, from: 50 }, NAMED);
    expect(transition).toMatchObject({ interval: { lower, upper }, flaps });
    expect(pool.complete).toBe(complete);
  });

  it('is never complete when nobody says how many there are', () => {
    const { pool } = judgePool(probesOf('a+ b+ a- b-'), { t0: 0, from: 50 }, { ...NAMED, replicas: null });
    expect(pool).toMatchObject({ seen: 2, expected: null, complete: false });
    expect(pool.statement).toContain('nobody says how many there are');
  });
});

describe('replicaOf', () => {
  const answer = { headers: { 'x-pod': 'orders-7f9-x2' }, body: '{"host":{"a/b":17}}' };

  it.for([
    [{ header: 'x-pod' }, 'orders-7f9-x2'],
    [{ header: 'x-other' }, undefined],
    [{ pointer: '/host/a~1b' }, '17'],
    [{ pointer: '/host' }, undefined],
    [{ pointer: '/constructor' }, undefined],
  ] as const)('finds %o', ([id, name]) => {
    expect(replicaOf(answer, id).replica).toBe(name);
  });

  it('takes nothing that is no name into a journal', () => {
    for (const name of ['', 'a b', '<script>', 'a\nb', 'x'.repeat(101)])
      expect(replicaOf({ headers: { id: name }, body: '' }, { header: 'id' })).toEqual({});
  });
});

describe('the plan of a drill', () => {
  it.for([
    { pool: NAMED, note: 'it can pass only when all 2 replicas were seen' },
    {
      pool: { replicas: 8, id: null },
      note: 'its 8 replicas cannot be told apart, so its interval ends 23 refusals after the last accept, 1s150ms at the least, with 95 % confidence',
    },
    {
      pool: { replicas: null, id: null },
      note: 'nobody says how many replicas it has, so it can fail and cannot pass',
    },
  ])('says what a pool lets it know: $note', ({ pool, note }) => {
    const { drill } = planOf('leaked-access-token');
    expect(poolNotes(drill, [{ name: 'orders', pool }, { name: 'jose' }])).toEqual([`orders is a pool: ${note}`]);
    expect(
      poolNotes({ observe: { ...drill.observe, attacks: [{ of: 'c', kinds: [], at: drill.at }] } }, [
        { name: 'orders', pool },
      ]),
    ).toEqual([]);
  });
});

describe('a drill of a verifier behind a balancer', () => {
  async function drill(
    pool: PoolDeclaration,
    answering: number,
  ): Promise<{ unit: UnitResult | undefined; result: DrillResult; journal: string }> {
    const set = stage();
    const plan = planOf('leaked-access-token');
    let turn = 0;
    set.world.meddling = {
      headersOf: (name) => {
        if (name !== 'jose') return {};
        turn += 1;
        return { 'x-pod': `pod-${turn % answering}` };
      },
    };
    const units = plan.units.map((unit) => (unit.verifier === 'jose' ? { ...unit, pool } : unit));
    const result = await set.run({ ...plan, units });
    const unit = result.arms[0]?.units.find(({ verifier }) => verifier === 'jose');
    return { unit, result, journal: set.disk.text(set.disk.paths('journal.ndjson')[0] ?? '') };
  }

  it('judges every replica that names itself, and passes when all were seen', async () => {
    const { unit, result, journal } = await drill({ replicas: 3, id: { header: 'x-pod' } }, 3);
    expect(unit).toMatchObject({ verdict: 'pass', flaps: 0, pool: { expected: 3, seen: 3, complete: true } });
    expect(unit?.pool?.replicas.map(({ id }) => id).toSorted()).toEqual(['pod-0', 'pod-1', 'pod-2']);
    expect(unit?.interval?.upper).toBe(
      Math.max(...(unit?.pool?.replicas ?? []).map(({ interval }) => Number(interval.upper))),
    );
    expect(recompute(journal).result).toEqual(result);
    const text = drillJson(result, { probes: true });
    const { stored, problems } = readDrillResult('result.json', text);
    expect(problems).toEqual([]);
    expect(stored?.result.arms[0]?.units.find(({ verifier }) => verifier === 'jose')?.pool).toMatchObject({ seen: 3 });
    expect(stored?.result.probes.filter(({ replica }) => replica !== undefined)).not.toEqual([]);
  });

  it('cannot pass while a replica was not seen', async () => {
    const { unit, result } = await drill({ replicas: 4, id: { header: 'x-pod' } }, 3);
    expect(unit).toMatchObject({ verdict: 'inconclusive', pool: { seen: 3, complete: false } });
    expect(result.findings).toContainEqual(
      expect.objectContaining({
        rule: 'drill/pool-incomplete',
        unit: 'jose',
        message: 'only 3 of 4 replicas were seen: what was not seen may still accept',
      }),
    );
    expect(result.overall.verdict).toBe('inconclusive');
  });

  it('says how sure it is of replicas that cannot be told apart, and waits for as many refusals as that takes', async () => {
    const opaque = await drill({ replicas: 3, id: null }, 3);
    expect(opaque.unit).toMatchObject({ verdict: 'pass', pool: { seen: null, confidence: 0.95, complete: true } });
    expect(opaque.unit?.pool?.statement).toMatch(
      /^\d+ refusals followed the last accept; 8 in a row rule out with 95 % confidence that one of 3 replicas still accepts/,
    );
    expect(opaque.result.method.at(-1)).toContain('jose, quiet arm: ');
    const single = await drill({ replicas: 1, id: null }, 1);
    expect(Number(opaque.unit?.interval?.upper)).toBeGreaterThan(Number(single.unit?.interval?.upper));
    const unknown = await drill({ replicas: null, id: null }, 1);
    expect(unknown.unit).toMatchObject({ verdict: 'inconclusive', interval: { upper: 'unbounded' } });
    expect(unknown.unit?.pool?.statement).toMatch(/at most \d+(\.\d)? % of requests can still be accepted/);
  });
});
