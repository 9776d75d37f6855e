import { describe, expect, it } from 'vitest';
import { TEMPLATES, drillFiles, exampleDocuments } from '../../src/cli/commands/init-templates.ts';
import { lint } from '../../src/lint/lint.ts';
import { PLACEHOLDER_OWNER } from '../../src/model/document.ts';
import { readEstate } from '../../src/lint/read-whole.ts';

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

it('have a placeholder as owner where nobody is named, and lint points at it', () => {
  const inputs = Object.entries(exampleDocuments(PLACEHOLDER_OWNER)).map(([file, text]) => ({ file, text }));
  const { findings } = lint(readEstate(inputs, { now: Date.UTC(2026, 5, 1) }));
  expect(findings.map(({ rule, severity }) => [rule, severity])).toEqual([['policy/owner-placeholder', 'info']]);
});
