import { describe, expect, it } from 'vitest';
import { INIT_FILES } from '../../src/cli/commands/init-templates.ts';
import { lint } from '../../src/lint/lint.ts';
import { readEstate } from '../../src/lint/read-whole.ts';

describe('the files of `firebreak init`', () => {
  const inputs = Object.entries(INIT_FILES).map(([file, text]) => ({ file, text }));
  const read = readEstate(inputs, { now: Date.UTC(2026, 5, 1) });

  it('lint without a finding, without a fault and without a directive', () => {
    const { findings, errors, suppressed, summary } = lint(read);
    expect(errors).toEqual([]);
    expect(findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);
    expect(suppressed).toEqual([]);
    expect([summary.policies, summary.inventories]).toEqual([1, 1]);
  });

  it('keep every promise they make', () => {
    const { predictions } = read.estate;
    expect(new Set(predictions.filter(({ objective }) => objective !== null).map(({ verdict }) => verdict))).toEqual(
      new Set(['within']),
    );
  });
});
