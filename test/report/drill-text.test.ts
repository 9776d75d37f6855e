import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import type { DrillResult } from '../../src/model/drill.ts';
import { drillJunit } from '../../src/report/drill-junit.ts';
import { drillMarkdown, MARKDOWN_LIMIT } from '../../src/report/drill-markdown.ts';
import { drillOpenMetrics, startedSeconds } from '../../src/report/drill-openmetrics.ts';
import { drillTerminal } from '../../src/report/drill-terminal.ts';
import { drillPredictions, drillResult, passingResult, stoppedResult } from './drill-fixture.ts';
import { SCRIPTS } from './drill-script.ts';

const options = { predictions: drillPredictions() };
const RUNS = [
  { name: 'missed', result: drillResult() },
  { name: 'met', result: passingResult() },
  { name: 'stopped', result: stoppedResult() },
  { name: 'no-units', result: drillResult({ scripts: [] }) },
];

describe('the Markdown summary', () => {
  it.for(RUNS)('of a $name run is as agreed', async ({ name, result }) => {
    await expect(drillMarkdown(result, options)).toMatchFileSnapshot(`drill-golden/${name}.markdown.txt`);
  });

  it('fits in a comment and says that it was cut', () => {
    const many = Array.from({ length: 40 }, (_, copy) =>
      SCRIPTS.map((script) => ({ ...script, verifier: `${script.verifier}-${copy}` })),
    ).flat();
    const text = drillMarkdown(drillResult({ scripts: many, arms: ['quiet'] }));
    expect(text.length).toBeLessThanOrEqual(MARKDOWN_LIMIT);
    expect(text).toContain('Cut here');
    expect([...text.matchAll(/^```/gm)].length % 2).toBe(0);
  });

  it('mentions nobody and lets no markup through', () => {
    const finding = {
      rule: 'drill/x',
      severity: 'error',
      unit: 'a`b|c',
      arm: null,
      message: '@everyone <b>[x](https://evil.test)|',
      at: null,
    } as const;
    const text = drillMarkdown(drillResult({ over: { findings: [finding] } }));
    expect(text).toContain("`a'b¦c`: &#64;everyone &lt;b&gt;\\[x\\](https:&#47;&#47;evil.test)\\|");
  });
});

describe('the terminal summary', () => {
  it.for(RUNS)('of a $name run is as agreed', async ({ name, result }) => {
    const text = drillTerminal(result, { ...options, reports: ['.firebreak/report.html'], exitCode: 1 });
    await expect(text).toMatchFileSnapshot(`drill-golden/${name}.terminal.txt`);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('colours words and nothing else', () => {
    const mark = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
    const colors = { red: mark('r'), green: mark('g'), yellow: mark('y'), dim: mark('d'), bold: mark('b') };
    const coloured = drillTerminal(drillResult(), { ...options, colors });
    expect(coloured).toContain('<r>✕ MISSED</r>');
    expect(coloured.replace(/<\/?[rgydb]>/g, '')).toBe(drillTerminal(drillResult(), options));
  });

  it('lets no escape sequence of a hostile name through', () => {
    const scripts = SCRIPTS.map((script) => ({ ...script, verifier: `${script.verifier}\u001B[2J\r` }));
    // oxlint-disable-next-line no-control-regex -- control characters are what must not appear
    expect(drillTerminal(drillResult({ scripts }))).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/);
  });

  it('puts an unfinished clean-up before everything else to do', () => {
    const safety: DrillResult['safety'] = {
      effects: [
        { id: 'e1', says: 'publish canary key', undone: false, verified: false, why: 'issuer does not answer' },
      ],
      clean: false,
    };
    const text = drillTerminal(drillResult({ over: { safety } }));
    expect(text).toContain('Next: finish the clean-up now with `firebreak drill recover`');
    expect(text).toContain('e1 publish canary key: issuer does not answer');
  });
});

describe('OpenMetrics', () => {
  it.for(RUNS)('of a $name run is as agreed', async ({ name, result }) => {
    await expect(drillOpenMetrics(result)).toMatchFileSnapshot(`drill-golden/${name}.prom`);
  });

  it('is well formed: one TYPE per family before its samples, numbers, EOF last', () => {
    const lines = drillOpenMetrics(drillResult()).trimEnd().split('\n');
    expect(lines.at(-1)).toBe('# EOF');
    const types = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2] ?? '');
    expect(new Set(types).size).toBe(types.length);
    let family = '';
    for (const line of lines.slice(0, -1)) {
      if (line.startsWith('# TYPE')) family = line.split(' ')[2] ?? '';
      if (line.startsWith('#')) continue;
      expect(line).toMatch(/^[a-z_]+\{(?:[a-z]+="(?:[^"\\\n]|\\.)*",?)+\} (?:\+Inf|-?\d+(?:\.\d+)?)$/);
      expect(line.startsWith(`${family}{`)).toBe(true);
    }
  });

  it('marks a unit that never refused with +Inf and censored', () => {
    const text = drillOpenMetrics(drillResult());
    expect(text).toMatch(/revocation_seconds\{[^}]*arm="quiet",verifier="get-jwks"[^}]*bound="upper"\} \+Inf/);
    expect(text).toMatch(/censored\{[^}]*arm="quiet",verifier="get-jwks"[^}]*\} 1\n/);
  });

  it('reads start times as calendars do', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1970-01-01'), max: new Date('2200-01-01'), noInvalidDate: true }),
        (date) => {
          expect(startedSeconds(date.toISOString())).toBeCloseTo(date.getTime() / 1000, 6);
        },
      ),
    );
    expect(startedSeconds('yesterday')).toBeNull();
  });
});

describe('JUnit', () => {
  it.for(RUNS)('of a $name run is as agreed', async ({ name, result }) => {
    await expect(drillJunit(result)).toMatchFileSnapshot(`drill-golden/${name}.xml`);
  });

  it('counts what it holds', () => {
    const text = drillJunit(drillResult());
    const [, tests, failures, skipped] =
      /<testsuites [^>]*tests="(\d+)" failures="(\d+)" errors="0" skipped="(\d+)"/.exec(text) ?? [];
    expect(Number(tests)).toBe([...text.matchAll(/<testcase /g)].length);
    expect(Number(failures)).toBe([...text.matchAll(/<failure /g)].length);
    expect(Number(skipped)).toBe([...text.matchAll(/<skipped /g)].length);
  });

  it('never shows a stopped run as passed', () => {
    expect(drillJunit(stoppedResult())).toContain('<skipped message="stopped:');
  });
});
