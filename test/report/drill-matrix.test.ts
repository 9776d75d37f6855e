import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { AttackCell, AttackKind } from '../../src/model/attack.ts';
import type { DrillResult } from '../../src/model/drill.ts';
import { drillHtml } from '../../src/report/drill-html.ts';
import { drillJson } from '../../src/report/drill-json.ts';
import { drillJunit } from '../../src/report/drill-junit.ts';
import { drillMarkdown } from '../../src/report/drill-markdown.ts';
import { drillOpenMetrics } from '../../src/report/drill-openmetrics.ts';
import { drillTerminal } from '../../src/report/drill-terminal.ts';
import { drillResult } from './drill-fixture.ts';

const KINDS: readonly AttackKind[] = ['alg-none', 'wrong-audience', 'no-expiry'];

function cell(unit: string, kind: AttackKind, over: Partial<AttackCell> = {}): AttackCell {
  return { unit, verifier: unit, kind, outcome: 'refused', probes: 2, accepted: 0, spellings: [], why: null, ...over };
}

const accepted: Partial<AttackCell> = { outcome: 'accepted', accepted: 2 };

function matrixResult(): DrillResult {
  return drillResult({
    arms: [],
    over: {
      drill: { ...drillResult().drill, name: 'forged-tokens', file: 'drills/forged-tokens.yaml' },
      overall: { verdict: 'fail', why: 'search, edge accepted wrong-audience, no-expiry.', ttr: null },
      matrix: {
        kinds: KINDS,
        units: ['orders', 'search', 'edge'],
        cells: [
          ...KINDS.map((kind) => cell('orders', kind)),
          cell('search', 'alg-none'),
          cell('search', 'wrong-audience', { ...accepted, spellings: ['none'] }),
          cell('search', 'no-expiry', accepted),
          cell('edge', 'alg-none', { outcome: 'undecided', why: 'no clear answer (timeout)' }),
          cell('edge', 'wrong-audience', { outcome: 'excluded', why: 'unreachable, control: refused' }),
          cell('edge', 'no-expiry', accepted),
        ],
      },
      findings: [],
    },
  });
}

describe('the reports of a drill with attacks', () => {
  const result = matrixResult();

  it('print the matrix for a terminal', async () => {
    await expect(drillTerminal(result)).toMatchFileSnapshot('drill-golden/matrix.txt');
  });

  it('show it in a comment, without the tables of times', async () => {
    const text = drillMarkdown(result);
    expect(text).not.toContain('Nothing was measured');
    await expect(text).toMatchFileSnapshot('drill-golden/matrix.md');
  });

  it('count every cell for a monitoring system', async () => {
    await expect(drillOpenMetrics(result)).toMatchFileSnapshot('drill-golden/matrix.prom');
  });

  it('have it as JSON that the published schema describes', () => {
    const schema = JSON.parse(readFileSync('schema/output/drill-result.json', 'utf8')) as object;
    const validate = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);
    const read = JSON.parse(drillJson(result)) as { readonly matrix: { readonly cells: readonly AttackCell[] } };
    expect(validate(read), JSON.stringify(validate.errors)).toBe(true);
    expect(read.matrix.cells).toEqual(result.matrix?.cells);
  });

  it('have one JUnit case for each cell: accepted fails, undecided and excluded are skipped', () => {
    const xml = drillJunit(result);
    expect(xml).toContain('<testsuite name="forged-tokens attacks" tests="9" failures="3" errors="0" skipped="2">');
  });

  it('show it in HTML in place of times', () => {
    const html = drillHtml(result);
    expect(html).toContain('Verifiers and attacks');
    expect(html.match(/>ACCEPTED</g)).toHaveLength(3);
    expect(html).toContain('Refused from the first probe on');
    expect(html).not.toContain('Time to revocation');
  });
});
