import { describe, expect, it } from 'vitest';
import { paint } from '../../src/report/color.ts';
import { lintCompact } from '../../src/report/compact.ts';
import { lintGithub } from '../../src/report/github.ts';
import { lintJunit } from '../../src/report/junit.ts';
import { lintMarkdown } from '../../src/report/markdown.ts';
import { lintPretty } from '../../src/report/pretty.ts';
import { CLEAN, fixtureRead, fixtureResult, hostileResult } from './lint-fixture.ts';

const OPTIONS = { color: paint(false), texts: fixtureRead().texts, quiet: false };

/** Characters that a terminal or log acts on, the line end excepted. */
const ACTING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/;

describe('screens', () => {
  it.each([
    ['pretty.txt', () => lintPretty(fixtureResult(), OPTIONS)],
    ['compact.txt', () => lintCompact(fixtureResult())],
    ['github.txt', () => lintGithub(fixtureResult())],
    ['junit.xml', () => lintJunit(fixtureResult())],
    ['markdown.txt', () => lintMarkdown(fixtureResult())],
    ['hostile.pretty.txt', () => lintPretty(hostileResult(), { ...OPTIONS, texts: new Map() })],
    ['hostile.github.txt', () => lintGithub(hostileResult(40))],
    ['hostile.markdown.txt', () => lintMarkdown(hostileResult())],
  ] as const)('%s is as recorded', async (name, render) => {
    await expect(render()).toMatchFileSnapshot(`lint-golden/${name}`);
  });

  it('say what was checked when nothing was found', () => {
    expect(lintPretty(CLEAN, OPTIONS)).toMatchInlineSnapshot(`
      "no findings. Checked 2 policies, 1 inventory, 3 drills with 60 rules.
      "
    `);
    expect(lintPretty(CLEAN, { ...OPTIONS, quiet: true })).toBe('');
    expect(lintCompact(CLEAN)).toBe('');
    expect(lintMarkdown(CLEAN)).toMatchInlineSnapshot(`
      "### firebreak lint: 0 errors, 0 warnings, 0 notes

      Checked 2 policies, 1 inventory, 3 drills, 0 key sets, 0 tokens, 0 configuration files with 60 rules; 0 findings silenced.
      "
    `);
    expect(lintJunit(CLEAN)).toContain('tests="1" failures="0" errors="0"');
  });

  it('colour only when asked to', () => {
    const coloured = lintPretty(fixtureResult(), { ...OPTIONS, color: paint(true) });
    expect(coloured).toContain('\u001b[31m');
    expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(lintPretty(fixtureResult(), OPTIONS));
  });

  it('keep every source line within 80 columns', () => {
    const frames = lintPretty(fixtureResult(), OPTIONS)
      .split('\n')
      .filter((line) => /^ *\d+ \|/.test(line));
    expect(frames.length).toBeGreaterThan(5);
    for (const line of frames) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe('hostile files', () => {
  it.each([
    ['pretty', () => lintPretty(hostileResult(3), { ...OPTIONS, texts: new Map() })],
    ['compact', () => lintCompact(hostileResult(3))],
    ['github', () => lintGithub(hostileResult(40))],
    ['junit', () => lintJunit(hostileResult(3))],
    ['markdown', () => lintMarkdown(hostileResult(3))],
  ] as const)('have no acting character in %s', (_, render) => {
    expect(render()).not.toMatch(ACTING);
  });

  it('cannot give orders to a workflow runner', () => {
    const lines = lintGithub(hostileResult(40)).split('\n');
    const stop = lines.findIndex((line) => line.startsWith('::stop-commands::'));
    const token = lines[stop]?.slice('::stop-commands::'.length);
    const resume = lines.indexOf(`::${token}::`);
    expect(
      lines.slice(0, stop).every((line) => /^::(?:error|warning|notice) file=policies\/[^:]*,title=[^:]*::/.test(line)),
    ).toBe(true);
    expect(lines.slice(stop + 1, resume).some((line) => line.includes(token ?? ''))).toBe(false);
    expect(lines.slice(stop + 1, resume).every((line) => !line.startsWith('::'))).toBe(true);
    expect(lines.slice(resume + 1)).toEqual(['']);
  });

  it('stay in their cell of a Markdown table, without links, mentions and HTML', () => {
    const rows = lintMarkdown(hostileResult(3))
      .split('\n')
      .filter((line) => line.startsWith('| '));
    for (const row of rows) expect(row.replaceAll(/\\./g, '').split('|').length).toBe(6);
    const text = rows.join('\n').replaceAll(/`[^`]*`/g, '');
    expect(text).not.toMatch(/<script|[^\\]\[x|@team/);
  });

  it('stay inside XML', () => {
    const xml = lintJunit(hostileResult(3));
    expect(
      xml
        .replaceAll(/"[^"<>]*"/g, '""')
        .match(/<[^>]*>/g)
        ?.every((tag) => /^<[/?]?[\w-]+(?: [\w-]+="")*\/?\??>$/.test(tag)),
    ).toBe(true);
  });
});

describe('limits of hosts', () => {
  it('annotates ten of a level and lists the rest', () => {
    const text = lintGithub(hostileResult(60));
    expect(text.match(/^::error /gm)).toHaveLength(10);
    expect(text.match(/^::warning /gm)).toHaveLength(10);
    expect(text.match(/^::notice /gm)).toHaveLength(10);
    expect(text).toContain('31 more than GitHub shows as annotations:');
  });

  it('keeps Markdown below 60,000 characters and counts what does not fit', () => {
    const text = lintMarkdown(hostileResult(2000));
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(text).toMatch(/\d+ more rows do not fit/);
  });
});
