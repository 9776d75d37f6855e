import { readFileSync } from 'node:fs';
import sarif from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv } from 'ajv';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TOKEN_POLICY_SCHEMA } from '../../src/policy/schema/token-policy.ts';
import { diffGithub } from '../../src/report/diff-github.ts';
import { diffJson } from '../../src/report/diff-json.ts';
import { diffJunit } from '../../src/report/diff-junit.ts';
import { MEANINGS, meaningOf } from '../../src/report/diff-meaning.ts';
import { diffSarif } from '../../src/report/diff-sarif.ts';
import { SAME, alarming, change, dimension, gate, hostile, place, policyDiff, reviewed } from './diff-fixture.ts';

const schema = JSON.parse(readFileSync(new URL('../../schema/output/diff.json', import.meta.url), 'utf8')) as object;
const validate = new Ajv({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true }).compile(
  schema,
);

const { id: _id, $schema: _draft, ...sarifSchema } = sarif;
const validateSarif = new Ajv({
  allErrors: true,
  strict: false,
  unicodeRegExp: false,
  formats: { uri: true, 'uri-reference': true, 'date-time': true },
}).compile(sarifSchema);

const HOSTILE = '\r\n::error file=x::owned\u001b[31m\u202e##[group]<a>&"]]>\u0000\ud800';

const REPORTS = { reviewed: reviewed(), alarming: alarming(), same: SAME, hostile: hostile(HOSTILE, 3) };

describe.each(Object.entries(REPORTS))('%s', (name, report) => {
  it('is what the published schema says', () => {
    validate(JSON.parse(diffJson(report)));
    expect(validate.errors ?? []).toEqual([]);
    validate(JSON.parse(diffJson({ ...report, gate: null })));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('is SARIF 2.1.0', () => {
    validateSarif(JSON.parse(diffSarif(report, { version: '0.1.0' })));
    expect(validateSarif.errors ?? []).toEqual([]);
  });

  it('is the same text every time', async () => {
    if (name === 'hostile') return;
    await expect(diffJson(report)).toMatchFileSnapshot(`diff-golden/${name}.json.txt`);
    await expect(diffSarif(report, { version: '0.1.0' })).toMatchFileSnapshot(`diff-golden/${name}.sarif.txt`);
    await expect(diffGithub(report)).toMatchFileSnapshot(`diff-golden/${name}.github.txt`);
    await expect(diffJunit(report)).toMatchFileSnapshot(`diff-golden/${name}.junit.xml`);
  });
});

describe('diffJson', () => {
  it('keeps the names of the machine contract', () => {
    const { changes, gate: judged } = JSON.parse(diffJson(reviewed())) as { changes: object[]; gate: object };
    expect(changes[0]).toMatchObject({
      target: '9 services @ prod',
      token: 'access_token',
      verdict: 'more_permissive',
      breaking: 'none',
      dimensions: [{ path: 'tokens.access_token.binding.accept' }, { path: 'tokens.access_token.lifetime.max' }],
      witness: { header: { alg: 'ES256' }, claims: { aud: 'orders' }, context: { route: '/v1/orders' } },
    });
    expect(judged).toMatchObject({ outcome: 'blocked' });
  });
});

describe('diffSarif', () => {
  const resultsOf = (text: string): { ruleId: string; level: string; locations: unknown[] }[] =>
    (JSON.parse(text) as { runs: [{ results: { ruleId: string; level: string; locations: unknown[] }[] }] }).runs[0]
      .results;

  it('has one result for every value that got looser or weaker, with the region of the value alone', () => {
    const results = resultsOf(diffSarif(reviewed(), { version: '0.1.0' }));
    expect(results.map(({ ruleId, level }) => `${level} ${ruleId}`)).toEqual([
      'error diff/looser',
      'error diff/looser',
      'warning diff/breaking',
      'note diff/weaker-promise',
    ]);
    expect(results[0]?.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: 'policies/prod.yaml' },
          region: { startLine: 9, startColumn: 17, endLine: 9, endColumn: 31 },
        },
      },
    ]);
  });

  it('reports what is gone at the first line of its file', () => {
    const gone = change({ dimensions: [dimension({ atBefore: place('policies/x.yaml', 9, 3), atAfter: null })] });
    const text = diffSarif({ diff: policyDiff({ changes: [gone] }), gate: null }, { version: '0.1.0' });
    expect(resultsOf(text)[0]).toMatchObject({
      level: 'warning',
      message: { text: expect.stringContaining('; it was at policies/x.yaml:9:3') as string },
      locations: [{ physicalLocation: { region: { startLine: 1 } } }],
    });
  });

  it('says how many results did not fit', () => {
    const text = diffSarif(hostile('x', 5001), { version: '0.1.0' });
    expect(resultsOf(text)).toHaveLength(5000);
    expect(text).toContain('1 more results are not listed');
  });
});

