import { historyOf } from '../../drill/history.ts';
import type { DrillHistory } from '../../model/drill-history.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import type { StoredResult } from '../../model/stored-result.ts';
import { looksLikeDrillResult, readDrillResult } from '../../policy/read-drill-result.ts';
import { formatsOf } from '../../report/formats.ts';
import { systemFiles } from '../../system/files.ts';
import type { Io } from '../io.ts';
import type { CommandOptions } from '../options.ts';
import { stateDirOf } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';
import { paintFor } from '../paint.ts';
import { readTextFile } from '../stored-results.ts';

/** Where `drill run --record` is meant to store results. */
const RECORDED = 'drills/results';

/** `firebreak drill history [PATHS]`: what stored results say together. 2 when there is none. */
export async function runDrillHistory(io: Io, args: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const targets = readOutputs(options, formatsOf('drill history'), 'pretty');
  const paths = await pathsOf(args, options);
  const results = await readResults(paths, io);
  if (results.length === 0)
    throw new UserError('usage/no-input', `no result of a drill in ${paths.join(', ')}`, {
      hint: `run one: firebreak drill run FILE --record ${RECORDED}`,
    });
  const history = historyOf(results);
  const rendered = new Map<string, string>();
  for (const { format, path } of targets)
    rendered.set(format, await renderHistory(format, history, { io, color: path === '-' ? options.color : 'never' }));
  await writeOutputs(targets, (format) => rendered.get(format) ?? '', io);
  return EXIT.done;
}

async function pathsOf(args: readonly string[], options: CommandOptions): Promise<readonly string[]> {
  if (args.length > 0) return args;
  const usual = [RECORDED, `${stateDirOf(options)}/runs`];
  const present: string[] = [];
  for (const path of usual) if (await systemFiles.exists(path)) present.push(path);
  return present.length > 0 ? present : usual;
}

/** Results below the paths. Other JSON is nobody's business; a result that cannot be read is told and left out. */
async function readResults(paths: readonly string[], io: Io): Promise<readonly StoredResult[]> {
  for (const path of paths)
    if (!(await systemFiles.exists(path)))
      throw new UserError('usage/no-input', `${path} does not exist, so it holds no result of a drill`, {
        hint: `run one: firebreak drill run FILE --record ${RECORDED}`,
      });
  const results: StoredResult[] = [];
  for (const file of await systemFiles.list(paths, ['.json'])) {
    const text = await readTextFile(file);
    if (!looksLikeDrillResult(text)) continue;
    const { stored, problems } = readDrillResult(file, text);
    if (stored !== null) results.push(stored);
    for (const { message } of problems) io.err(`left out: ${message}\n`);
  }
  return results;
}

async function renderHistory(
  format: string,
  history: DrillHistory,
  { io, color }: { readonly io: Io; readonly color: string | boolean | undefined },
): Promise<string> {
  switch (format) {
    case 'json':
      return (await import('../../report/drill-history-json.ts')).historyJson(history);
    case 'markdown':
      return (await import('../../report/drill-history-text.ts')).historyMarkdown(history);
    case 'openmetrics':
      return (await import('../../report/drill-history-openmetrics.ts')).historyOpenMetrics(history);
    default:
      return (await import('../../report/drill-history-text.ts')).historyText(history, paintFor(io, 'out', color));
  }
}
