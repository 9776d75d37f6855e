import { lint } from '../../lint/lint.ts';
import { readEstate } from '../../lint/read-estate.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT, worstExit } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import type { LintResult, Severity } from '../../model/finding.ts';
import { SEVERITIES } from '../../model/finding.ts';
import { decodeText } from '../../source/decode.ts';
import { systemFiles } from '../../system/files.ts';
import type { Blocklist } from '../../token/analysis/known-compromised.ts';
import { readBlocklist } from '../../token/analysis/known-compromised.ts';
import type { Io } from '../io.ts';
import type { CommandOptions } from '../options.ts';
import { loadFiles, readNow } from '../load.ts';
import { readOutputs, writeOutputs } from '../output.ts';
import { paintFor } from '../paint.ts';
import { VERSION } from '../version.ts';

/** The public lists have about 60 MB. */
const MAX_BLOCKLIST_BYTES = 256 * 1024 * 1024;

const FORMATS: readonly string[] = ['pretty', 'compact', 'json', 'sarif', 'github', 'junit', 'markdown'];

/** `firebreak lint`: offline. 2 when an input cannot be evaluated, 1 at or above --fail-on, else 0. */
export async function runLint(io: Io, paths: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const targets = readOutputs(options, FORMATS, 'pretty');
  const files = await loadFiles(paths);
  const read = readEstate(files, {
    now: readNow(options.now),
    hmacWords: await readWords(options.wordlist),
    blocklist: await readBlocklistFile(options.blocklist),
  });
  const result = lint(read, {
    only: names(options.only),
    skip: names(options.skip),
    ignores: options.ignores !== false,
  });
  const rendered = new Map<string, string>();
  for (const { format, path } of targets) {
    rendered.set(
      format,
      await render(format, result, {
        texts: read.texts,
        io,
        color: path === '-' ? options.color : 'never',
        quiet: options.quiet === true,
      }),
    );
  }
  await writeOutputs(targets, (format) => rendered.get(format) ?? '', io);
  return exitOf(result, options.failOn ?? 'error');
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
      return (await import('../../report/compact.ts')).lintCompact(result);
    case 'json':
      return (await import('../../report/json.ts')).lintJson(result);
    case 'sarif': {
      const [{ lintSarif }, { RULES }] = await Promise.all([
        import('../../report/sarif.ts'),
        import('../../rules/registry.ts'),
      ]);
      return lintSarif(result, { rules: RULES, version: VERSION });
    }
    case 'github':
      return (await import('../../report/github.ts')).lintGithub(result);
    case 'junit':
      return (await import('../../report/junit.ts')).lintJunit(result);
    case 'markdown':
      return (await import('../../report/markdown.ts')).lintMarkdown(result);
    default:
      return (await import('../../report/pretty.ts')).lintPretty(result, {
        texts,
        color: paintFor(io, 'out', color),
        quiet,
      });
  }
}

function exitOf({ findings, errors }: LintResult, failOn: string): ExitCode {
  const threshold = SEVERITIES.indexOf(failOn as Severity);
  const failing = threshold >= 0 && findings.some(({ severity }) => SEVERITIES.indexOf(severity) <= threshold);
  return worstExit([errors.length > 0 ? EXIT.usage : EXIT.done, failing ? EXIT.findings : EXIT.done]);
}

function names(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** A word list may have any line ends; empty lines are no secrets. */
async function readWords(file: string | undefined): Promise<readonly string[]> {
  if (file === undefined) return [];
  return decodeText(file, await systemFiles.readBytes(file))
    .split(/\r?\n/)
    .filter((word) => word !== '');
}

/** Known-compromised keys as sorted records of 16 bytes: 15 of a hash, one that names the list. */
async function readBlocklistFile(file: string | undefined): Promise<Blocklist | null> {
  if (file === undefined) return null;
  const blocklist = readBlocklist(await systemFiles.readBytes(file, MAX_BLOCKLIST_BYTES));
  if (blocklist === null) {
    throw new UserError('usage/bad-argument', `${file} is not a list of compromised keys`, {
      hint: 'it must be sorted records of 16 bytes: 15 hash bytes and a list number',
    });
  }
  return blocklist;
}
