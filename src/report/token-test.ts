/** What became of token tests, for people, programs and viewers that count tests. */
import type { FileTexts } from '../model/document.ts';
import type { Location } from '../model/location.ts';
import { showLocation } from '../model/location.ts';
import type { CaseOutcome } from '../model/token-test.ts';
import type { Paint } from './color.ts';
import { counted } from './counted.ts';
import { markup } from './drill-markup.ts';
import type { Markup } from './drill-markup.ts';
import { codeFrame } from './frame.ts';
import { jsonText } from './json-text.ts';
import { visible } from './visible.ts';

export interface TokenTestText {
  readonly color: Paint;
  /** Content of the files, for code frames. */
  readonly texts: FileTexts;
}

/** One line for each test whose cases all hold, the whole story of each case that does not, and a count. */
export function tokenTestPretty(outcomes: readonly CaseOutcome[], { color, texts }: TokenTestText): string {
  const tests = byTest(outcomes).map(([test, cases]) => {
    const failed = cases.filter(({ failure }) => failure !== null);
    const head =
      failed.length === 0
        ? `${color.green('ok  ')} ${color.bold(visible(test))}  ${counted(cases.length, 'case')}`
        : `${color.red('FAIL')} ${color.bold(visible(test))}  ${failed.length} of ${counted(cases.length, 'case')}`;
    return [
      head,
      ...failed.map((each) => failureText(each, { color, texts })),
      ...(failed.length === 0 ? [] : ['']),
    ].join('\n');
  });
  const count = outcomes.filter(({ failure }) => failure !== null).length;
  const summary = `${counted(outcomes.length, 'case')}, ${count === 0 ? 'all as expected' : `${count} not as expected`}`;
  return `${tests.join('\n').trimEnd()}\n\n${count === 0 ? summary : color.red(summary)}\n`;
}

/** Cases of each test, in the order of the run; names of tests are unique. */
function byTest(outcomes: readonly CaseOutcome[]): readonly (readonly [string, readonly CaseOutcome[]])[] {
  const names = [...new Set(outcomes.map(({ test }) => test))];
  return names.map((name) => [name, outcomes.filter(({ test }) => test === name)]);
}

function failureText(outcome: CaseOutcome, { color, texts }: TokenTestText): string {
  const { failure, at, name } = outcome;
  return [
    '',
    `${color.bold(visible(name))}: ${visible(failure?.message ?? '')}`,
    codeFrame(texts.get(at.file), at, color),
    ...decidedBy(outcome).map((line) => `  ${color.cyan('=')} ${visible(line)}`),
    ...(failure === null ? [] : [`  ${color.cyan('=')} hint: ${visible(failure.hint)}`]),
  ].join('\n');
}

/** What decided, with the line of the policy; where nothing rejects, what would if it were enforced. */
function decidedBy({ violations, unenforced }: CaseOutcome): readonly string[] {
  return [
    ...violations.map(
      ({ policy, dimension, member, value, bound, from, reference }) =>
        `${nameOf(dimension, member)} is ${value}, policy "${policy}" allows ${bound}: ${placeOf(from)}; ${reference}`,
    ),
    ...unenforced.map(
      ({ decision, enforcement, at }) =>
        `policy "${decision.policy}" would reject it for ${decision.violations.map(({ dimension, member }) => nameOf(dimension, member)).join(', ')}, enforcement is ${enforcement}: ${showLocation(at)}`,
    ),
  ];
}

function nameOf(dimension: string, member: string | null): string {
  return member === null || member === dimension ? dimension : `${dimension} ${member}`;
}

function placeOf(from: CaseOutcome['violations'][number]['from']): string {
  return from.at !== null && from.origin === 'explicit'
    ? showLocation(from.at)
    : `${from.origin}${from.source === null ? '' : `, ${from.source}`}`;
}

export function tokenTestJson(outcomes: readonly CaseOutcome[]): string {
  const failed = outcomes.filter(({ failure }) => failure !== null).length;
  return jsonText({
    schema_version: '1.0',
    summary: { cases: outcomes.length, passed: outcomes.length - failed, failed },
    cases: outcomes.map(({ test, name, expect, reasons, verdict, violations, unenforced, failure, at }) => ({
      test,
      name,
      passed: failure === null,
      expect,
      reasons,
      verdict,
      message: failure?.message ?? null,
      hint: failure?.hint ?? null,
      violations: violations.map(({ policy, dimension, member, value, bound, from, reference }) => ({
        policy,
        dimension,
        member,
        value,
        bound,
        origin: from.origin,
        at: placeOrNull(from.at),
        reference,
      })),
      unenforced: unenforced.map(({ decision, enforcement, at: where }) => ({
        policy: decision.policy,
        enforcement,
        dimensions: decision.violations.map(({ dimension }) => dimension),
        at: showLocation(where),
      })),
      path: at.file,
      line: at.line,
      column: at.column,
    })),
  });
}

function placeOrNull(at: Location | null): string | null {
  return at === null ? null : showLocation(at);
}

/** One suite for each test, one test case for each of its cases. */
export function tokenTestJunit(outcomes: readonly CaseOutcome[]): string {
  const failures = outcomes.filter(({ failure }) => failure !== null).length;
  const suites = byTest(outcomes).map(([test, cases]) => suite(test, cases));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${
    markup`<testsuites name="firebreak test" tests="${outcomes.length}" failures="${failures}" errors="0">
${suites}</testsuites>
`.html
  }`;
}

function suite(test: string, cases: readonly CaseOutcome[]): Markup {
  const failures = cases.filter(({ failure }) => failure !== null).length;
  return markup`  <testsuite name="${test}" tests="${cases.length}" failures="${failures}" errors="0">
${cases.map(testcase)}  </testsuite>
`;
}

function testcase(outcome: CaseOutcome): Markup {
  const { name, failure, at } = outcome;
  const head = markup`classname="${outcome.test}" name="${visible(name)}" file="${at.file}" line="${at.line}"`;
  if (failure === null) return markup`    <testcase ${head}/>\n`;
  const body = [showLocation(at), ...decidedBy(outcome), `hint: ${failure.hint}`].map(visible).join('\n');
  return markup`    <testcase ${head}><failure message="${visible(failure.message)}">${body}</failure></testcase>
`;
}
