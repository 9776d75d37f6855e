import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { unifiedPatch } from '../../src/report/patch.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'firebreak-patch-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

/** Short texts of few different lines, so that equal ones meet; the last line may lack its end. */
const texts = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', 'c', '', '- x'), { maxLength: 30 }), fc.boolean())
  .map(([lines, ended]) => lines.join('\n') + (ended && lines.length > 0 ? '\n' : ''));

describe('unifiedPatch', () => {
  it('shows what changed with three lines around it', () => {
    const before = '1\n2\n3\n4\n5\n6\n7\n8\n9\n';
    expect(unifiedPatch('p.yaml', before, before.replace('5', 'five'))).toBe(
      '--- a/p.yaml\n+++ b/p.yaml\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n',
    );
  });

  it('is empty when nothing changed', () => {
    expect(unifiedPatch('p.yaml', 'a\n', 'a\n')).toBe('');
  });

  it('is what git applies', () => {
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        fc.pre(before !== after && before !== '' && after !== '');
        writeFileSync(join(FOLDER, 'p.yaml'), before);
        const input = unifiedPatch('p.yaml', before, after);
        execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: FOLDER, input });
        expect(readFileSync(join(FOLDER, 'p.yaml'), 'utf8')).toBe(after);
      }),
      { numRuns: 60 },
    );
  });
});
