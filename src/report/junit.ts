import type { Finding, LintResult } from '../model/finding.ts';
import { showLocation } from '../model/location.ts';
import { visible } from './visible.ts';

/**
 * One test case per rule and file with findings, one per unreadable input, and one passing case for each rule that ran
 * and found nothing, so that trends show repairs. Findings of severity info do not fail a case.
 */
export function lintJunit({ findings, errors, ran = [] }: LintResult): string {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.at.file, finding.rule]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  const found = new Set(findings.map(({ rule }) => rule));
  const cases = [
    ...errors.map(({ at, code, message }) =>
      testcase(
        at === null ? 'input' : at.file,
        code,
        `<error message="${escapeXml(message)}">${escapeXml(at === null ? '' : showLocation(at))}</error>`,
      ),
    ),
    ...[...groups.values()].map(groupCase),
    ...ran.filter((rule) => !found.has(rule)).map((rule) => testcase('firebreak', rule, '')),
    ...(findings.length + errors.length + ran.length === 0 ? [testcase('firebreak', 'lint', '')] : []),
  ];
  const failures = [...groups.values()].filter((group) => group.some(({ severity }) => severity !== 'info')).length;
  return junitText('lint', cases, { failures, errors: errors.length });
}

/** A report with one suite of cases that `testcase` made. */
export function junitText(
  suite: string,
  cases: readonly string[],
  { failures, errors }: { readonly failures: number; readonly errors: number },
): string {
  const counts = `tests="${cases.length}" failures="${failures}" errors="${errors}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="firebreak" ${counts}>`,
    `  <testsuite name="${suite}" ${counts}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function groupCase(group: readonly [Finding, ...Finding[]]): string {
  const [first] = group;
  const failing = group.filter(({ severity }) => severity !== 'info');
  const listed = group.map(({ at, message, severity }) => `${showLocation(at)} ${severity}: ${message}`);
  const text = listed.map(escapeXml).join('\n');
  const [worst] = failing;
  if (worst === undefined) return testcase(first.at.file, first.rule, `<system-out>${text}</system-out>`);
  const more = failing.length === 1 ? '' : `${failing.length} findings, first: `;
  const type = failing.some(({ severity }) => severity === 'error') ? 'error' : 'warning';
  return testcase(
    first.at.file,
    first.rule,
    `<failure type="${type}" message="${escapeXml(`${more}${worst.message}`)}">${text}</failure>`,
  );
}

/** @param body markup whose texts `escapeXml` has escaped */
export function testcase(classname: string, name: string, body: string): string {
  const head = `    <testcase classname="${escapeXml(classname)}" name="${escapeXml(name)}"`;
  return body === '' ? `${head}/>` : `${head}>${body}</testcase>`;
}

/** Text inside of elements and quoted attributes. */
export function escapeXml(text: string): string {
  return visible(text)
    .replaceAll(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
