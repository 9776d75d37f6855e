import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { historyOf } from '../../src/drill/history.ts';
import type { DrillResult, Interval, UnitResult } from '../../src/model/drill.ts';
import type { DrillHistory } from '../../src/model/drill-history.ts';
import { millis } from '../../src/model/quantity.ts';
import type { StoredResult } from '../../src/model/stored-result.ts';
import { readDrillResult } from '../../src/policy/read-drill-result.ts';
import { historyJson } from '../../src/report/drill-history-json.ts';
import { historyOpenMetrics } from '../../src/report/drill-history-openmetrics.ts';
import { historyMarkdown, historyText } from '../../src/report/drill-history-text.ts';
import { drillJson } from '../../src/report/drill-json.ts';
import { paint } from '../../src/report/color.ts';
import { drillPredictions, drillResult, passingResult } from '../report/drill-fixture.ts';
import { SCRIPTS } from '../report/drill-script.ts';

const NAME = 'jose';
const BASE = drillResult({ scripts: SCRIPTS.filter(({ verifier }) => verifier === NAME), arms: ['quiet'] });

interface Run {
  readonly interval: Interval | null;
  readonly verdict?: UnitResult['verdict'];
  readonly over?: Partial<DrillResult>;
  readonly product?: string;
  readonly cache?: number;
}

/** One stored run of one verifier, day after day. */
function stored(runs: readonly Run[]): readonly StoredResult[] {
  return runs.map(({ interval, verdict = 'pass', over = {}, product, cache }, index) => {
    const day = String(index + 1).padStart(2, '0');
    const arms = BASE.arms.map((arm) => ({
      ...arm,
      units: arm.units.map((unit) => ({
        ...unit,
        interval,
        verdict,
        addends: unit.addends.map((addend) =>
          addend.symbol === 'C' && cache !== undefined ? { ...addend, value: millis(cache) } : addend,
        ),
      })),
    }));
    const result = {
      ...BASE,
      runId: `202601${day}t000000z-00000001`,
      startedAt: `2026-01-${day}T00:00:00.000Z`,
      arms,
      ...over,
    };
    const predictions = drillPredictions().map((one) => (product === undefined ? one : { ...one, product }));
    const { stored: read, problems } = readDrillResult(`r${day}.json`, drillJson(result, { predictions }));
    if (read === null) throw new Error(problems.map(({ message }) => message).join());
    return read;
  });
}

const to = (lower: number, upper: Interval['upper']): Interval => ({ lower, upper });

function only({ series }: DrillHistory): DrillHistory['series'][number] {
  expect(series).toHaveLength(1);
  const [first] = series;
  if (first === undefined) throw new Error('there is a series');
  return first;
}

describe('the history of drills', () => {
  it('estimates from intervals and says how little a few drills allow to be said', () => {
    const series = only(
      historyOf(stored([{ interval: to(1000, 2000) }, { interval: to(3000, 5000) }, { interval: to(2000, 4000) }])),
    );
    expect(series).toMatchObject({ verifier: NAME, scenario: 'signing_key', arm: 'quiet', environment: 'lab' });
    expect(series.median).toEqual(to(3000, 4000));
    expect(series.statements).toMatchObject({ drills: 3, breaches: 0, next: { bound: 5000, confidence: 0.75 } });
    expect(series.statements.breachBound).toBeCloseTo(1 - 0.05 ** (1 / 3), 9);
  });

  it('calls slower only what shares nothing with any run before, and names what changed', () => {
    const runs = only(
      historyOf(
        stored([
          { interval: to(1000, 2000) },
          { interval: to(1500, 2500) },
          {
            interval: to(2600, 2700),
            cache: 40_000,
            product: 'jose 7.0.0',
            over: {
              policy: { ...BASE.policy, digest: 'ee'.repeat(32) },
              drill: { ...BASE.drill, digest: 'ff'.repeat(32) },
            },
          },
        ]),
      ),
    ).runs;
    expect(runs.map(({ shift }) => shift)).toEqual([null, null, { direction: 'slower', priors: 2 }]);
    expect(runs[1]?.changes).toEqual([]);
    expect(runs[2]?.changes.map(({ what, before, after }) => [what, before, after])).toEqual([
      ['policy', 'cdcdcdcdcdcd', 'eeeeeeeeeeee'],
      ['drill', 'abababababab', 'ffffffffffff'],
      ['product', expect.stringMatching(/^jose 6/), 'jose 7.0.0'],
      ['setting', '5s', '40s'],
    ]);
  });

  it('does not call overlapping intervals a change', () => {
    const { runs } = only(historyOf(stored([{ interval: to(1000, 2000) }, { interval: to(1999, 9000) }])));
    expect(runs[1]?.shift).toBeNull();
  });

  it('tells of an improvement that came with lost coverage', () => {
    const { remarks } = only(
      historyOf(
        stored([{ interval: to(3000, 4000) }, { interval: null, verdict: 'inconclusive' }, { interval: to(1, 2) }]),
      ),
    );
    expect(remarks).toEqual(['the last run is faster, but its coverage changed: 0 of 1 measured, now 1 of 1 measured']);
  });

  it('counts a run that is stored twice once, and undecided runs as misses', () => {
    const one = stored([{ interval: to(1, 'unbounded'), verdict: 'inconclusive' }]);
    const history = historyOf([...one, ...one]);
    expect(history.results).toBe(1);
    expect(only(history).statements).toMatchObject({ undecided: 1, breachBound: 1, next: { bound: 'unbounded' } });
  });

  it('remarks a model that is wrong in either direction', () => {
    const low = stored([1, 2, 3, 4, 5].map((at) => ({ interval: to(at * 10, at * 10 + 5) })));
    expect(only(historyOf(low)).remarks).toEqual([expect.stringMatching(/^never took half as long/)]);
    const over = stored([{ interval: to(50_000, 51_000) }]);
    expect(only(historyOf(over)).remarks).toEqual([expect.stringMatching(/^1 of 1 drills took longer than predicted/)]);
  });
});

describe('the history in every format', () => {
  const history = historyOf([
    ...stored([
      { interval: to(1000, 2000) },
      { interval: to(2500, 2700), cache: 40_000 },
      { interval: to(3000, 'unbounded'), verdict: 'fail' },
    ]),
    ...[passingResult()].flatMap((result) => readDrillResult('met.json', drillJson(result)).stored ?? []),
  ]);

  it('fits the published schema as JSON', () => {
    const schema = JSON.parse(readFileSync('schema/output/drill-history.json', 'utf8')) as object;
    const validate = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);
    validate(JSON.parse(historyJson(history)));
    expect(validate.errors ?? []).toEqual([]);
  });

  it.for([
    { name: 'txt', text: historyText(history, paint(false)) },
    { name: 'md.txt', text: historyMarkdown(history) },
    { name: 'prom', text: historyOpenMetrics(history) },
  ])('reads well: $name', async ({ name, text }) => {
    await expect(text).toMatchFileSnapshot(`history-golden/history.${name}`);
  });
});
