import { planText } from '../../drill/plan-text.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import type { Io } from '../io.ts';
import type { CommandOptions } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';
import { expectedAgents } from '../agents-of-run.ts';
import { loadPlan } from './drill-input.ts';
import { jsonText } from '../../report/json-text.ts';

/** `firebreak drill plan FILE`: everything a run would do, without any network. */
export async function runDrillPlan(io: Io, [file = '']: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const targets = readOutputs(options, ['pretty', 'json'], 'pretty');
  const { plan } = await loadPlan(file, options, expectedAgents(options));
  const json = {
    schema_version: '1.0',
    drill: plan.drill.name,
    environment: plan.environment.name,
    objective_ms: plan.objective,
    steps: plan.steps,
    units: plan.units,
    predictions: plan.predictions.map(({ verifier, arm, bound }) => ({ verifier, arm, bound_ms: bound })),
    load: { per_second: plan.load.perSecond, total: plan.load.total },
    needs_confirmation: plan.needsConfirmation,
  };
  await writeOutputs(targets, (format) => (format === 'json' ? jsonText(json) : planText(plan)), io);
  return EXIT.done;
}
