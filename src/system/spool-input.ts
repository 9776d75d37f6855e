import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { displayPath } from './files.ts';
import { readLogBytes } from './log-bytes.ts';

export interface Spooled {
  /** As a walk of the file system shows it. */
  readonly path: string;
  readonly remove: () => void;
}

/**
 * Puts standard input, unpacked, into a file that only this user can read, so that it can be read twice. It is removed when
 * the process ends.
 *
 * @throws UserError file/unreadable
 */
export async function spoolInput(): Promise<Spooled> {
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-input-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  const path = join(folder, 'input.log');
  const file = openSync(path, 'wx', 0o600);
  try {
    await readLogBytes('-', (bytes) => {
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    });
  } finally {
    closeSync(file);
  }
  return { path: displayPath(path), remove };
}
