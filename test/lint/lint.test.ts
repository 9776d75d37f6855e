import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import { lintJson } from '../../src/report/json.ts';
import { lintSarif } from '../../src/report/sarif.ts';
import { RULES } from '../../src/rules/registry.ts';
import { FILES, NOW } from '../report/lint-fixture.ts';

const FIXTURE = lint(readEstate(FILES, { now: NOW }));

/** The fixture with every file changed by a function. */
function fingerprintsAfter(change: (text: string) => string): readonly string[] {
  const files = FILES.map(({ file, text }) => ({ file, text: change(text) }));
  return lint(readEstate(files, { now: NOW })).findings.map(({ fingerprint }) => fingerprint);
}

describe('the order of inputs', () => {
  it('makes no difference to a byte of the output', () => {
    const expected = [lintJson(FIXTURE), lintSarif(FIXTURE, { rules: RULES, version: '0.1.0' })];
    fc.assert(
      fc.property(fc.shuffledSubarray([...FILES], { minLength: FILES.length }), (files) => {
        const result = lint(readEstate(files, { now: NOW }));
        expect([lintJson(result), lintSarif(result, { rules: RULES, version: '0.1.0' })]).toEqual(expected);
      }),
      { numRuns: 6 },
    );
  });

  it('leaves findings sorted by file, line, column and rule', () => {
    const keys = FIXTURE.findings.map(
      ({ at, rule }) => `${at.file} ${String(at.line).padStart(6)} ${String(at.column).padStart(6)} ${rule}`,
    );
    expect(keys).toEqual([...keys].sort());
  });

  it('does not count a file twice that is given twice', () => {
    expect(lintJson(lint(readEstate([...FILES, ...FILES], { now: NOW })))).toBe(lintJson(FIXTURE));
  });
});

describe('fingerprints', () => {
  const before = FIXTURE.findings.map(({ fingerprint }) => fingerprint);

  it('are unique within a run', () => {
    expect(new Set(before).size).toBe(before.length);
  });

  it.each([
    ['lines move', (text: string) => `# a comment\n\n\n${text}`],
    ['comments change', (text: string) => text.replaceAll('metadata:', '# named\nmetadata:')],
    ['line ends change', (text: string) => text.replaceAll('\n', '\r\n')],
    ['other values change', (text: string) => text.replaceAll("'@identity'", "'@platform'")],
  ])('stay when %s', (_, change) => {
    expect(fingerprintsAfter(change)).toEqual(before);
  });

  it('change with the offending value, and only those', () => {
    const after = fingerprintsAfter((text) => text.replace('clock_skew: { max: 2m }', 'clock_skew: { max: 3m }'));
    expect(after.filter((fingerprint) => !before.includes(fingerprint))).toHaveLength(1);
  });

  it('change with the file', () => {
    const moved = FILES.map(({ file, text }) => ({ file: `x/${file}`, text }));
    const after = lint(readEstate(moved, { now: NOW })).findings.map(({ fingerprint }) => fingerprint);
    expect(after.filter((fingerprint) => before.includes(fingerprint))).toEqual([]);
  });
});

describe('the choice of rules', () => {
  const read = readEstate(FILES, { now: NOW });

  it('runs only what is asked for', () => {
    const { findings, summary } = lint(read, { only: ['policy/leeway-excessive'] });
    expect(findings.map(({ rule }) => rule)).toEqual(['policy/leeway-excessive']);
    expect(summary.rules).toBe(1);
  });

  it('leaves out what is not wanted', () => {
    const { findings } = lint(read, { skip: ['policy/leeway-excessive'] });
    expect(findings.length).toBe(FIXTURE.findings.length - 1);
  });

  it('refuses a rule that does not exist, with the nearest one', () => {
    expect(() => lint(read, { only: ['policy/leeway-excesive'] })).toThrow(
      expect.objectContaining({ code: 'usage/bad-argument', hint: 'did you mean "policy/leeway-excessive"?' }),
    );
  });
});
