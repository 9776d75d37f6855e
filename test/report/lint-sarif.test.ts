import sarif from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { LintResult } from '../../src/model/finding.ts';
import { lintSarif } from '../../src/report/sarif.ts';
import { RULES } from '../../src/rules/registry.ts';
import { CLEAN, fixtureResult, hostileResult } from './lint-fixture.ts';

const OPTIONS = { rules: RULES, version: '0.1.0' };

/** The schema of SARIF 2.1.0 as a development package carries it; draft-04 differs from draft-07 only in `id` here. */
function sarifSchema(): object {
  const { id, $schema, ...schema } = sarif;
  expect([typeof id, $schema]).toEqual(['string', 'http://json-schema.org/draft-04/schema#']);
  return schema;
}

const FORMATS = {
  uri: (text: string): boolean => URL.canParse(text),
  'uri-reference': (text: string): boolean =>
    URL.canParse(text, 'https://base.invalid/') && !/[\s<>"{}|\\^`]/.test(text),
  'date-time': (text: string): boolean => !Number.isNaN(Date.parse(text)),
};
const validate = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false, formats: FORMATS }).compile(
  sarifSchema(),
);

interface Region {
  startLine: number;
  startColumn: number;
  endLine: number;
  endColumn: number;
}

interface Result {
  ruleId: string;
  ruleIndex: number;
  level: string;
  message: { text: string };
  locations: { physicalLocation: { artifactLocation: { uri: string }; region: Region } }[];
  partialFingerprints: Record<string, string>;
}

interface Rule {
  id: string;
  shortDescription: { text: string };
  fullDescription: { text: string };
  help: { text: string; markdown: string };
  properties: { tags: string[]; 'security-severity': string };
}

interface Log {
  $schema: string;
  version: string;
  runs: {
    tool: { driver: { name: string; rules: Rule[] } };
    results: Result[];
    invocations: { toolExecutionNotifications?: { message: { text: string } }[] }[];
  }[];
}

function logOf(result: LintResult): Log {
  return JSON.parse(lintSarif(result, OPTIONS)) as Log;
}

describe('lintSarif', () => {
  it.each([
    ['a run with findings and faults', fixtureResult()],
    ['a clean run', CLEAN],
    ['hostile texts', hostileResult(5)],
  ])('is valid SARIF 2.1.0 for %s', (_, result) => {
    validate(logOf(result));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('is refused by the schema when a required property is gone, so the test above can fail', () => {
    const log = logOf(fixtureResult());
    for (const result of log.runs[0]?.results ?? []) Reflect.deleteProperty(result, 'message');
    expect(validate(log)).toBe(false);
  });

  it.each([
    ['findings', fixtureResult()],
    ['hostile texts', hostileResult(5)],
  ])('has every property that code scanning requires for %s', (_, result) => {
    const log = logOf(result);
    expect(log.version).toBe('2.1.0');
    expect(log.$schema).toMatch(/^https:/);
    const [run] = log.runs;
    const rules = run?.tool.driver.rules ?? [];
    expect(run?.results.length).toBeGreaterThan(0);
    for (const { ruleId, ruleIndex, level, message, locations, partialFingerprints } of run?.results ?? []) {
      expect(rules[ruleIndex]?.id).toBe(ruleId);
      expect(['error', 'warning', 'note']).toContain(level);
      expect(message.text).not.toBe('');
      expect(partialFingerprints['primaryLocationLineHash']).toMatch(/^[0-9a-f]{16}$/);
      const region = locations[0]?.physicalLocation.region;
      expect(region?.startLine).toBeGreaterThanOrEqual(1);
      expect(region?.endLine).toBeGreaterThanOrEqual(region?.startLine ?? 0);
      expect(region?.endColumn).toBeGreaterThanOrEqual(1);
      expect(locations[0]?.physicalLocation.artifactLocation.uri).toMatch(/^[\w./%~!*'()-]+$/);
    }
    for (const { shortDescription, fullDescription, help, properties } of rules) {
      expect(shortDescription.text).not.toBe('');
      expect(fullDescription.text.length).toBeLessThanOrEqual(1024);
      expect(fullDescription.text).not.toBe('');
      expect(help.text).not.toBe('');
      expect(help.markdown).not.toBe('');
      expect(properties.tags.length).toBeLessThanOrEqual(10);
      expect(properties['security-severity']).toMatch(/^(?:10|\d)\.\d$/);
    }
  });

  it('has no empty text anywhere', () => {
    expect(lintSarif(fixtureResult(), OPTIONS)).not.toMatch(/: ""/);
  });

  it('describes every rule within the limits of code scanning', () => {
    for (const { id, why, summary } of RULES) {
      expect(summary.length, id).toBeLessThanOrEqual(1024);
      expect(why.length, id).toBeLessThanOrEqual(1024);
    }
  });

  it('leaves out what directives silence', () => {
    const { suppressed } = fixtureResult();
    expect(suppressed.length).toBeGreaterThan(0);
    expect(lintSarif(fixtureResult(), OPTIONS)).not.toContain(suppressed[0]?.finding.fingerprint);
  });

  it('keeps the worst 5000 results and says how many it left out', () => {
    const log = logOf(hostileResult(7000));
    const results = log.runs[0]?.results ?? [];
    expect(results).toHaveLength(5000);
    expect(results.filter(({ level }) => level === 'error')).toHaveLength(2334);
    expect(results.filter(({ level }) => level === 'warning')).toHaveLength(2333);
    expect(JSON.stringify(log.runs[0]?.invocations)).toContain('2000 more findings are not listed');
  });

  it('stays below 10 MB, and says what it left out', () => {
    const { findings, ...rest } = hostileResult(5000);
    const long = findings.map((finding) => ({
      ...finding,
      message: finding.message.padEnd(6000, 'x'),
      related: Array.from({ length: 10 }, () => ({ at: finding.at, message: 'elsewhere' })),
    }));
    const text = lintSarif({ ...rest, findings: long }, OPTIONS);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(10_000_000);
    const [run] = (JSON.parse(text) as Log).runs;
    const kept = run?.results.length ?? 0;
    expect(kept).toBeGreaterThan(100);
    expect(run?.results.every(({ level }) => level === 'error')).toBe(true);
    expect(JSON.stringify(run?.invocations)).toContain(`${5000 - kept} more findings are not listed`);
  });
});
