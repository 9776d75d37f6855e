import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { compareJson } from '../../src/drill/compare-json.ts';
import { recompute } from '../../src/drill/recompute.ts';
import type { Difference } from '../../src/model/verification.ts';
import { readDrillResult } from '../../src/policy/read-drill-result.ts';
import { drillJson } from '../../src/report/drill-json.ts';
import { planOf, stage } from './staged-run.ts';

/** What `drill verify` does without signatures: the stated document against the one that the journal gives. */
function differences(stated: unknown, journal: string): readonly Difference[] {
  const { result, predictions } = recompute(journal);
  if (result === null) throw new Error('the journal gives no result');
  return compareJson(stated, JSON.parse(drillJson(result, { predictions, probes: true })));
}

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Every leaf and every empty container of a document, by its path. */
function leaves(value: Json, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries: readonly (readonly [string | number, Json])[] = Array.isArray(value)
    ? value.map((item, index) => [index, item] as const)
    : Object.entries(value);
  return entries.length === 0 ? [path] : entries.flatMap(([name, member]) => leaves(member, [...path, name]));
}

function withLeaf(value: Json, path: readonly (string | number)[], change: (leaf: Json) => Json): Json {
  const [head, ...rest] = path;
  if (head === undefined) return change(value);
  if (Array.isArray(value)) return value.map((item, index) => (index === head ? withLeaf(item, rest, change) : item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, name === head ? withLeaf(member, rest, change) : member]),
  );
}

function flipped(leaf: Json): Json {
  if (typeof leaf === 'number') return leaf + 0.001;
  if (typeof leaf === 'boolean') return !leaf;
  if (typeof leaf === 'string') return leaf === 'pass' ? 'fail' : `${leaf}x`;
  return leaf === null ? 'something' : ['something'];
}

