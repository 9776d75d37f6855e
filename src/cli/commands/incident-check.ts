import { CHECKLIST_IDS } from '../../incident/purge-checklist.ts';
import { CHECKED } from '../../incident/state.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import { looksSecret, showText } from '../../source/show-text.ts';
import { appendRecord, authorOf } from '../incident-folder.ts';
import { loadNamedIncident } from '../incident-situation.ts';
import type { Io } from '../io.ts';
import { readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';

/**
 * `firebreak incident check ITEM [INCIDENT]`: a person says that something of the checklist was checked, and what shows it.
 *
 * @throws UserError usage/bad-argument, document/not-found
 */
export async function runIncidentCheck(
  io: Io,
  [given = '', named]: readonly string[],
  options: CommandOptions & { readonly because?: string },
): Promise<ExitCode> {
  const { incident, folder } = await loadNamedIncident(named);
  const item = CHECKLIST_IDS.find((id) => id === given.replaceAll('-', '_'));
  if (item === undefined) {
    throw new UserError('usage/bad-argument', `the checklist has no item ${showText(given)}`, {
      hint: `choose one of ${CHECKLIST_IDS.join(', ')}`,
    });
  }
  const why = options.because ?? '';
  if (why.trim() === '' || looksSecret(why)) {
    throw new UserError('usage/bad-argument', '--because says nothing that could be written down', {
      hint: 'say what shows it, without tokens and keys',
    });
  }
  const author = await authorOf(options.by, incident.lead);
  await appendRecord(folder, { author, event: CHECKED, data: { item, why }, now: readNow(options.now) });
  io.out(`${author} has checked ${item} of ${incident.name}: ${why}\n`);
  return EXIT.done;
}
