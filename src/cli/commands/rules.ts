import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { RULES } from '../../rules/registry.ts';
import type { Io } from '../io.ts';
import type { CommandOptions } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';
import { jsonText } from '../../report/json-text.ts';

/** `firebreak rules`: every rule with its severity and what it finds. */
export async function runRules(io: Io, _args: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const targets = readOutputs(options, ['pretty', 'json'], 'pretty');
  const width = Math.max(...RULES.map(({ id }) => id.length));
  const json = {
    schema_version: '1.0',
    rules: RULES.map(({ id, severity, confidence, on, summary, sources, since }) => ({
      id,
      severity,
      confidence,
      on,
      summary,
      sources,
      since,
    })),
  };
  const pretty = RULES.map(
    ({ id, severity, summary }) => `${id.padEnd(width)}  ${severity.padEnd(7)}  ${summary}\n`,
  ).join('');
  await writeOutputs(targets, (format) => (format === 'json' ? jsonText(json) : pretty), io);
  return EXIT.done;
}
