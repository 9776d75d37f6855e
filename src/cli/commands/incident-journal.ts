import type { JournalRecord } from '../../incident/journal.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import { jsonText } from '../../report/json-text.ts';
import { visible } from '../../report/visible.ts';
import { incidentFileOf, loadIncident, onlyIncidentFile, readAllRecords } from '../incident-folder.ts';
import { formatsOf } from '../../report/formats.ts';
import type { Io } from '../io.ts';
import type { CommandOptions } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';

/**
 * `firebreak incident journal [INCIDENT]`: what everybody did, in the order of time, after checking every chain.
 *
 * @throws UserError document/invalid where a journal was changed, document/not-found
 */
export async function runIncidentJournal(
  io: Io,
  [named]: readonly string[],
  options: CommandOptions,
): Promise<ExitCode> {
  const targets = readOutputs(options, formatsOf('incident journal'), 'pretty');
  const file = named === undefined ? await onlyIncidentFile() : await incidentFileOf(named);
  if (file === null) {
    throw new UserError('document/not-found', `there is no incident "${named ?? ''}"`, {
      hint: 'name its folder, or its id below incidents/',
    });
  }
  const { folder } = await loadIncident(file);
  const records = await readAllRecords(folder);
  await writeOutputs(
    targets,
    (format) => (format === 'json' ? jsonText({ schema_version: '1.0', records }) : records.map(recordLine).join('')),
    io,
  );
  return EXIT.done;
}

function recordLine({ time, author, event, data }: JournalRecord): string {
  const members = Object.entries(data)
    .map(
      ([name, value]) =>
        `${name} ${Array.isArray(value) ? `(${value.length})` : typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    .join(', ');
  return `${visible(`${time}  ${author}  ${event}  ${members}`)}\n`;
}
