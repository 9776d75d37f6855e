import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { drillJson } from '../../src/report/drill-json.ts';
import { drillPredictions, drillResult, passingResult, stoppedResult } from './drill-fixture.ts';

const schema = JSON.parse(readFileSync('schema/output/drill-result.json', 'utf8')) as object;
const validate = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);

interface Read {
  readonly arms: readonly {
    readonly units: readonly {
      readonly verifier: string;
      readonly interval: { readonly upper_ms: unknown; readonly censored: boolean } | null;
    }[];
  }[];
  readonly [member: string]: unknown;
}

function read(text: string): Read {
  return JSON.parse(text) as Read;
}

describe('the JSON of a drill', () => {
  it.for([
    { name: 'a missed objective', text: drillJson(drillResult(), { predictions: drillPredictions() }) },
    { name: 'a missed objective with probes', text: drillJson(drillResult(), { probes: true }) },
    { name: 'a met objective', text: drillJson(passingResult()) },
    { name: 'a run stopped before the leak', text: drillJson(stoppedResult()) },
    { name: 'arms without units', text: drillJson(drillResult({ scripts: [] })) },
    {
      name: 'no objective',
      text: drillJson(
        drillResult({
          over: { policy: { ...drillResult().policy, objectiveMs: 'unknown', objectiveAt: null, commit: null } },
        }),
      ),
    },
  ])('of $name validates against the published schema', ({ text }) => {
    validate(read(text));
    expect(validate.errors ?? []).toEqual([]);
  });

  it.for([
    { name: 'an unknown member', change: { extra: 1 } },
    { name: 'another kind', change: { kind: 'Drill' } },
    { name: 'a number where an interval belongs', change: { overall: { verdict: 'pass', why: '', ttr: 5 } } },
    { name: 'a missing safety record', change: { safety: undefined } },
  ])('would not validate with $name', ({ change }) => {
    expect(validate({ ...read(drillJson(drillResult())), ...change })).toBe(false);
  });

  it('spells unbounded as a string and says censored', () => {
    const unit = read(drillJson(drillResult())).arms[0]?.units.find(({ verifier }) => verifier === 'get-jwks');
    expect(unit?.interval).toMatchObject({ upper_ms: 'unbounded', censored: true });
  });

  it('leaves probes out unless asked, because results are kept in git', () => {
    expect(read(drillJson(drillResult()))).not.toHaveProperty('probes');
    expect(read(drillJson(drillResult(), { probes: true }))['probes']).toHaveLength(drillResult().probes.length);
  });

  it('is the same for the same input', () => {
    expect(drillJson(drillResult())).toBe(drillJson(drillResult()));
  });
});
