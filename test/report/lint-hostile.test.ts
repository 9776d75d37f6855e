import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding, LintResult } from '../../src/model/finding.ts';
import { formatsOf } from '../../src/report/formats.ts';
import { CLEAN } from './lint-fixture.ts';
import { RENDERERS } from './lint-render.ts';

/** What terminals, log viewers, runners, pages and tables act on; chosen often, mixed with anything. */
const DANGEROUS = [
  '\u001b[31m',
  '\u001b]8;;https://evil.example\u0007',
  '\u009b2J',
  '\r\n::error file=x,line=1::owned',
  '\n::stop-commands::x\n',
  '%0A::add-mask::x',
  '##[add-mask]x',
  '##[group]',
  '##vso[task.setvariable variable=x]y',
  "##teamcity[message text='x']",
  '::set-output name=x::y',
  '</pre><script>alert(1)</script>',
  '" onmouseover="alert(1)',
  "<img src=x onerror='alert(1)'>",
  '| a | b |',
  '[x](javascript:alert(1))',
  '![x](https://evil.example/x.png)',
  'https://evil.example/',
  '@acme/team',
  '`code`',
  ']]>',
  '<!--',
  '&#x3c;',
  '\u202e\u2066',
  '\u200b\ufeff\u{e0041}',
  '\u2028\u2029\u0085',
  '\ud800',
  '\0',
  '\ufffe',
];

