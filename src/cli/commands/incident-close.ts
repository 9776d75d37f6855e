import { CLOSED } from '../../incident/state.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import { looksSecret } from '../../source/show-text.ts';
import { visible } from '../../report/visible.ts';
import { appendRecord, authorOf } from '../incident-folder.ts';
import type { Io } from '../io.ts';
import { loadIncidentState } from '../load-incident-state.ts';
import { readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';

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
  const now = readNow(options.now);
  const { state, incident, folder } = await loadIncidentState(named, options, now);
  const { anyway } = options;
  if (anyway !== undefined && (anyway.trim() === '' || looksSecret(anyway))) {
    throw new UserError('usage/bad-argument', '--anyway gives no reason that could be written down', {
      hint: 'say why it is closed, without tokens and keys',
    });
  }
  const open = state.unproven.map((each) => `  - ${visible(each)}`);
  if (open.length > 0 && anyway === undefined) {
    io.out(
      [
        `${incident.name} is not closed: ${open.length} ${open.length === 1 ? 'thing is' : 'things are'} unproven`,
        ...open,
        '',
        `show it: firebreak incident verify ${folder}; firebreak incident check ITEM ${folder} --because TEXT; or close it --anyway REASON`,
        '',
      ].join('\n'),
    );
    return EXIT.inconclusive;
  }
  const author = await authorOf(options.by, incident.lead);
  const data = { unproven: state.unproven, ...(anyway === undefined ? {} : { anyway }) };
  await appendRecord(folder, { author, event: CLOSED, data, now });
  const words = open.length === 0 ? 'everything is proven' : `anyway, ${open.length} unproven: ${anyway ?? ''}`;
  io.out(
    `${author} closes ${incident.name}: ${words}\n\nnext: firebreak incident postmortem ${folder} -o postmortem.md\n`,
  );
  return EXIT.done;
}
