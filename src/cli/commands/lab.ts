import { join } from 'node:path';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { ProgramFault, UserError } from '../../model/failure.ts';
import { systemFiles } from '../../system/files.ts';
import type { Io } from '../io.ts';
import type { CommandOptions } from '../options.ts';
import { stateDirOf } from '../options.ts';
import { findRunningLab, labStateFile, startLabFor } from '../lab-connection.ts';
import { loadInventoryFile } from '../load-estate.ts';

/** `firebreak lab up`: runs the lab until Ctrl-C and leaves its state file beside the journals meanwhile. */
export async function runLabUp(io: Io, _args: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const { stop, stoppedBy } = io.takeSignals();
  const stateDir = stateDirOf(options);
  const running = await findRunningLab(stateDir);
  if (running !== null) {
    throw new UserError('usage/bad-argument', `a lab of this folder runs already (process ${running.pid})`, {
      hint: `stop it with Ctrl-C in its terminal or \`kill ${running.pid}\``,
    });
  }
  const inventory = await loadInventoryFile(String(options.inventory));
  const started = performance.now();
  const lab = await startLabFor(inventory, {
    port: readPort(options.port),
    useDefaults: options.defaults === true,
    stateDir,
  });
  const { description } = lab;
  try {
    await systemFiles.writeAtomically(labStateFile(stateDir), `${JSON.stringify(description, null, 2)}\n`, 0o600);
    io.out(`issuer     ${description.issuer.url}  (iss ${description.issuer.issuer})\n`);
    for (const { name, url, library, version } of description.verifiers)
      io.out(`verifier   ${url}  ${name} (${library} ${version})\n`);
    io.out(
      `\nlab is ready after ${Math.round(performance.now() - started)} ms; its state is in ${join(stateDir, 'lab.json')}\n`,
    );
    io.out('in another terminal: firebreak drill run drills/leaked-signing-key.yaml\nCtrl-C stops it\n');
    await new Promise<void>((resolve) => {
      if (stop.aborted) resolve();
      stop.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    await systemFiles.remove(labStateFile(stateDir));
    await lab.stop();
  }
  if (stop.reason instanceof ProgramFault) throw stop.reason;
  // Ctrl-C is how a lab is meant to end.
  return stoppedBy() === 'SIGTERM' ? EXIT.terminated : EXIT.done;
}

function readPort(value: string | undefined): number | 'any' {
  if (value === undefined) return 'any';
  const port = Number(value);
  // The lab takes one port per part; 65 000 leaves room for all of them.
  if (!Number.isInteger(port) || port < 1 || port > 65_000) {
    throw new UserError('usage/bad-argument', `--port "${value}" is not a port number`, {
      hint: 'choose one from 1 to 65000, or leave it out for any free ports',
    });
  }
  return port;
}