describe('a result that is worked out again', async () => {
  const set = stage();
  const plan = planOf('leaked-signing-key');
  const result = await set.run(plan);
  const [path = ''] = set.disk.paths('journal.ndjson');
  const journal = set.disk.text(path);
  const text = drillJson(result, { predictions: plan.predictions, probes: true });
  const stated = JSON.parse(text) as Json;

  it('is the same, member for member', () => {
    expect(recompute(journal)).toMatchObject({ faults: [], unusable: null });
    expect(differences(stated, journal)).toEqual([]);
  });

  const again: unknown = JSON.parse(
    drillJson(recompute(journal).result ?? result, { predictions: plan.predictions, probes: true }),
  );
  const pointerOf = (path: readonly (string | number)[]): string => `/${path.join('/').replaceAll('~', '~0')}`;

  it('gives away a change of any one of its members', () => {
    // Without the probes, which are most of it and have a test of their own.
    const small = readDrillResult('r.json', text).stored?.result ?? result;
    const [doc, same] = [small, recompute(journal).result ?? result].map(
      (one) => JSON.parse(drillJson(one, { predictions: plan.predictions })) as Json,
    );
    const paths = leaves(doc ?? null);
    expect(paths.length).toBeGreaterThan(500);
    for (const path of paths) {
      const told = compareJson(withLeaf(doc ?? null, path, flipped), same);
      expect(told).toHaveLength(1);
      expect(told[0]?.path.startsWith(pointerOf(path)), pointerOf(path)).toBe(true);
    }
  });

  it('gives away a change of any probe', () => {
    const paths = leaves(stated).filter(([member]) => member === 'probes');
    fc.assert(
      fc.property(fc.nat(paths.length - 1), (index) => {
        const path = paths[index] ?? [];
        expect(compareJson(withLeaf(stated, path, flipped), again).map((one) => one.path)).toEqual([pointerOf(path)]);
      }),
      { numRuns: 40 },
    );
  });

  it('gives away a member that is added or left out', () => {
    const members = stated as Record<string, Json>;
    expect(differences({ ...members, extra: 1 }, journal)).toEqual([
      { path: '/extra', stated: 1, recomputed: undefined },
    ]);
    const { overall: _, ...rest } = members;
    expect(differences(rest, journal).map((one) => one.path)).toEqual(['/overall']);
    expect(differences(JSON.parse('{"__proto__":{"overall":{}}}'), journal).map((one) => one.path)).toContain(
      '/__proto__',
    );
  });

  it('does not fit a journal that was cut short, swapped or changed', () => {
    const rows = journal.trimEnd().split('\n');
    const cut = recompute(`${rows.slice(0, -3).join('\n')}\n`);
    expect(cut).toMatchObject({ result: null, unusable: 'the run of the journal has not ended' });
    const at = rows.findIndex((row) => row.includes('"type":"probe"'));
    const swapped = rows.with(at, rows[at + 1] ?? '').with(at + 1, rows[at] ?? '');
    expect(recompute(`${swapped.join('\n')}\n`).faults.map(({ line }) => line)).toContain(at + 1);
    const end = rows.length - 1;
    expect(
      differences(
        stated,
        `${rows.with(end, (rows[end] ?? '').replace('"clean":true', '"clean":false')).join('\n')}\n`,
      ).map((one) => one.path),
    ).toEqual(expect.arrayContaining(['/journal/sha256', '/safety/clean']));
  });

  it('does not fit a journal whose chain was made again after a probe was changed', async () => {
    const { rechained } = await import('./rechained.ts');
    const forged = rechained(journal, (event) =>
      event.type === 'probe' && event.probe.role === 'canary' && event.probe.phase === 'observe'
        ? { ...event, probe: { ...event.probe, verdict: 'reject' } }
        : event,
    );
    const { faults } = recompute(forged);
    expect(faults).toEqual([]);
    expect(differences(stated, forged).map((one) => one.path)).toContain('/journal/sha256');
  });

  it('is bound to its plan by the first line', async () => {
    const { rechained } = await import('./rechained.ts');
    const eased = rechained(journal, (event) =>
      event.type === 'plan' ? { ...event, plan: { ...event.plan, objective: 'unknown' } } : event,
    );
    expect(recompute(eased).faults).toEqual([{ line: 2, what: 'holds another plan than the first line is bound to' }]);
  });

  it('says of a journal without a plan that it is older than that', async () => {
    const { rechained } = await import('./rechained.ts');
    const old = rechained(journal, (event) => (event.type === 'plan' ? null : event));
    expect(recompute(old)).toMatchObject({
      result: null,
      unusable: 'the journal was written by firebreak/test, before journals held what a run is judged by',
    });
  });

  it('comes back from its file as it was, with and without probes', () => {
    for (const probes of [true, false]) {
      const written = drillJson(result, { predictions: plan.predictions, probes });
      const { stored, problems } = readDrillResult('r.json', written);
      expect(problems).toEqual([]);
      expect(stored === null ? '' : drillJson(stored.result, { predictions: stored.predictions, probes })).toBe(
        written,
      );
    }
  });

  it('is refused when it is no result', () => {
    expect(readDrillResult('r.json', '{').problems).toMatchObject([{ message: 'r.json is no JSON' }]);
    const bad = withLeaf(stated, ['arms', 0, 'units', 0, 'verdict'], () => 'perfect');
    expect(readDrillResult('r.json', JSON.stringify(bad)).problems).toMatchObject([
      {
        message: expect.stringMatching(
          /^r\.json is no DrillResult of this version: \/arms\/0\/units\/0\/verdict/,
        ) as string,
      },
    ]);
  });
});

