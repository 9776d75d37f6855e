import type { LintResult } from '../model/finding.ts';
import type { Location } from '../model/location.ts';
import { showLocation } from '../model/location.ts';
import { visible } from './visible.ts';

/** One finding a line, `file:line:column: severity[rule] message`, for grep, editors and problem matchers. */
export function lintCompact({ findings, errors }: LintResult): string {
  return [
    ...errors.map(
      ({ at, code, message }) => `${at === null ? '-' : place(at)}: error[${visible(code)}] ${visible(message)}\n`,
    ),
    ...findings.map(({ at, severity, rule, message }) => `${place(at)}: ${severity}[${rule}] ${visible(message)}\n`),
  ].join('');
}

/** A line that begins with two colons would be an order to the runner of GitHub; no path needs to. */
function place(at: Location): string {
  const shown = visible(showLocation(at));
  return /^\s*::/.test(shown) ? `./${shown}` : shown;
}
