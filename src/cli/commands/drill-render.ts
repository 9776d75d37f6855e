import type { DrillResult, JudgedPrediction } from '../../model/drill.ts';
import type { ExitCode } from '../../model/exit.ts';
import { formatsOf } from '../../report/formats.ts';
import type { Io } from '../io.ts';
import { paintFor } from '../paint.ts';
import { VERSION } from '../version.ts';

export const DRILL_FORMATS: readonly string[] = formatsOf('drill run');

export interface DrillRenderContext {
  readonly predictions: readonly JudgedPrediction[];
  readonly command: string;
  readonly reports: readonly string[];
  /** Null when nothing is judged by it. */
  readonly exitCode: ExitCode | null;
  readonly color: string | boolean | undefined;
  readonly io: Io;
  readonly probes?: boolean;
}

/** One rendering of a result. */
export async function renderDrill(format: string, result: DrillResult, context: DrillRenderContext): Promise<string> {
  const { predictions, command } = context;
  switch (format) {
    case 'html':
      return (await import('../../report/drill-html.ts')).drillHtml(result, { predictions, command });
    case 'json':
      return (await import('../../report/drill-json.ts')).drillJson(result, {
        predictions,
        command,
        probes: context.probes === true,
      });
    case 'markdown':
      return (await import('../../report/drill-markdown.ts')).drillMarkdown(result, { predictions, command });
    case 'sarif':
      return (await import('../../report/drill-sarif.ts')).drillSarif(result, { version: VERSION });
    case 'junit':
      return (await import('../../report/drill-junit.ts')).drillJunit(result);
    case 'openmetrics':
      return (await import('../../report/drill-openmetrics.ts')).drillOpenMetrics(result);
    default:
      return (await import('../../report/drill-terminal.ts')).drillTerminal(result, {
        predictions,
        command,
        colors: paintFor(context.io, 'out', context.color),
        reports: context.reports,
        ...(context.exitCode === null ? {} : { exitCode: context.exitCode }),
      });
  }
}
