import { randomBytes } from 'node:crypto';
import { constants, readFileSync, statSync } from 'node:fs';
import { access, lstat, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, posix, relative, sep } from 'node:path';
import { UserError } from '../model/failure.ts';
import type { Files } from '../model/ports.ts';

/** Largest file read unless the caller says otherwise: 64 MiB, so that a wrong path cannot exhaust memory. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Never descended into: version control, dependencies, build output, our own state. */
export const SKIPPED_FOLDERS: ReadonlySet<string> = new Set([
  '.git',
  'node_modules',
  'dist',
  '.firebreak',
  'coverage',
  '.node',
]);

/** Files of this machine, relative to the working directory. */
export const systemFiles: Files = {
  readBytes,
  writeAtomically,
  createExclusively,
  list,
  exists: async (path) => {
    try {
      await access(path, constants.F_OK);
      return true;
    } catch {
      return false;
    }
  },
  remove: async (path) => {
    await rm(path, { force: true, recursive: true });
  },
};

/**
 * Blocks while it reads: for the thousands of small files of a repository the way over the thread pool and back costs
 * three times what reading them does.
 */
async function readBytes(path: string, maxBytes: number = MAX_BYTES): Promise<Uint8Array> {
  try {
    const info = statSync(path);
    if (info.isDirectory()) {
      throw new UserError('file/unreadable', `${path} is a folder, not a file`, { hint: 'name the files in it' });
    }
    if (info.size > maxBytes) {
      throw new UserError(
        'file/too-large',
        `${path} has ${info.size} bytes; files over ${maxBytes} bytes are not read`,
        {
          hint: 'name a smaller file; documents of this tool are a few kilobytes',
        },
      );
    }
    return readFileSync(path);
  } catch (error) {
    throw asUserError(error, path, 'read');
  }
}

async function writeAtomically(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(content);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw asUserError(error, path, 'write');
  }
}

async function createExclusively(path: string, content: string, mode = 0o600): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { flag: 'wx', mode });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw asUserError(error, path, 'write');
  }
}

async function list(paths: readonly string[], extensions: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const path of paths) {
    const info = await lstat(path).catch((error: unknown) => {
      throw asUserError(error, path, 'read');
    });
    if (info.isDirectory()) await walk(path, extensions, found);
    else found.add(displayPath(path));
  }
  return [...found].sort();
}

async function walk(folder: string, extensions: readonly string[], found: Set<string>): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw asUserError(error, folder, 'read');
  });
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED_FOLDERS.has(entry.name)) await walk(path, extensions, found);
    } else if (entry.isFile() && hasEnding(entry.name, extensions)) {
      found.add(displayPath(path));
    }
  }
}

/** Whether a walk from a folder would list the path below it. */
export function isListed(below: string, endings: readonly string[]): boolean {
  const parts = below.split('/');
  return !parts.slice(0, -1).some((name) => SKIPPED_FOLDERS.has(name)) && hasEnding(parts.at(-1) ?? '', endings);
}

/** Whether a name ends so, whatever its case. */
export function hasEnding(name: string, endings: readonly string[]): boolean {
  const lower = name.toLowerCase();
  return endings.some((ending) => lower.endsWith(ending));
}

/** The path as findings show it: relative to the working directory where that is shorter, forward slashes. */
export function displayPath(path: string): string {
  const below = relative(process.cwd(), path);
  const chosen = below === '' || below.startsWith('..') ? path : below;
  return chosen.split(sep).join(posix.sep);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist: a part of the path is a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EISDIR: 'is a folder',
  EMFILE: 'too many open files',
  ELOOP: 'too many symbolic links',
};

function asUserError(error: unknown, path: string, action: 'read' | 'write'): UserError {
  if (error instanceof UserError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = REASONS[code] ?? (error instanceof Error ? error.message : String(error));
  if (action === 'write') {
    return new UserError('file/unwritable', `cannot write ${path}: ${reason}`, {
      hint: 'choose a folder you may write to, for example with --output',
      cause: error,
    });
  }
  const missing = code === 'ENOENT' || code === 'ENOTDIR';
  return new UserError(missing ? 'file/missing' : 'file/unreadable', `cannot read ${path}: ${reason}`, {
    hint: missing
      ? 'check the path; it is taken relative to the working directory'
      : 'check the permissions of the file',
    cause: error,
  });
}
