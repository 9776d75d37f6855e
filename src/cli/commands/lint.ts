import type { ExitCode } from '../../model/exit.ts';
import type { RuleTime } from '../../model/finding.ts';
import type { Io } from '../io.ts';
import { lintPaths } from '../lint-run.ts';
import type { CommandOptions } from '../options.ts';
import { readOutputs } from '../output.ts';
import { writeFixes } from '../write-fixes.ts';
import { LINT_FORMATS, exitOfLint, writeLintOutputs } from '../render-lint.ts';

/** `firebreak lint`: offline. 2 when an input cannot be evaluated, 1 at or above --fail-on, else 0. */
export async function runLint(io: Io, paths: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const targets = readOutputs(options, LINT_FORMATS, 'pretty');
  const first = await lintPaths(paths, options);
  const applied = options.fix === true ? await writeFixes(first) : 0;
  if (options.fix === true) io.err(`${applied} repaired\n`);
  const { read, result } = applied === 0 ? first : await lintPaths(paths, options);
  await writeLintOutputs(targets, result, read.texts, { io, options });
  if (result.times !== undefined) io.err(timesText(result.times));
  return exitOfLint(result, options.failOn ?? 'error');
}

/** The slowest rule first; those below a tenth of a millisecond in one line. */
function timesText(times: readonly RuleTime[]): string {
  const sorted = [...times].sort((a, b) => b.ms - a.ms || (a.rule < b.rule ? -1 : 1));
  const slow = sorted.filter(({ ms }) => ms >= 0.1);
  const rest = sorted.length - slow.length;
  const total = times.reduce((sum, { ms }) => sum + ms, 0);
  return [
    ...slow.map(({ rule, ms }) => `${ms.toFixed(1).padStart(8)} ms  ${rule}`),
    ...(rest > 0 ? [`${'< 0.1'.padStart(8)} ms  ${rest} more rules`] : []),
    `${total.toFixed(1).padStart(8)} ms  all rules`,
    '',
  ].join('\n');
}
