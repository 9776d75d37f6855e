import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { lintJson } from '../../src/report/json.ts';
import { CLEAN, fixtureResult, hostileResult } from './lint-fixture.ts';

const schema = JSON.parse(readFileSync(new URL('../../schema/output/lint.json', import.meta.url), 'utf8')) as object;
const validate = new Ajv({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true }).compile(
  schema,
);

describe('lintJson', () => {
  it.each([
    ['a run with findings, silenced ones and faults', fixtureResult()],
    ['a clean run', CLEAN],
    ['hostile texts', hostileResult(5)],
  ])('gives what the published schema says for %s', (_, result) => {
    validate(JSON.parse(lintJson(result)));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('keeps the names of the machine contract', () => {
    const output = JSON.parse(lintJson(fixtureResult())) as {
      findings: object[];
      suppressed: object[];
      errors: object[];
    };
    expect(Object.keys(output)).toEqual(['schema_version', 'profile', 'summary', 'findings', 'suppressed', 'errors']);
    expect(output.findings[0]).toMatchObject({
      rule: 'revocation/kid-kill-missing',
      severity: 'error',
      path: 'policies/inventory.yaml',
      line: 17,
      column: 13,
      end_line: 17,
      end_column: 19,
    });
    expect(output.suppressed[0]).toMatchObject({
      rule: 'policy/lifetime-over-profile',
      line: 12,
      reason: 'nightly jobs, SEC-412',
      directive: { path: 'policies/orders.yaml', line: 11 },
    });
    expect(output.errors[0]).toMatchObject({
      code: 'document/invalid',
      path: 'policies/broken.yaml',
      line: 5,
      column: 3,
    });
  });

  it('counts what it lists', () => {
    const { summary, findings, suppressed } = JSON.parse(lintJson(fixtureResult())) as {
      summary: { errors: number; warnings: number; infos: number; suppressed: number };
      findings: object[];
      suppressed: object[];
    };
    expect(summary.errors + summary.warnings + summary.infos).toBe(findings.length);
    expect(summary.suppressed).toBe(suppressed.length);
  });
});
