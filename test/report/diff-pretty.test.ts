import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyDiff } from '../../src/model/change.ts';
import { paint } from '../../src/report/color.ts';
import { diffPretty } from '../../src/report/diff-pretty.ts';
import { diffCommand } from '../../src/report/diff-wording.ts';
import { HEAD_TEXTS, SAME, alarming, change, dimension, gate, hostile, policyDiff, reviewed } from './diff-fixture.ts';

const plain = { color: paint(false), texts: HEAD_TEXTS };

const REPORTS = { reviewed: reviewed(), alarming: alarming(), same: SAME };

describe('diffPretty', () => {
  it.for(Object.entries(REPORTS).flatMap(([name, report]) => [60, 80, 120].map((width) => ({ name, report, width }))))(
    '$name, $width columns',
    async ({ name, report, width }) => {
      const text = diffPretty(report, { ...plain, width });
      await expect(text).toMatchFileSnapshot(`diff-golden/${name}-${width}.txt`);
      // Problems look the same in every command, whatever the width.
      const tooWide = text.split('\n').filter((line) => line.length > width && !line.startsWith('error['));
      expect(tooWide).toEqual([]);
    },
  );

  it('says the same without colour', () => {
    const colored = diffPretty(reviewed(), { color: paint(true), texts: HEAD_TEXTS, width: 100 });
    expect(colored).toContain('\u001b[');
    expect(colored.replaceAll(/\u001b\[[0-9;]*m/g, '')).toBe(diffPretty(reviewed(), { ...plain, width: 100 }));
  });

  it('writes letters that only look like ours as what they are', () => {
    const report = {
      diff: policyDiff({
        changes: [change({ dimensions: [dimension({ before: 'admin', after: 'admin, \u0430dmin' })] })],
      }),
      gate: null,
    };
    expect(diffPretty(report, { ...plain, width: 80 })).toContain(String.raw`now: admin, \u{430}dmin`);
    const ascii = diffPretty(report, { ...plain, width: 80, ascii: true });
    expect(ascii).toContain(String.raw`admin  ->  admin, \u{430}dmin`);
    expect(ascii).toMatch(/^[\n -~]*$/);
  });

  it('tells an approval that covers everything from one that does not', () => {
    const reason = {
      rule: 'approve' as const,
      cause: 'more_permissive',
      message: 'orders @ prod accepts more access tokens',
      fingerprints: ['7be0c2a41f93'],
      approvedBy: ['orders-bearer'],
      needed: 1,
      hint: null,
    };
    const report = (missing: readonly string[]) =>
      diffPretty({ diff: policyDiff(), gate: gate({ reasons: [reason], missing }) }, { ...plain, width: 100 });
    expect(report([])).toContain('gate: approved by orders-bearer');
    expect(report(['7be0c2a41f93'])).toContain('gate: approval needed');
  });

  it('shows one token for the same values of several targets', () => {
    const diff = policyDiff({ changes: [change(), change({ name: 'carts @ prod' })] });
    const text = diffPretty({ diff, gate: null }, { ...plain, width: 80 });
    expect(text.split('claims  ')).toHaveLength(2);
    expect(text).toContain('  rejected before, accepted now: as above, for binding.accept\n');
  });

  it('keeps a long value from hiding the rest', () => {
    const report = {
      diff: policyDiff({ changes: [change({ dimensions: [dimension({ after: 'x'.repeat(100_000) })] })] }),
      gate: gate(),
    };
    const text = diffPretty(report, { ...plain, width: 80 });
    expect(text.length).toBeLessThan(5000);
    expect(text).toContain('(99400 more characters)');
    expect(text).toContain('Gate: BLOCKED');
  });
});

describe('a terminal', () => {
  it('is told nothing to do by what stands in files, branches and tokens', () => {
    const dangerous = fc.constantFrom(
      '\u001b[2J',
      '\u009b31m',
      '\r',
      '\u202e',
      '\u0007',
      '\n  error',
      '##[group]',
      '\t',
      '\ud800',
    );
    const text = fc
      .array(fc.oneof(dangerous, fc.string({ unit: 'binary', maxLength: 6 })), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join(''));
    const lineCount = (shown: string): number => shown.split('\n').length;
    fc.assert(
      fc.property(text, (bad) => {
        const shown = diffPretty(hostile(bad), { ...plain, width: 1000 });
        expect(shown).not.toMatch(
          /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|##\w*\[|\p{Surrogate}/u,
        );
        // Names that are no plain letters get a line of their own, and nothing else is added.
        const usual = lineCount(diffPretty(hostile('\u00e9'), { ...plain, width: 1000 }));
        expect(lineCount(shown)).toBeLessThanOrEqual(usual + 2);
        expect(diffPretty(hostile(bad), { ...plain, width: 80, ascii: true })).toMatch(/^[\n -~]*$/);
      }),
      { numRuns: 200 },
    );
  });
});

describe('diffCommand', () => {
  it.for([
    { base: side('main', 'a'), head: side('HEAD', 'b'), command: 'firebreak diff aaaaaaa bbbbbbb' },
    { base: side('main', 'a'), head: side('working tree', null), command: 'firebreak diff aaaaaaa' },
    {
      base: side('old', null),
      head: side("it's new; rm", null),
      command: String.raw`firebreak diff old 'it'\''s new; rm'`,
    },
  ])('is $command', ({ base, head, command }) => {
    expect(diffCommand(policyDiff({ base, head }))).toBe(command);
  });

  function side(label: string, digit: string | null): PolicyDiff['base'] {
    return { label, commit: digit === null ? null : digit.repeat(40), digest: '0'.repeat(64), problems: [] };
  }
});
