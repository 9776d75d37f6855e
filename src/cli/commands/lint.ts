import type { ExitCode } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import type { RuleTime } from '../../model/finding.ts';
import { visible } from '../../report/visible.ts';
import { reportFailure } from '../failure.ts';
import type { Io } from '../io.ts';
import type { LintRun } from '../lint-run.ts';
import { lintPaths } from '../lint-run.ts';
import { EXTENSIONS, defaultPaths } from '../load.ts';
import type { CommandOptions } from '../options.ts';
import type { OutputTarget } from '../output.ts';
import { readOutputs } from '../output.ts';
import { LINT_FORMATS, exitOfLint, writeLintOutputs } from '../render-lint.ts';

/** `firebreak lint`: offline. 2 or 4 when an input cannot be evaluated, 1 at or above --fail-on, else 0. */
export async function runLint(io: Io, paths: readonly string[], options: CommandOptions): Promise<ExitCode> {
  refuseContradictions(options);
  const targets = readOutputs(options, LINT_FORMATS, 'pretty');
  if (options.watch === true) return watch(io, paths, targets, options);
  const run = await lintPaths(paths, options);
  if (options.dryRun === true) return printPatch(io, run, options);
  return writeRun(io, options.fix === true ? await fix(io, run, { paths, options }) : run, targets, options);
}

/** @throws UserError usage/bad-argument */
function refuseContradictions({ fix: fixes, suggested, dryRun, watch: watches }: CommandOptions): void {
  const wrong =
    fixes !== true && (suggested === true || dryRun === true)
      ? `--${suggested === true ? 'suggested' : 'dry-run'} says how to --fix, which is not there`
      : watches === true && fixes === true
        ? '--watch and --fix do not go together: an editor and Firebreak would write the same file'
        : null;
  if (wrong !== null) {
    throw new UserError('usage/bad-argument', wrong, { hint: 'firebreak lint --help says what each option does' });
  }
}

async function writeRun(
  io: Io,
  { read, result, passedOver }: LintRun,
  targets: readonly OutputTarget[],
  options: CommandOptions,
): Promise<ExitCode> {
  await writeLintOutputs(targets, result, read.texts, { io, options });
  if (options.comment === true) await (await import('../publish-lint.ts')).publishLint(result, io);
  if (passedOver.length > 0) io.err(passedOverText(passedOver));
  if (result.times !== undefined) io.err(timesText(result.times));
  return exitOfLint(result, options.failOn ?? 'error');
}

interface Request {
  readonly paths: readonly string[];
  readonly options: CommandOptions;
}

async function fix(io: Io, run: LintRun, { paths, options }: Request): Promise<LintRun> {
  const { repair, writeRepaired } = await import('../write-fixes.ts');
  const repaired = repair(run, options.suggested === true ? 'all' : 'safe');
  await writeRepaired(repaired);
  io.err(`${repaired.reduce((sum, { count }) => sum + count, 0)} repaired\n`);
  return repaired.length === 0 ? run : lintPaths(paths, options);
}

/** The repairs as a patch on standard output, for `git apply`; how many on standard error. */
async function printPatch(io: Io, run: LintRun, options: CommandOptions): Promise<ExitCode> {
  const [{ repair }, { unifiedPatch }] = await Promise.all([
    import('../write-fixes.ts'),
    import('../../report/patch.ts'),
  ]);
  const repaired = repair(run, options.suggested === true ? 'all' : 'safe');
  for (const { file, before, after } of repaired) io.out(unifiedPatch(file, before, after));
  io.err(`${repaired.reduce((sum, { count }) => sum + count, 0)} would be repaired\n`);
  return exitOfLint(run.result, options.failOn ?? 'error');
}

/** Lints, waits for a change and lints again. Nothing is left to clean up, so a signal ends it as usual. */
async function watch(
  io: Io,
  paths: readonly string[],
  targets: readonly OutputTarget[],
  options: CommandOptions,
): Promise<ExitCode> {
  const { fileChange } = await import('../../system/watch-files.ts');
  const watched = paths.length > 0 ? paths : await defaultPaths();
  for (;;) {
    // What changes while a run is under way starts the next one.
    const change = fileChange(watched, EXTENSIONS);
    try {
      await writeRun(io, await lintPaths(watched, options), targets, options);
    } catch (error) {
      // A file that is half written is whole a moment later; a bug is not.
      const code = await reportFailure(error, io);
      if (!(error instanceof UserError)) return code;
    }
    io.err('waiting for changes; Ctrl-C ends\n');
    await change;
  }
}

/** Most files that are told by name. */
const MAX_NAMED = 5;

function passedOverText(files: readonly string[]): string {
  const rest = files.length - MAX_NAMED;
  const named = files.slice(0, MAX_NAMED).map(visible).join(', ');
  return `not read: ${named}${rest > 0 ? ` and ${rest} more` : ''}\n`;
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
