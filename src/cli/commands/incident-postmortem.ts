import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { postmortemJson, postmortemMarkdown } from '../../report/incident-postmortem.ts';
import { visible } from '../../report/visible.ts';
import { systemFiles } from '../../system/files.ts';
import { replayOf } from '../incident-replay.ts';
import { formatsOf } from '../../report/formats.ts';
import type { Io } from '../io.ts';
import { loadIncidentState } from '../load-incident-state.ts';
import { readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';

/** What this command is given beside what all commands are. */
type Options = CommandOptions & { readonly plan?: string; readonly drill?: string | boolean };

/**
 * `firebreak incident postmortem [INCIDENT]`: the document about an incident, from its journals, its plan and its proofs.
 * With --drill also the drill that leaks a canary in the same way and contains it by the same steps.
 *
 * @throws UserError document/*, usage/*
 */
export async function runIncidentPostmortem(io: Io, [named]: readonly string[], options: Options): Promise<ExitCode> {
  const targets = readOutputs(options, formatsOf('incident postmortem'), 'markdown');
  const { state, incident, folder } = await loadIncidentState(named, options, readNow(options.now));
  await writeOutputs(targets, (format) => (format === 'json' ? postmortemJson(state) : postmortemMarkdown(state)), io);
  if (options.drill === undefined || options.drill === false) return EXIT.done;
  const { file, text, replay } = await replayOf(named, options, { incident, folder });
  for (const each of replay.leftOut) io.err(`not replayed: ${visible(each)}\n`);
  if (text === null) {
    io.err(`no drill replays ${incident.name}\n`);
    return EXIT.done;
  }
  const path = typeof options.drill === 'string' ? options.drill : file;
  await systemFiles.writeAtomically(path, text, 0o644);
  io.err(`  wrote ${path}; prove it: firebreak drill run ${path}\n`);
  return EXIT.done;
}
