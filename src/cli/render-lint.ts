import type { FileTexts } from '../model/document.ts';
import type { ExitCode } from '../model/exit.ts';
import { EXIT, worstExit } from '../model/exit.ts';
import { ERROR_CODES, UserError } from '../model/failure.ts';
import type { LintResult, Severity } from '../model/finding.ts';
import { SEVERITIES } from '../model/finding.ts';
import { toTimestamp } from '../model/instant.ts';
import { formatsOf } from '../report/formats.ts';
import { lintInFolder } from '../report/in-folder.ts';
import type { Io } from './io.ts';
import { readNow } from './load.ts';
import type { CommandOptions } from './options.ts';
import type { OutputTarget } from './output.ts';
import { writeOutputs } from './output.ts';
import { paintFor } from './paint.ts';
import { VERSION } from './version.ts';
import { workspaceFolder } from './workspace.ts';

/** Formats of every command whose result is a list of findings. */
export const LINT_FORMATS: readonly string[] = formatsOf('lint');

/** Renders a result into every output of the run. */
export async function writeLintOutputs(
  targets: readonly OutputTarget[],
  result: LintResult,
  texts: FileTexts,
  { io, options }: { readonly io: Io; readonly options: CommandOptions },
): Promise<void> {
  const rendered = new Map<string, string>();
  for (const { format, path } of targets) {
    rendered.set(
      format,
      await render(format, result, {
        texts,
        io,
        color: path === '-' ? options.color : 'never',
        quiet: options.quiet === true,
        now: options.now,
      }),
    );
  }
  await writeOutputs(targets, (format) => rendered.get(format) ?? '', io);
  if (rendered.has('github')) await writeStepSummary(result, io);
}

/** What gets no annotation goes to the summary of the step, which GitHub shows below the run. */
async function writeStepSummary(result: LintResult, { env }: Io): Promise<void> {
  const file = env['GITHUB_STEP_SUMMARY'];
  if (file === undefined || file === '') return;
  const [{ hidesAnnotations }, { SUMMARY_BYTES, lintMarkdown }, { appendFile }] = await Promise.all([
    import('../report/github.ts'),
    import('../report/markdown.ts'),
    import('node:fs/promises'),
  ]);
  if (!hidesAnnotations(result)) return;
  await appendFile(file, lintMarkdown(result, SUMMARY_BYTES)).catch((error: unknown) => {
    throw new UserError('file/unwritable', 'cannot write the summary of the step to GITHUB_STEP_SUMMARY', {
      hint: 'the runner sets it; unset it to do without',
      cause: error,
    });
  });
}

interface RenderContext {
  readonly texts: FileTexts;
  readonly io: Io;
  readonly color: string | boolean | undefined;
  readonly quiet: boolean;
  readonly now: string | undefined;
}

async function render(format: string, result: LintResult, context: RenderContext): Promise<string> {
  const { texts, io, color, quiet, now } = context;
  const folder = workspaceFolder(io.env) ?? '';
  switch (format) {
    case 'compact':
      return (await import('../report/compact.ts')).lintCompact(result);
    case 'json':
      return (await import('../report/json.ts')).lintJson(result);
    case 'jsonl':
      return (await import('../report/json.ts')).lintJsonl(result);
    case 'gitlab':
      return (await import('../report/gitlab.ts')).lintGitlab(result);
    case 'html':
      return (await import('../report/lint-html.ts')).lintHtml(result, {
        texts,
        version: VERSION,
        judgedAt: toTimestamp(readNow(now)),
      });
    case 'sarif': {
      const [{ lintSarif }, { RULES }] = await Promise.all([
        import('../report/sarif.ts'),
        import('../rules/registry.ts'),
      ]);
      return lintSarif(lintInFolder(result, folder), { rules: RULES, version: VERSION });
    }
    case 'github':
      return (await import('../report/github.ts')).lintGithub(lintInFolder(result, folder));
    case 'junit':
      return (await import('../report/junit.ts')).lintJunit(result);
    case 'markdown':
      return (await import('../report/markdown.ts')).lintMarkdown(result);
    default:
      return (await import('../report/pretty.ts')).lintPretty(result, {
        texts,
        color: paintFor(io, 'out', color),
        quiet,
      });
  }
}

/** By any text, because a result that came from JSON may hold any. */
const EXIT_OF: Readonly<Record<string, ExitCode>> = ERROR_CODES;

/** The code of the worst input that could not be evaluated, 1 when a finding is at or above the threshold, else 0. */
export function exitOfLint({ findings, errors }: LintResult, failOn: string): ExitCode {
  const threshold = SEVERITIES.indexOf(failOn as Severity);
  const failing = threshold >= 0 && findings.some(({ severity }) => SEVERITIES.indexOf(severity) <= threshold);
  return worstExit([...errors.map(({ code }) => EXIT_OF[code] ?? EXIT.usage), failing ? EXIT.findings : EXIT.done]);
}
