import sarif from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { drillSarif } from '../../src/report/drill-sarif.ts';
import { drillResult, passingResult, stoppedResult } from './drill-fixture.ts';

interface Sarif {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly kind?: string;
        readonly level: string;
        readonly message: { readonly text: string };
        readonly locations?: readonly [
          {
            readonly physicalLocation: {
              readonly artifactLocation: { readonly uri: string };
              readonly region: { readonly startLine: number };
            };
          },
        ];
        readonly partialFingerprints?: Readonly<Record<string, string>>;
      }[];
    },
  ];
}

/** Draft-04 differs from draft-07 only in `id` here. */
const { id: _, $schema: __, ...schema } = sarif;
const validate = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false, validateFormats: false }).compile(
  schema,
);

const read = (text: string): Sarif => JSON.parse(text) as Sarif;

describe('the SARIF of a drill', () => {
  const [run] = read(drillSarif(drillResult(), { version: '1.2.3' })).runs;

  it('has one result for every unit, at the line that makes most of its prediction', () => {
    expect(run.results).toHaveLength(drillResult().arms.flatMap(({ units }) => units).length);
    const missed = run.results.filter(({ kind }) => kind === 'fail');
    expect(missed.length).toBeGreaterThan(0);
    for (const { level, locations, message } of missed) {
      expect(level).toBe('error');
      expect(locations?.[0].physicalLocation.artifactLocation.uri).toBe('policies/lab-inventory.yaml');
      expect(message.text).toMatch(/missed; most of the prediction is key cache lifetime \(C\)/);
    }
  });

  it('never says pass of what was not decided, and gives a level to failures only', () => {
    for (const { kind, level } of run.results) {
      expect(['pass', 'fail', 'open']).toContain(kind);
      expect(level === 'none').toBe(kind !== 'fail');
    }
    expect(run.results.some(({ kind }) => kind === 'open')).toBe(true);
  });

  it('gives every unit of every arm a fingerprint of its own', () => {
    const prints = run.results.map(({ partialFingerprints }) => partialFingerprints?.['firebreak/v1']);
    expect(new Set(prints).size).toBe(prints.length);
  });

  it('lists every rule that a result names', () => {
    for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  });

  it.for([
    { name: 'a missed objective', result: drillResult() },
    { name: 'a met objective', result: passingResult() },
    { name: 'a stopped run', result: stoppedResult() },
    {
      name: 'a finding about no unit',
      result: drillResult({
        over: {
          findings: [
            { rule: 'live/unexpected-answer', severity: 'error', unit: null, arm: 'quiet', message: 'x', at: null },
          ],
        },
      }),
    },
  ])('is valid: $name', ({ result }) => {
    validate(read(drillSarif(result, { version: '1.2.3' })));
    expect(validate.errors ?? []).toEqual([]);
  });
});
