import { recoverRuns } from '../../drill/recover.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { systemClock } from '../../system/clock.ts';
import { systemFiles } from '../../system/files.ts';
import { createHttp } from '../../system/http.ts';
import { createMachine } from '../../system/machine.ts';
import { openJournalFile } from '../../system/journal-file.ts';
import { isSameProcess, processStart } from '../../system/processes.ts';
import type { Io } from '../io.ts';
import type { CommandOptions } from '../options.ts';
import { stateDirOf } from '../options.ts';
import { findRunningLab } from '../lab-connection.ts';
import { loadEstate } from '../load-estate.ts';

/** Networks that the lab lives on; recovery of lab runs must not depend on documents that may have changed. */
const LOOPBACK: readonly string[] = ['127.0.0.0/8'];

/** `firebreak drill recover`: undoes what interrupted runs left. Safe to repeat; 6 when something is left. */
export async function runDrillRecover(io: Io, _args: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const stateDir = stateDirOf(options);
  const allowed = await allowLists();
  const recovered = await recoverRuns(stateDir, {
    clock: systemClock,
    files: systemFiles,
    http: createHttp,
    machine: (allow) => createMachine(allow, { env: io.env, terminal: io.terminal }),
    openJournal: openJournalFile,
    isAlive: ({ pid, startedAt }) => isSameProcess(pid, startedAt),
    self: { pid: process.pid, startedAt: (await processStart(process.pid)) ?? '' },
    lab: await findRunningLab(stateDir),
    allowOf: (environment) => allowed.get(environment) ?? LOOPBACK,
  });
  if (recovered.length === 0) io.out('nothing to recover: every run ended clean\n');
  for (const { runId, effects, clean, intact } of recovered) {
    io.out(`run ${runId}: ${effects.length === 0 ? 'had changed nothing' : clean ? 'put back' : 'NOT put back'}\n`);
    if (!intact) io.out('  the chain of its journal is broken: somebody changed it, look for more by hand\n');
    for (const { says, gone, why, byHand } of effects) {
      io.out(`  ${gone ? 'undone' : 'LEFT  '}  ${says} (${why})\n`);
      if (byHand !== null) io.out(`          by hand: ${byHand}\n`);
    }
  }
  if (recovered.every(({ clean }) => clean)) return EXIT.done;
  io.err(
    `something is left; when its issuer answers again run: firebreak${stateDir === '.firebreak' ? '' : ` --state-dir ${stateDir}`} drill recover\n`,
  );
  return EXIT.unclean;
}

/** Allow-lists of the environments of this repository; none when its documents cannot be read just now. */
async function allowLists(): Promise<ReadonlyMap<string, readonly string[]>> {
  try {
    const { inventories } = await loadEstate(['policies']);
    return new Map(
      inventories.flatMap(({ environments }) => environments.map(({ name, allow }) => [name, allow] as const)),
    );
  } catch {
    return new Map();
  }
}
