import { CLOSED } from '../../incident/state.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import { looksSecret } from '../../source/show-text.ts';
import { formatsOf } from '../../report/formats.ts';
import { closeJson, closePretty } from '../../report/incident-close.ts';
import { appendRecord, authorOf } from '../incident-folder.ts';
import type { Io } from '../io.ts';
import { loadIncidentState } from '../load-incident-state.ts';
import { readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';

/**
 * `firebreak incident close [INCIDENT]`: writes the end into the journal, if everything is proven or somebody says why it
 * is closed anyway.
 *
 * @returns 0 closed, 4 not closed because something is unproven
 * @throws UserError document/*, usage/*
 */
export async function runIncidentClose(
  io: Io,
  [named]: readonly string[],
  options: CommandOptions & { readonly plan?: string; readonly anyway?: string },
): Promise<ExitCode> {
  const targets = readOutputs(options, formatsOf('incident close'), 'pretty');
  const now = readNow(options.now);
  const { state, incident, folder } = await loadIncidentState(named, options, now);
  const { anyway } = options;
  if (anyway !== undefined && (anyway.trim() === '' || looksSecret(anyway))) {
    throw new UserError('usage/bad-argument', '--anyway gives no reason that could be written down', {
      hint: 'say why it is closed, without tokens and keys',
    });
  }
  const { unproven } = state;
  const isClosed = unproven.length === 0 || anyway !== undefined;
  const author = isClosed ? await authorOf(options.by, incident.lead) : null;
  if (author !== null) {
    const data = { unproven, ...(anyway === undefined ? {} : { anyway }) };
    await appendRecord(folder, { author, event: CLOSED, data, now });
  }
  const view = { incident: incident.name, folder, unproven, anyway: anyway ?? null, by: author };
  await writeOutputs(targets, (format) => (format === 'json' ? closeJson(view) : closePretty(view)), io);
  return isClosed ? EXIT.done : EXIT.inconclusive;
}
