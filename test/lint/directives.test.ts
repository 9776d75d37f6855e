import { describe, expect, it } from 'vitest';
import type { LintOptions } from '../../src/lint/lint.ts';
import { lint } from '../../src/lint/lint.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import type { LintResult } from '../../src/model/finding.ts';

const RULE = 'policy/lifetime-over-profile';
const GOOD = `# firebreak-ignore ${RULE} until=2027-01-31 owner=@team -- nightly jobs`;

/** Rules about lifetimes and directives only, so that results are about directives. */
const ONLY = [RULE, 'lint/directive-invalid', 'lint/directive-expired', 'lint/directive-unused'];

function run(tokens: string, now: string, options: LintOptions = { only: ONLY }): LintResult {
  const text = `apiVersion: firebreak.dev/v1alpha1\nkind: TokenPolicy\nmetadata: { name: orders }\nspec:\n  tokens:\n${tokens}\n`;
  const read = readEstate([{ file: 'p.yaml', text }], { now: Date.parse(now) });
  expect(read.problems).toEqual([]);
  return lint(read, options);
}

function rulesOf({ findings }: LintResult): readonly string[] {
  return findings.map(({ rule, at }) => `${rule}:${at.line}`);
}

const NOW = '2026-06-01T00:00:00Z';

describe('where a directive stands', () => {
  it.each([
    { name: 'on the line of the finding', tokens: `    access_token:\n      lifetime: { max: 8h } ${GOOD}` },
    { name: 'on the line above', tokens: `    access_token:\n      ${GOOD}\n      lifetime: { max: 8h }` },
    {
      name: 'above the mapping that contains it',
      tokens: `    ${GOOD}\n    access_token:\n      lifetime:\n        max: 8h`,
    },
    {
      name: 'above other comments',
      tokens: `    ${GOOD}\n    # why not\n    access_token:\n      lifetime: { max: 8h }`,
    },
  ])('counts $name', ({ tokens }) => {
    const result = run(tokens, NOW);
    expect(rulesOf(result)).toEqual([]);
    expect(result.suppressed.map(({ finding, reason }) => [finding.rule, reason])).toEqual([[RULE, 'nightly jobs']]);
  });

  it.each([
    {
      name: 'behind another value',
      tokens: `    access_token:\n      present: true ${GOOD}\n      lifetime: { max: 8h }`,
    },
    {
      name: 'above another entry',
      tokens: `    ${GOOD}\n    id_token: {}\n    access_token:\n      lifetime: { max: 8h }`,
    },
    { name: 'below', tokens: `    access_token:\n      lifetime: { max: 8h }\n      ${GOOD}` },
    { name: 'inside a text', tokens: `    access_token:\n      audiences: ["${GOOD}"]\n      lifetime: { max: 8h }` },
  ])('does not count $name', ({ tokens }) => {
    const result = run(tokens, NOW);
    expect(result.findings.map(({ rule }) => rule)).toContain(RULE);
    expect(result.suppressed).toEqual([]);
  });

  it('covers findings of its rule only', () => {
    const tokens = `    ${GOOD}\n    access_token:\n      lifetime: { max: 8h }\n      clock_skew: { max: 2m }`;
    expect(rulesOf(run(tokens, NOW, { only: [RULE, 'policy/leeway-excessive'] }))).toEqual([
      'policy/leeway-excessive:9',
    ]);
  });

  it('may cover several findings, and is used once', () => {
    const tokens = `    ${GOOD}\n    access_token:\n      lifetime: { max: 8h }\n    id_token:\n      lifetime: { max: 8h }`;
    const result = run(tokens, NOW);
    expect(rulesOf(result)).toEqual([`${RULE}:10`]);
    expect(result.suppressed).toHaveLength(1);
  });
});

describe('the end of a directive', () => {
  const tokens = `    access_token:\n      lifetime: { max: 8h } ${GOOD}`;

  it.each([
    ['2027-01-30T12:00:00Z', []],
    ['2027-01-31T23:59:59.999Z', []],
    ['2027-02-01T00:00:00Z', [`${RULE}:7`, 'lint/directive-expired:7']],
    ['2027-02-01T12:00:00Z', [`${RULE}:7`, 'lint/directive-expired:7']],
  ])('counts through its last day: at %s', (now, expected) => {
    expect(rulesOf(run(tokens, now))).toEqual(expected);
  });

  it('names the reason and the owner when it has passed', () => {
    const expired = run(tokens, '2027-03-01T00:00:00Z').findings.find(({ rule }) => rule === 'lint/directive-expired');
    expect(expired?.message).toBe(
      `this directive ended on 2027-01-31 and no longer silences ${RULE} (@team); its reason was: nightly jobs`,
    );
  });
});

