import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, lstat, mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../model/failure.ts';

export interface NewFile {
  readonly path: string;
  readonly content: string;
}

interface Staged {
  readonly path: string;
  /** The whole new content, in the folder of the file that it becomes. */
  readonly temporary: string;
}

interface Done {
  readonly path: string;
  /** Copy of what was there; null where nothing was. */
  readonly kept: string | null;
}

/**
 * Writes several files, all or none: each is written aside first, then all are moved to their places. When one cannot be,
 * those that were moved are taken back and what they replaced is put back.
 *
 * @param overwrite false leaves every file that exists, even one that appeared a moment ago, and writes nothing
 * @throws UserError file/unwritable; everything is then as it was
 */
export async function writeTogether(files: readonly NewFile[], overwrite: boolean): Promise<void> {
  const folders: string[] = [];
  const staged: Staged[] = [];
  const done: Done[] = [];
  let current = '';
  try {
    for (const { path, content } of files) {
      current = path;
      await makeFolder(dirname(path), folders);
      const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
      staged.push({ path, temporary });
      await writeAside(temporary, content);
    }
    for (const each of staged) {
      current = each.path;
      done.push(await moveIn(each, overwrite));
    }
  } catch (error) {
    await takeBack(done);
    await discard(staged.map(({ temporary }) => temporary));
    for (const folder of folders.reverse()) await rmdir(folder).catch(() => undefined);
    throw new UserError('file/unwritable', `cannot write ${current}: ${reasonOf(error)}; nothing was written`, {
      hint: 'choose a folder you may write to, and move away what stands in its place',
      cause: error,
    });
  }
  await discard([...staged.map(({ temporary }) => temporary), ...done.flatMap(({ kept }) => kept ?? [])]);
}

/** Makes a folder with those above it and remembers which of them are new. */
async function makeFolder(folder: string, made: string[]): Promise<void> {
  if (await isThere(folder)) return;
  await makeFolder(dirname(folder), made);
  await mkdir(folder);
  made.push(folder);
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function writeAside(temporary: string, content: string): Promise<void> {
  const handle = await open(temporary, 'wx', 0o644);
  try {
    await handle.writeFile(content);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

async function moveIn({ path, temporary }: Staged, overwrite: boolean): Promise<Done> {
  if (!overwrite) {
    await linkOrRename(temporary, path);
    return { path, kept: null };
  }
  if (!(await isThere(path))) {
    await rename(temporary, path);
    return { path, kept: null };
  }
  const kept = `${temporary}.kept`;
  await copyFile(path, kept, constants.COPYFILE_EXCL);
  await rename(temporary, path);
  return { path, kept };
}

/** A link fails where a file is; file systems without links get a look before the move. */
async function linkOrRename(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(codeOf(error)) || (await isThere(path))) throw error;
    await rename(temporary, path);
  }
}

async function takeBack(done: readonly Done[]): Promise<void> {
  for (const { path, kept } of [...done].reverse()) {
    await (kept === null ? rm(path, { force: true }) : rename(kept, path));
  }
}

async function discard(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true }).catch(() => undefined);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'failed';
}

const REASONS: Readonly<Record<string, string>> = {
  EEXIST: 'it exists already',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

function reasonOf(error: unknown): string {
  return REASONS[codeOf(error)] ?? codeOf(error);
}
