import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIFF_MARKER, diffMarkdown, resolvedMarkdown } from '../../src/report/diff-markdown.ts';
import type { DiffReport } from '../../src/report/diff-wording.ts';
import { SAME, alarming, hostile, reviewed } from './diff-fixture.ts';

const links = {
  base: 'https://github.com/acme/shop/blob/3f2a91c0d1e2f3a4b5c6d7e8f90a1b2c3d4e5f60/',
  head: 'https://github.com/acme/shop/blob/b07d4e2aa1b2c3d4e5f60718293a4b5c6d7e8f90/',
};

const bytes = (text: string): number => new TextEncoder().encode(text).length;

describe('diffMarkdown', () => {
  it.for(Object.entries({ reviewed: reviewed(), alarming: alarming(), same: SAME }))('%s', async ([name, report]) => {
    const text = diffMarkdown(report, { version: '0.1.0', links });
    await expect(text).toMatchFileSnapshot(`diff-golden/${name}.markdown.txt`);
  });

  it('becomes one line when everything was taken back', async () => {
    await expect(resolvedMarkdown(SAME, { version: '0.1.0' })).toMatchFileSnapshot('diff-golden/resolved.markdown.txt');
  });

  it('keeps verdict, gate and command within any budget', () => {
    const report = hostile('policy'.repeat(50), 900);
    for (const limit of [60_000, 20_000, 8000, 4000]) {
      const text = diffMarkdown(report, { version: '0.1.0', links, limit });
      expect(bytes(text)).toBeLessThanOrEqual(limit);
      expect(text.startsWith(`${DIFF_MARKER}\n`)).toBe(true);
      expect(text).toContain('900 more permissive');
      expect(text).toContain('**Gate: BLOCKED, 2 changed values need approval**');
      expect(text).toContain('firebreak approve 19d0aa7c3e58 7be0c2a41f93 --by PERSON --until DAY --reason TEXT');
      expect(text).toMatch(/not fit here|changed value \|/);
    }
  });

  it('drops side rows first, then tokens beyond three, then values', () => {
    const sizes = [60_000, 30_000, 15_000].map((limit) =>
      diffMarkdown(hostile('x', 60), { version: '0.1.0', links, limit }),
    );
    const has = (text: string, what: string): number => text.split(what).length - 1;
    const proofs = sizes.map((text) => has(text, '<summary>Proof'));
    expect(proofs[0]).toBeGreaterThan(3);
    expect(proofs.at(-1)).toBeLessThanOrEqual(3);
    for (const text of sizes) expect(text).toContain('60 more permissive');
  });
});

/** What GitHub, GitLab and mail readers act on. */
const DANGEROUS = [
  '<script>alert(1)</script>',
  '</details><img src=x onerror=alert(1)>',
  '<!-- firebreak:diff -->',
  '-->',
  '@acme/security',
  '@octocat',
  '#123',
  'GH-12',
  'acme/shop#7',
  '[x](javascript:alert(1))',
  '![x](https://evil.example/x.png)',
  'https://evil.example/',
  'www.evil.example',
  '| a | b |',
  '\\|',
  '\\',
  '`',
  '```',
  '````\n# x',
  '\n\n# heading\n',
  '\r\n::error::x',
  '##[add-mask]x',
  '$x$',
  '**bold**',
  '~~gone~~',
  '\u202e',
  '\u001b[31m',
  '\u200b',
  '&lt;script&gt;',
  '" onmouseover="x',
  "' onmouseover='x",
  '\ud800',
];

const text = fc
  .array(fc.oneof(fc.constantFrom(...DANGEROUS), fc.string({ unit: 'binary', maxLength: 5 })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) => parts.join(''));

/** The page without fenced blocks, in which nothing acts; their ends are checked by their number. */
function outsideBlocks(page: string): { readonly lines: readonly string[]; readonly open: boolean } {
  let fence: string | null = null;
  const lines: string[] = [];
  for (const line of page.split('\n')) {
    const [run] = /^`{3,}/.exec(line) ?? [];
    if (fence === null) {
      if (run === undefined) lines.push(line);
      else fence = run;
    } else if (run !== undefined && run.length >= fence.length && line === run) {
      fence = null;
    }
  }
  return { lines, open: fence !== null };
}

/** Places are links into the repository; everything in them is encoded. */
function withoutOwnLinks(line: string): string {
  return line.replaceAll(/<a href="https:\/\/github\.com\/acme\/shop\/blob\/[\w/%.!~*()-]+#L\d+">/g, '<a>');
}

const TAGS = /<(?!\/?(?:details|summary|sub|code|br|a)\b)/;

describe('a comment made of hostile texts', () => {
  const page = (report: DiffReport): string => diffMarkdown(report, { version: '0.1.0', links });

  it('has no tag, mention, reference or link of its own', () => {
    fc.assert(
      fc.property(text, (bad) => {
        const { lines, open } = outsideBlocks(page(hostile(bad)));
        expect(open).toBe(false);
        expect(lines[0]).toBe(DIFF_MARKER);
        const rest = lines.slice(1);
        for (const line of rest.map(withoutOwnLinks)) {
          expect(line).not.toMatch(TAGS);
          expect(line).not.toContain('<!--');
          expect(line).not.toMatch(/@[A-Za-z0-9]/);
          expect(line.replaceAll(/&#\d+;/g, '')).not.toMatch(/#\d/);
          // References are not looked for in code.
          expect(line.replaceAll(/<code>[^<]*<\/code>/g, '')).not.toMatch(/GH-\d/i);
          expect(line).not.toMatch(/https?:\/\/|\bwww\.|href|(?<!\\)\]\(/i);
          expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('keeps its rows and headings', () => {
    const shape = (report: DiffReport): readonly string[] =>
      outsideBlocks(page(report)).lines.map((line) =>
        line.startsWith('|') ? `row of ${line.replaceAll(/\\./g, '').split('|').length}` : line.slice(0, 4),
      );
    const expected = shape(hostile('x'));
    fc.assert(
      fc.property(text, (bad) => {
        const rows = (lines: readonly string[]): readonly string[] =>
          lines.filter((line) => line.startsWith('row') || line.startsWith('###'));
        expect(rows(shape(hostile(bad)))).toEqual(rows(expected));
      }),
      { numRuns: 200 },
    );
  });
});
