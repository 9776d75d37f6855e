import type { LintResult } from '../model/finding.ts';
import { showLocation } from '../model/location.ts';
import { visible } from './visible.ts';

/** One test case per finding and unreadable input; a run without any is one passing case. */
export function lintJunit({ findings, errors, summary }: LintResult): string {
  const cases = [
    ...errors.map(({ at, code, message }) =>
      testcase(
        at === null ? 'input' : at.file,
        code,
        `<error message="${escapeXml(message)}">${escapeXml(at === null ? '' : showLocation(at))}</error>`,
      ),
    ),
    ...findings.map(({ at, rule, severity, message }) =>
      testcase(
        at.file,
        rule,
        severity === 'info'
          ? `<system-out>${escapeXml(`${showLocation(at)} ${message}`)}</system-out>`
          : `<failure type="${severity}" message="${escapeXml(message)}">${escapeXml(showLocation(at))}</failure>`,
      ),
    ),
    ...(findings.length + errors.length === 0 ? ['    <testcase classname="firebreak" name="lint"/>'] : []),
  ];
  const failures = summary.bySeverity.error + summary.bySeverity.warning;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="firebreak" tests="${cases.length}" failures="${failures}" errors="${errors.length}">`,
    `  <testsuite name="lint" tests="${cases.length}" failures="${failures}" errors="${errors.length}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testcase(classname: string, name: string, body: string): string {
  return `    <testcase classname="${escapeXml(classname)}" name="${escapeXml(name)}">${body}</testcase>`;
}

function escapeXml(text: string): string {
  return visible(text)
    .replaceAll(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