describe('diffGithub', () => {
  it('gives nothing to the runner that a file wrote', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom('\n::error::x', '\r', '%0A', '##[group]', '::', ','), fc.string()), {
          minLength: 1,
        }),
        (parts) => {
          const lines = diffGithub(hostile(parts.join('')))
            .trimEnd()
            .split('\n');
          const stop = lines.findIndex((line) => line.startsWith('::stop-commands::'));
          expect(stop).toBeGreaterThan(0);
          for (const line of lines.slice(0, stop)) expect(line).toMatch(/^::(error|warning|notice) [^\r]*$/);
          const token = lines[stop]?.slice('::stop-commands::'.length) ?? '';
          expect(lines.at(-1)).toBe(`::${token}::`);
          expect(lines.slice(stop + 1, -1).some((line) => line.includes(token))).toBe(false);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('diffJunit', () => {
  it('counts what it lists', () => {
    for (const report of Object.values(REPORTS)) {
      const text = diffJunit(report);
      const count = (what: string): number => text.split(what).length - 1;
      expect(text).toContain(
        `tests="${count('<testcase')}" failures="${count('<failure')}" errors="${count('<error')}"`,
      );
    }
  });

  it('does not look green when the gate is inconclusive', () => {
    const text = diffJunit({ diff: policyDiff({ changes: [] }), gate: gate({ outcome: 'inconclusive', reasons: [] }) });
    expect(text).toContain('errors="1"');
  });
});

describe('what a value means', () => {
  /** Paths of every field below `spec`, without the names of lists and maps. */
  const paths = (node: unknown, path: readonly string[]): readonly string[] => {
    if (typeof node !== 'object' || node === null) return [];
    const { properties, items, additionalProperties, $ref } = node as Record<string, unknown>;
    const definitions = TOKEN_POLICY_SCHEMA['definitions'] as Record<string, unknown> | undefined;
    if (typeof $ref === 'string') return paths(definitions?.[$ref.replace('#/definitions/', '')], path);
    const own = Object.entries((properties ?? {}) as Record<string, unknown>);
    return [
      path.join('.'),
      ...own.flatMap(([name, member]) => paths(member, [...path, name])),
      ...paths(items, path),
      ...paths(additionalProperties, path),
    ];
  };
  const known = paths((TOKEN_POLICY_SCHEMA['properties'] as { spec: unknown }).spec, []);

  it.for(Object.keys(MEANINGS))('is told for %s, which is a field of a policy', (key) => {
    expect(known.some((path) => `.${path}`.endsWith(`.${key}`))).toBe(true);
  });

  it('is told of the innermost name', () => {
    expect(meaningOf({ path: 'revocation.channels[0].fail_mode', direction: 'loosened' })).toBe(
      'revoked tokens work while the channel is down',
    );
    expect(meaningOf({ path: 'tokens.access_token.claim_values.role', direction: 'tightened' })).toBe(
      'tokens without one of the values that are left are refused',
    );
    expect(meaningOf({ path: 'something.new', direction: 'loosened' })).toBeNull();
    expect(meaningOf({ path: 'tokens.access_token.format', direction: 'changed' })).toBeNull();
    expect(meaningOf({ path: 'waivers[legacy]', direction: 'tightened' })).toContain('ends sooner');
  });
});
