import { randomBytes } from 'node:crypto';
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { asUserError } from './files.ts';

/** Largest file that a drill edits: 4 MiB. The text before travels in the journal. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Reads a text byte for byte: a byte order mark stays, and what is not UTF-8 is refused. @throws UserError file/* */
export async function readExactText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) throw new Error(`it has ${size} bytes, the limit is ${MAX_BYTES}`);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
  } catch (error) {
    throw asUserError(error, path, 'read');
  }
}

/**
 * Replaces the text of a file when it is still the expected one. Readers see the old text or the new one, never a part.
 * A link stays a link: what it points at is replaced.
 *
 * @returns false when the file holds something else
 * @throws UserError file/*
 */
export async function replaceText(
  path: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<boolean> {
  if ((await readExactText(path)) !== from) return false;
  let temporary = '';
  try {
    const target = await realpath(path);
    const { mode } = await stat(target);
    temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
    const handle = await open(temporary, 'wx', mode & 0o777);
    try {
      // The umask may have taken bits away that readers need.
      await handle.chmod(mode & 0o777);
      await handle.writeFile(to);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    // As late as possible: whoever wrote meanwhile must not be overwritten.
    if ((await readExactText(target)) !== from) {
      await rm(temporary, { force: true });
      return false;
    }
    await rename(temporary, target);
    return true;
  } catch (error) {
    if (temporary !== '') await rm(temporary, { force: true }).catch(() => undefined);
    throw asUserError(error, path, 'write');
  }
}
