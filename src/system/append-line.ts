import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../model/failure.ts';

/**
 * Adds a line to the end of a file, with its folder where there is none, and returns when the disk has it.
 *
 * @throws UserError file/unwritable
 */
export async function appendLine(path: string, line: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(path, 'a', 0o644);
    try {
      await handle.appendFile(`${line}\n`);
      await handle.datasync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed';
    throw new UserError('file/unwritable', `cannot write ${path}: ${code}`, {
      hint: 'make the folder writable, or name another one',
      cause: error,
    });
  }
}
