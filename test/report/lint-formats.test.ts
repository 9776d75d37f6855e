import { describe, expect, it } from 'vitest';
import { paint } from '../../src/report/color.ts';
import { lintCompact } from '../../src/report/compact.ts';
import { lintGithub } from '../../src/report/github.ts';
import { lintJunit } from '../../src/report/junit.ts';
import { lintMarkdown } from '../../src/report/markdown.ts';
import { lintPretty } from '../../src/report/pretty.ts';
import { SUMMARY_BYTES } from '../../src/report/markdown.ts';
import { CLEAN, fixtureRead, fixtureResult, hostileResult } from './lint-fixture.ts';
import { RENDERERS } from './lint-render.ts';

const ORDER = ['::error', '::warning', '::notice'];

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
    ['jsonl.txt', () => RENDERERS['jsonl']?.(fixtureResult())],
    ['gitlab.golden.json', () => RENDERERS['gitlab']?.(fixtureResult())],
    ['report.golden.html', () => RENDERERS['html']?.(fixtureResult(), OPTIONS.texts)],
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

  it('annotates the worst first', () => {
    const levels = lintGithub(hostileResult(60)).match(/^::(?:error|warning|notice)/gm);
    expect(levels).toEqual([...(levels ?? [])].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)));
  });

  it.each([
    ['a comment', 60_000, 2000],
    ['a comment', 60_000, 20_000],
    ['a step summary', SUMMARY_BYTES, 20_000],
  ])('keeps Markdown for %s below %d bytes with %d findings', (_, limit, count) => {
    const text = lintMarkdown(hostileResult(count), limit);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
    expect(Buffer.byteLength(text)).toBeGreaterThan(limit * 0.9);
    const rows = text.match(/^\| (?:error|warning|info) /gm)?.length ?? 0;
    const [, left = '', severities = ''] = /(\d+) more rows do not fit \(([^)]*)\)/.exec(text) ?? [];
    // One row is the fault in what was read.
    expect(rows + Number(left)).toBe(count + 1);
    expect(severities).toMatch(/\d+ notes?$/);
    expect(text).toMatch(/\| policy\/alg-none-allowed \| \d+ \|/);
  });

  it('keeps the worst of Markdown', () => {
    const text = lintMarkdown(hostileResult(90), 20_000);
    const shown = [...text.matchAll(/^\| (error|warning|info) /gm)].map(([, severity]) => severity);
    expect(shown).toEqual([...shown].sort((a = '', b = '') => (a < b ? -1 : 1)));
    expect(shown).toContain('error');
    expect(shown).not.toContain('info');
  });

  it('lists in HTML what a browser can show, and counts the rest', () => {
    const html = RENDERERS['html']?.(hostileResult(6000)) ?? '';
    expect(html.match(/<article/g)).toHaveLength(5001);
    expect(html.match(/<pre/g)).toHaveLength(501);
    expect(html).toContain('1000 more findings not listed');
  });
});

describe('junit', () => {
  it('has one case for a rule in a file, and passes for rules that found nothing', () => {
    const { findings, ...rest } = fixtureResult();
    const [first] = findings;
    if (first === undefined) throw new Error('the fixture has findings');
    const ran = [first.rule, 'policy/slo-missing', 'token/alg-none'] as const;
    const xml = lintJunit({ ...rest, errors: [], findings: [first, { ...first, message: 'another' }], ran });
    expect(xml).toContain('tests="3" failures="1" errors="0"');
    expect(xml.match(/<testcase /g)).toHaveLength(3);
    expect(xml).toContain('message="2 findings, first: ');
    expect(xml).toContain('<testcase classname="firebreak" name="policy/slo-missing"/>');
  });

  it('fails no case for notes', () => {
    const xml = lintJunit({ ...hostileResult(3), errors: [], findings: hostileResult(3).findings.slice(2) });
    expect(xml).toContain('tests="1" failures="0" errors="0"');
  });
});

describe('gitlab', () => {
  it('has every member that GitLab requires, and unique fingerprints', () => {
    const entries = JSON.parse(RENDERERS['gitlab']?.(fixtureResult()) ?? '') as Record<string, unknown>[];
    expect(entries.length).toBe(fixtureResult().findings.length + fixtureResult().errors.length);
    for (const entry of entries) {
      expect(entry).toMatchObject({
        description: expect.stringMatching(/./) as string,
        check_name: expect.stringMatching(/^[a-z]+\/[a-z-]+$/) as string,
        severity: expect.stringMatching(/^(?:info|minor|major|critical|blocker)$/) as string,
        location: { path: expect.stringMatching(/^[^./]/) as string, lines: { begin: expect.any(Number) as number } },
      });
    }
    expect(new Set(entries.map(({ fingerprint }) => fingerprint)).size).toBe(entries.length);
  });
});