describe('a directive that is not written as it must be', () => {
  it.each([
    ['# firebreak-ignore', 'it names no rule'],
    ['# firebreak-ignore -- reason', 'it names no rule'],
    [`# firebreak-ignore: ${RULE} until=2027-01-31 -- reason`, 'a blank must follow firebreak-ignore'],
    [`# firebreak-ignored ${RULE} until=2027-01-31 -- reason`, 'a blank must follow firebreak-ignore'],
    ['# firebreak-ignore until=2027-01-31 -- reason', 'the rule must come first'],
    ['# firebreak-ignore policy/nope until=2027-01-31 -- reason', 'there is no rule "policy/nope"'],
    ['# firebreak-ignore * until=2027-01-31 -- reason', 'there is no rule "*"'],
    [
      '# firebreak-ignore lint/directive-unused until=2027-01-31 -- reason',
      'rule lint/directive-unused cannot be silenced',
    ],
    [`# firebreak-ignore ${RULE} -- reason`, 'it has no end'],
    [`# firebreak-ignore ${RULE} until=2027-02-29 -- reason`, 'until "2027-02-29" is no date'],
    [`# firebreak-ignore ${RULE} until=31.1.2027 -- reason`, 'until "31.1.2027" is no date'],
    [`# firebreak-ignore ${RULE} until=2027-01-31 -- reason`, 'it has no owner'],
    [`# firebreak-ignore ${RULE} until=2027-01-31 owner=@team`, 'it gives no reason'],
    [`# firebreak-ignore ${RULE} until=2027-01-31 owner=@team --`, 'it gives no reason'],
    [`# firebreak-ignore ${RULE} until=2027-01-31 reason`, '"reason" means nothing here'],
    [`# firebreak-ignore ${RULE} ${RULE} until=2027-01-31 -- reason`, `"${RULE}" means nothing here`],
    [`# firebreak-ignore ${RULE} until=2027-01-31 until=2028-01-31 -- reason`, 'until is given twice'],
    [`# firebreak-ignore ${RULE} until=2027-01-31 owner= -- reason`, 'owner is empty'],
  ])('silences nothing: %s', (directive, fault) => {
    const result = run(`    access_token:\n      lifetime: { max: 8h } ${directive}`, NOW);
    expect(rulesOf(result)).toEqual([`${RULE}:7`, 'lint/directive-invalid:7']);
    expect(result.findings[1]?.message).toBe(
      `this directive silences nothing: ${fault}; write # firebreak-ignore RULE until=YYYY-MM-DD owner=@team -- reason`,
    );
  });

  it.each([
    `#firebreak-ignore ${RULE} until=2027-01-31 owner=@team -- reason`,
    `##   firebreak-ignore  ${RULE}   until=2028-02-29  owner=@team  --  a -- b`,
  ])('is tolerant of blanks: %s', (directive) => {
    expect(rulesOf(run(`    access_token:\n      lifetime: { max: 8h } ${directive}`, NOW))).toEqual([]);
  });

  it('is no directive when prose only mentions the word', () => {
    const tokens = `    access_token:\n      lifetime: { max: 10m } # see firebreak-ignore in the documentation`;
    expect(rulesOf(run(tokens, NOW))).toEqual([]);
  });
});

describe('a directive that silences nothing', () => {
  it('is reported', () => {
    const result = run(`    access_token:\n      lifetime: { max: 10m } ${GOOD}`, NOW);
    expect(result.findings.map(({ message }) => message)).toEqual([
      `this directive silences nothing of ${RULE}: there is no finding of it in line 7`,
    ]);
  });

  it('is not reported when its rule did not run', () => {
    const tokens = `    access_token:\n      lifetime: { max: 8h } ${GOOD}`;
    expect(rulesOf(run(tokens, NOW, { only: ['lint/directive-unused', 'policy/leeway-excessive'] }))).toEqual([]);
  });
});

describe('without directives', () => {
  it('shows what they silence, and says nothing about them', () => {
    const tokens = `    access_token:\n      lifetime: { max: 8h } ${GOOD}`;
    const result = run(tokens, NOW, { only: ONLY, ignores: false });
    expect(rulesOf(result)).toEqual([`${RULE}:7`]);
    expect(result.suppressed).toEqual([]);
  });
});