const text: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...DANGEROUS), fc.string({ unit: 'binary', maxLength: 8 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

const at = fc
  .record({ file: text, line: fc.integer({ min: 1, max: 3 }), column: fc.integer({ min: 1, max: 9 }) })
  .map(({ file, line, column }) => ({ file, line, column, endLine: line, endColumn: column + 1 }));

const finding: fc.Arbitrary<Finding> = fc.record({
  rule: fc.constantFrom('policy/alg-none-allowed', 'jwks/kid-missing'),
  severity: fc.constantFrom('error', 'warning', 'info'),
  confidence: fc.constantFrom('certain', 'likely'),
  message: text,
  at,
  related: fc.array(fc.record({ at, message: text }), { maxLength: 2 }),
  subject: text,
  fingerprint: fc.constant('0123456789abcdef'),
  contentFingerprint: fc.constant('fedcba9876543210'),
});

const result: fc.Arbitrary<LintResult> = fc
  .record({
    findings: fc.array(finding, { maxLength: 3 }),
    suppressed: fc.array(
      fc.record({
        finding,
        how: fc.constantFrom('directive', 'waiver', 'baseline'),
        reason: text,
        owner: text,
        until: text,
        at,
      }),
      { maxLength: 2 },
    ),
    errors: fc.array(fc.record({ code: text, message: text, hint: fc.option(text), at: fc.option(at) }), {
      maxLength: 2,
    }),
    since: fc.record({ ref: text, commit: fc.constant('0'.repeat(40)), known: fc.nat(), fixed: fc.nat() }),
  })
  .map((parts): LintResult => ({ ...CLEAN, ...parts }));

/** What a terminal or a log acts on: controls but the line end, directions, zero width, tags, halves of characters. */
const ACTING = /[^\P{Cc}\n]|\p{Cf}|\p{Cs}|[\u2028\u2029]/u;

/** The one invisible character that a report writes itself, so that Markdown makes no link or mention. */
const OWN = /\u200b/g;

function everyResult(check: (result: LintResult, texts: ReadonlyMap<string, string>) => void): void {
  fc.assert(
    fc.property(result, text, (made, source) => {
      const files = [
        ...made.findings.map((each) => each.at.file),
        ...made.errors.flatMap((each) => each.at?.file ?? []),
      ];
      check(made, new Map(files.map((file) => [file, `${source}\n${source}\n${source}\n`])));
    }),
    { numRuns: 100 },
  );
}

describe.each(Object.entries(RENDERERS))('%s, whatever a repository holds', (name, render) => {
  it('has no character that a terminal or log acts on', () => {
    everyResult((made, texts) => {
      const shown = render(made, texts);
      expect(name === 'markdown' ? shown.replaceAll(OWN, '') : shown).not.toMatch(ACTING);
    });
  });

  it('gives no orders to a build runner', () => {
    everyResult((made, texts) => {
      const shown = render(made, texts);
      expect(shown).not.toMatch(/##\w*\[/);
      const orders = shown.split('\n').filter((line) => line.trimStart().startsWith('::'));
      if (name !== 'github') {
        expect(orders.filter((line) => !line.trimStart().startsWith('::: '))).toEqual([]);
        return;
      }
      const stop = orders.findIndex((line) => line.startsWith('::stop-commands::'));
      expect(orders.slice(0, stop).every((line) => /^::(?:error|warning|notice) [^:]*::/.test(line))).toBe(true);
      expect(orders.slice(stop + 1)).toEqual([`::${orders[stop]?.slice('::stop-commands::'.length)}::`]);
    });
  });
});

describe('formats with a grammar, whatever a repository holds', () => {
  it.each(['json', 'sarif', 'gitlab'])('%s is JSON', (name) => {
    everyResult((made) => {
      expect(() => void JSON.parse(RENDERERS[name]?.(made) ?? '')).not.toThrow();
    });
  });

  it('json and jsonl keep every text as it is', () => {
    everyResult((made) => {
      const whole = JSON.parse(RENDERERS['json']?.(made) ?? '') as { findings: { message: string; path: string }[] };
      expect(whole.findings.map(({ message, path }) => [message, path])).toEqual(
        made.findings.map(({ message, at }) => [message, at.file]),
      );
      const lines = (RENDERERS['jsonl']?.(made) ?? '').trimEnd().split('\n');
      const records = lines.map((line) => JSON.parse(line) as { type: string });
      expect(records.map(({ type }) => type)).toEqual([
        ...made.errors.map(() => 'error'),
        ...made.findings.map(() => 'finding'),
        ...made.suppressed.map(() => 'suppressed'),
        'summary',
      ]);
    });
  });

  it.each(['html', 'junit'])('%s has only the tags that it writes itself', (name) => {
    everyResult((made, texts) => {
      const shown = (RENDERERS[name]?.(made, texts) ?? '').replace(/<style>[\s\S]*?<\/style>/, '');
      for (const [tag] of shown.matchAll(/<[^>]*>/g)) {
        expect(tag).toMatch(
          /^<(?:!doctype html|\?xml version="1\.0" encoding="UTF-8"\?|\/?[a-z][a-z0-9-]*(?: [a-z-]+="[^"<>]*")*\/?)>$/,
        );
        expect(tag).not.toMatch(/^<(?:script|img|iframe|a|link|object|embed|form|base|svg)\b/);
        expect(tag.replaceAll(/"[^"]*"/g, '""')).not.toMatch(/ (?:on[a-z]+|href|src|style)=/);
      }
      expect(shown.replaceAll(/<[^>]*>/g, '')).not.toMatch(/[<>]/);
    });
  });

  it('markdown keeps to its rows and cells, without links, images, mentions and HTML', () => {
    everyResult((made) => {
      for (const line of (RENDERERS['markdown']?.(made) ?? '').split('\n').filter((each) => each.startsWith('| '))) {
        const cells = line.replaceAll(/\\./g, '').split('|');
        expect(cells).toHaveLength(6);
        const prose = line.replaceAll(/`[^`]*`/g, '');
        expect(prose).not.toMatch(/(?:^|[^\\])[[\]!*_]|<|@[\w]|[^\u200b]\/\/evil|`/);
      }
    });
  });
});

it('renders every format that findings have', () => {
  expect(Object.keys(RENDERERS).sort()).toEqual([...formatsOf('lint')].sort());
});
