import { dryRun } from '../../drill/dry-run.ts';
import type { DrillPorts, DrillRunInput } from '../../drill/run-input.ts';
import { SecretWatch } from '../../drill/secret-watch.ts';
import type { ExitCode } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import { dryRunJson, dryRunText } from '../../report/drill-dry-run.ts';
import type { Io } from '../io.ts';
import type { CommandOptions } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';

/** Options of a run that need a result. */
const OF_RESULTS = ['record', 'otlp', 'sign'] as const;

/** Options that a dry run has no use for are mistakes. @throws UserError usage/bad-argument */
export function checkDryOptions(options: CommandOptions): void {
  readOutputs(options, ['pretty', 'json'], 'pretty');
  const given = OF_RESULTS.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  throw new UserError('usage/bad-argument', `--dry-run has no result for --${given}`, { hint: `leave out --${given}` });
}

/**
 * `firebreak drill run FILE --dry-run`: tries all that can be tried without changing anything, and leaves with the code
 * that the run would leave with because of it.
 */
export async function runDrillDry(
  { io, options }: { readonly io: Io; readonly options: CommandOptions },
  input: DrillRunInput,
  ports: DrillPorts,
): Promise<ExitCode> {
  const secrets = new SecretWatch();
  const found = await dryRun({ ...input, secrets }, ports);
  await writeOutputs(
    readOutputs(options, ['pretty', 'json'], 'pretty'),
    (format) => secrets.passed(format === 'json' ? dryRunJson(found) : dryRunText(found), 'the dry run'),
    io,
  );
  return found.exit;
}
