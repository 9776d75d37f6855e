import type { ExitCode } from '../model/exit.ts';
import { EXIT, worstExit } from '../model/exit.ts';
import type { LintResult, Severity } from '../model/finding.ts';
import { SEVERITIES } from '../model/finding.ts';
import type { Io } from './io.ts';
import type { CommandOptions } from './options.ts';
import type { OutputTarget } from './output.ts';
import { writeOutputs } from './output.ts';
import { paintFor } from './paint.ts';
import { VERSION } from './version.ts';

/** Formats of every command whose result is a list of findings. */
export const LINT_FORMATS: readonly string[] = ['pretty', 'compact', 'json', 'sarif', 'github', 'junit', 'markdown'];

/** Renders a result into every output of the run. */
export async function writeLintOutputs(
  targets: readonly OutputTarget[],
  result: LintResult,
  texts: ReadonlyMap<string, string>,
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
      }),
    );
  }
  await writeOutputs(targets, (format) => rendered.get(format) ?? '', io);
}

interface RenderContext {
  readonly texts: ReadonlyMap<string, string>;
  readonly io: Io;
  readonly color: string | boolean | undefined;
  readonly quiet: boolean;
}

async function render(format: string, result: LintResult, { texts, io, color, quiet }: RenderContext): Promise<string> {
  switch (format) {
    case 'compact':
      return (await import('../report/compact.ts')).lintCompact(result);
    case 'json':
      return (await import('../report/json.ts')).lintJson(result);
    case 'sarif': {
      const [{ lintSarif }, { RULES }] = await Promise.all([
        import('../report/sarif.ts'),
        import('../rules/registry.ts'),
      ]);
      return lintSarif(result, { rules: RULES, version: VERSION });
    }
    case 'github':
      return (await import('../report/github.ts')).lintGithub(result);
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

/** 2 when an input could not be evaluated, 1 when a finding is at or above the threshold, else 0. */
export function exitOfLint({ findings, errors }: LintResult, failOn: string): ExitCode {
  const threshold = SEVERITIES.indexOf(failOn as Severity);
  const failing = threshold >= 0 && findings.some(({ severity }) => SEVERITIES.indexOf(severity) <= threshold);
  return worstExit([errors.length > 0 ? EXIT.usage : EXIT.done, failing ? EXIT.findings : EXIT.done]);
}
