import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import type { Finding, RuleExample, RuleMeta } from '../../src/model/finding.ts';
import { RULES } from '../../src/rules/registry.ts';

/** The day on which examples are judged. */
const NOW = Date.UTC(2026, 5, 1);

/** Findings of one rule in an example, after checking that the example itself could be read. */
function findingsOf(
  { id }: RuleMeta,
  { files, profile = 'default', compromised = [] }: RuleExample,
): readonly Finding[] {
  const inputs = Object.entries(files).map(([file, text]) => ({ file, text, named: true }));
  const { findings, errors } = lint(readEstate(inputs, { now: NOW }), { profile, compromised });
  expect(errors).toEqual([]);
  return findings.filter(({ rule }) => rule === id);
}

describe.each(RULES.map((meta) => [meta.id, meta] as const))('%s', (_, meta) => {
  it.each(meta.examples.bad.map((example, index) => [index + 1, example] as const))(
    'fires on bad example %i, at a place inside it',
    (_, example) => {
      const findings = findingsOf(meta, example);
      expect(findings.length).toBeGreaterThan(0);
      for (const { at, message } of findings) {
        const line = example.files[at.file]?.split('\n')[at.line - 1];
        expect(line).toBeDefined();
        expect(at.column).toBeGreaterThanOrEqual(1);
        expect(at.column).toBeLessThanOrEqual((line?.length ?? 0) + 1);
        expect(message).not.toMatch(/\.$|undefined|NaN|\[object/);
      }
    },
  );

  it.each(meta.examples.good.map((example, index) => [index + 1, example] as const))(
    'is silent on good example %i',
    (_, example) => {
      expect(findingsOf(meta, example)).toEqual([]);
    },
  );
});
