import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import type { Io } from '../io.ts';
import type { CommandOptions } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';
import { openResult } from '../stored-results.ts';
import { DRILL_FORMATS, renderDrill } from './drill-render.ts';

/**
 * `firebreak drill report PATH`: renders a stored result again: a result, the folder of a run, or a journal. Leaves with 0:
 * the verdict was already told when the drill ran.
 */
export async function runDrillReport(
  io: Io,
  [path = '']: readonly string[],
  options: CommandOptions,
): Promise<ExitCode> {
  const targets = readOutputs(options, DRILL_FORMATS, 'pretty');
  const { result, predictions } = await openResult(path);
  const rendered = new Map<string, string>();
  for (const { format } of targets)
    rendered.set(
      format,
      await renderDrill(format, result, {
        predictions,
        command: `firebreak drill run ${result.drill.file}`,
        reports: [],
        exitCode: null,
        color: options.color,
        io,
        probes: false,
      }),
    );
  await writeOutputs(targets, (format) => rendered.get(format) ?? '', io);
  return EXIT.done;
}
