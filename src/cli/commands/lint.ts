import type { ExitCode } from '../../model/exit.ts';
import type { Io } from '../io.ts';
import { lintPaths } from '../lint-run.ts';
import type { CommandOptions } from '../options.ts';
import { readOutputs } from '../output.ts';
import { LINT_FORMATS, exitOfLint, writeLintOutputs } from '../render-lint.ts';

/** `firebreak lint`: offline. 2 when an input cannot be evaluated, 1 at or above --fail-on, else 0. */
export async function runLint(io: Io, paths: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const targets = readOutputs(options, LINT_FORMATS, 'pretty');
  const { read, result } = await lintPaths(paths, options);
  await writeLintOutputs(targets, result, read.texts, { io, options });
  return exitOfLint(result, options.failOn ?? 'error');
}
