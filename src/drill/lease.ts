import type { Files } from '../model/ports.ts';
import { UserError } from '../model/failure.ts';

export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

interface Holder extends ProcessIdentity {
  readonly runId: string;
}

/**
 * Takes the one lease of a state folder, so that two drills never change the same environment at once. The lease of a
 * process that has died is taken over.
 *
 * @returns the function that gives it back
 * @throws UserError drill/lease-held
 */
export async function takeLease(
  path: string,
  holder: Holder,
  ports: { readonly files: Files; readonly isAlive: (process: ProcessIdentity) => Promise<boolean> },
): Promise<() => Promise<void>> {
  const { files, isAlive } = ports;
  const content = `${JSON.stringify(holder)}\n`;
  for (let attempt = 0; attempt < 2; attempt += 1) {
    if (await files.createExclusively(path, content)) return () => files.remove(path);
    const present = await readHolder(path, files);
    if (present !== null && (await isAlive(present))) {
      throw new UserError('drill/lease-held', `another drill runs here: ${present.runId}, process ${present.pid}`, {
        hint: 'wait for its end, or choose another --state-dir for another environment',
      });
    }
    // Its process is dead; whoever removes the file first may create the next one.
    await files.remove(path);
  }
  throw new UserError('drill/lease-held', 'another drill took the lease at the same moment', {
    hint: 'run it again when that one has ended',
  });
}

async function readHolder(path: string, files: Files): Promise<Holder | null> {
  try {
    return JSON.parse(new TextDecoder().decode(await files.readBytes(path))) as Holder;
  } catch {
    // Removed in between, or torn by a crash: nobody holds it.
    return null;
  }
}