describe('a run that died and was recovered', () => {
  it('is no pass, whatever its finished arms show', async () => {
    const set = stage();
    const plan = planOf('leaked-signing-key');
    const runs = set.run(plan);
    await vi.waitFor(
      () =>
        expect(set.disk.text(set.disk.paths('journal.ndjson')[0] ?? '')).toContain('"type":"arm.start","arm":"busy"'),
      {
        timeout: 50_000,
      },
    );
    set.kill();
    await Promise.race([runs.catch(() => undefined), set.recover()]);
    const { result, faults } = recompute(set.disk.text(set.disk.paths('journal.ndjson')[0] ?? ''));
    expect(faults).toEqual([]);
    expect(result?.arms.map(({ arm }) => arm)).toEqual(['quiet']);
    expect(result?.overall).toEqual({
      verdict: 'stopped',
      why: 'it did not come to its end, and was put back later',
      ttr: null,
    });
  });
});

describe('a run that was stopped, and one that refused legitimate tokens', () => {
  it('are worked out again the same, too', async () => {
    const set = stage();
    const plan = planOf('leaked-signing-key');
    set.stop.abort(new Error('a person'));
    const result = await set.run(plan);
    const [path = ''] = set.disk.paths('journal.ndjson');
    const stated: unknown = JSON.parse(drillJson(result, { predictions: plan.predictions, probes: true }));
    expect(differences(stated, set.disk.text(path))).toEqual([]);
    expect(stated).toMatchObject({ overall: { verdict: 'stopped', why: 'a person stopped it' } });
  });
});

describe('a run of attacks', async () => {
  const set = stage();
  const plan = planOf('forged-tokens', (text) =>
    text.replace(/kinds:\n(?: +- [\w-]+\n)+/, 'kinds: [alg-none, no-signature, empty]\n'),
  );
  set.world.meddling = {
    onVerifier: (name, token) => (name === 'jose' && token.endsWith('.') ? { status: 200 } : null),
  };
  const result = await set.run(plan);
  const journal = set.disk.text(set.disk.paths('journal.ndjson')[0] ?? '');
  const text = drillJson(result, { predictions: plan.predictions, probes: true });
  const stated = JSON.parse(text) as Json;

  it('is worked out again from the attempts in its journal, member for member', () => {
    expect(result.overall.verdict).toBe('fail');
    expect(recompute(journal)).toMatchObject({ faults: [], unusable: null });
    expect(recompute(journal).result?.matrix).toEqual(result.matrix);
    expect(differences(stated, journal)).toEqual([]);
  });

  it('records every attempt, and no token', () => {
    const attempts = set.journal().filter(({ event }) => event.type === 'attack');
    const probes = (result.matrix?.cells ?? []).reduce((sum, cell) => sum + cell.probes, 0);
    expect(probes).toBeGreaterThan(0);
    expect(attempts).toHaveLength(probes);
    expect(journal).not.toMatch(/eyJ[\w-]{10,}\.[\w-]{10,}/);
  });

  it('gives away attempts that were changed or left out', async () => {
    const { rechained } = await import('./rechained.ts');
    const eased = rechained(journal, (event) =>
      event.type === 'attack' && event.attempt.probe !== null
        ? { ...event, attempt: { ...event.attempt, probe: { ...event.attempt.probe, verdict: 'reject' } } }
        : event,
    );
    expect(recompute(eased).result?.overall.verdict).toBe('pass');
    expect(differences(stated, eased).map((one) => one.path)).toEqual(
      expect.arrayContaining(['/journal/sha256', '/overall/verdict']),
    );
    const none = rechained(journal, (event) => (event.type === 'attack' ? null : event));
    expect(recompute(none).result?.overall.verdict).toBe('inconclusive');
  });

  it('comes back from its file as it was, unless it names an attack that nobody knows', () => {
    const { stored, problems } = readDrillResult('r.json', text);
    expect(problems).toEqual([]);
    expect(stored?.result.matrix).toEqual(result.matrix);
    expect(stored === null ? '' : drillJson(stored.result, { predictions: plan.predictions, probes: true })).toBe(text);
    const strange = withLeaf(stated, ['matrix', 'cells', 0, 'kind'], () => 'toString');
    expect(readDrillResult('r.json', JSON.stringify(strange)).problems).toMatchObject([
      { message: 'r.json is no DrillResult of this version: no attack is called "toString"' },
    ]);
  });
});
