import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { postmortemJson, postmortemMarkdown } from '../../report/incident-postmortem.ts';
import type { Io } from '../io.ts';
import { loadIncidentState } from '../load-incident-state.ts';
import { readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';

/**
 * `firebreak incident postmortem [INCIDENT]`: the document about an incident, from its journals, its plan and its proofs.
 *
 * @throws UserError document/*, usage/*
 */
export async function runIncidentPostmortem(
  io: Io,
  [named]: readonly string[],
  options: CommandOptions & { readonly plan?: string },
): Promise<ExitCode> {
  const targets = readOutputs(options, ['markdown', 'json'], 'markdown');
  const { state } = await loadIncidentState(named, options, readNow(options.now));
  await writeOutputs(targets, (format) => (format === 'json' ? postmortemJson(state) : postmortemMarkdown(state)), io);
  return EXIT.done;
}
