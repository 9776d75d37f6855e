import type { Files } from '../model/ports.ts';
import { UserError } from '../model/failure.ts';

export interface ProcessIdentity {
  readonly pid: number;
  /** Start time of the process, to tell a reused pid. */
  readonly startedAt: string;
}

interface Holder extends ProcessIdentity {
  readonly runId: string;
}

interface LeasePorts {
  readonly files: Files;
  readonly isAlive: (process: ProcessIdentity) => Promise<boolean>;
}

/**
 * Takes the one lease of a state folder, so that two drills never change the same environment at once. The lease of a
 * process that has died is taken over.
 *
 * @returns the function that gives it back
 * @throws UserError drill/lease-held
 */
export async function takeLease(path: string, holder: Holder, ports: LeasePorts): Promise<() => Promise<void>> {
  const { files, isAlive } = ports;
  const content = `${JSON.stringify(holder)}\n`;
  const release = (): Promise<void> => files.remove(path);
  if (await files.createExclusively(path, content)) return release;
  const present = await readLease(path, files);
  if (present.text === null) {
    // Given back in between: one more try, and whoever is first has it.
    if (await files.createExclusively(path, content)) return release;
    throw contested();
  }
  if (present.holder !== null && (await isAlive(present.holder))) throw held(present.holder);

  // Its process is dead. Only who creates the file of this take-over may replace the lease, and only while the lease is
  // still the dead one: otherwise two would remove it one after the other, the second removing the first one's.
  const takeover = `${path}.takeover`;
  if (!(await files.createExclusively(takeover, content))) {
    const rival = await readLease(takeover, files);
    if (rival.holder !== null && (await isAlive(rival.holder))) throw contested();
    // It died in the middle of its take-over, too.
    await files.remove(takeover);
    if (!(await files.createExclusively(takeover, content))) throw contested();
  }
  try {
    if ((await readLease(path, files)).text !== present.text) throw contested();
    await files.writeAtomically(path, content, 0o600);
    return release;
  } finally {
    await files.remove(takeover);
  }
}

/** The run that holds a lease now; null when nobody alive does. */
export async function leaseHolder(path: string, { files, isAlive }: LeasePorts): Promise<string | null> {
  const { holder } = await readLease(path, files);
  return holder !== null && (await isAlive(holder)) ? holder.runId : null;
}

/** A torn lease has a text but no holder: its process died while it wrote. */
async function readLease(
  path: string,
  files: Files,
): Promise<{ readonly text: string | null; readonly holder: Holder | null }> {
  let text: string;
  try {
    text = new TextDecoder().decode(await files.readBytes(path));
  } catch {
    return { text: null, holder: null };
  }
  try {
    return { text, holder: JSON.parse(text) as Holder };
  } catch {
    return { text, holder: null };
  }
}

function held({ runId, pid }: Holder): UserError {
  return new UserError('drill/lease-held', `another drill runs here: ${runId}, process ${pid}`, {
    hint: 'wait for its end, or choose another --state-dir for another environment',
  });
}

function contested(): UserError {
  return new UserError('drill/lease-held', 'another process took the lease at the same moment', {
    hint: 'run it again when that one has ended',
  });
}
