import { describe, expect, it } from 'vitest';
import { PLACEHOLDER_OWNER, TEMPLATES, drillFiles, exampleDocuments } from '../../src/cli/commands/init-templates.ts';
import { lint } from '../../src/lint/lint.ts';
import { readEstate } from '../../src/lint/read-estate.ts';

describe.each(TEMPLATES)('the documents of `firebreak init --template %s`', (template) => {
  const files = { ...exampleDocuments('@identity'), ...drillFiles(template, '@identity') };
  const inputs = Object.entries(files).map(([file, text]) => ({ file, text }));
  const read = readEstate(inputs, { now: Date.UTC(2026, 5, 1) });

  it('lint without a finding, without a fault and without a directive', () => {
    const { findings, errors, suppressed, summary } = lint(read);
    expect(errors).toEqual([]);
    expect(findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);
    expect(suppressed).toEqual([]);
    expect([summary.policies, summary.inventories]).toEqual(template === 'minimal' ? [1, 1] : [2, 2]);
    expect(summary.drills).toBe({ minimal: 0, standard: 1, full: 2 }[template]);
  });

  it('keep every promise they make', () => {
    const { predictions } = read.estate;
    expect(new Set(predictions.filter(({ objective }) => objective !== null).map(({ verdict }) => verdict))).toEqual(
      new Set(['within']),
    );
  });
});

it('names a placeholder as owner where nobody is named', () => {
  expect(exampleDocuments(PLACEHOLDER_OWNER)['policies/token-policy.yaml']).toContain(`owner: "${PLACEHOLDER_OWNER}"`);
});
