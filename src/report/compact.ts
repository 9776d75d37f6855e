import type { LintResult } from '../model/finding.ts';
import { showLocation } from '../model/location.ts';
import { visible } from './visible.ts';

/** One finding a line, `file:line:column: severity[rule] message`, for grep, editors and problem matchers. */
export function lintCompact({ findings, errors }: LintResult): string {
  return [
    ...errors.map(
      ({ at, code, message }) =>
        `${at === null ? '-' : visible(showLocation(at))}: error[${code}] ${visible(message)}\n`,
    ),
    ...findings.map(
      ({ at, severity, rule, message }) => `${visible(showLocation(at))}: ${severity}[${rule}] ${visible(message)}\n`,
    ),
  ].join('');
}
