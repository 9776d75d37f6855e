import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { lstat, readFile, readdir } from 'node:fs/promises';
import { bytesOfName } from './git-names.ts';
import { hasEnding, SKIPPED_FOLDERS } from './files.ts';

/** What a folder on disk holds at a path. */
export interface FolderEntry {
  /** One character for each byte. */
  readonly path: string;
  /** `repository`: a folder with a repository of its own, as submodules are. */
  readonly kind: 'file' | 'link' | 'repository' | 'unreadable';
}

/**
 * Files below a path whose names end so, and what is not entered: links and repositories. The path itself may be a file of any
 * name. Nothing where it does not exist.
 */
export async function listFolder(path: string, endings: readonly string[]): Promise<readonly FolderEntry[]> {
  const root = bytesOfName(path.replace(/(?<=.)\/+$/, ''));
  const info = await lstat(path).catch(() => null);
  if (info === null) return [];
  if (info.isSymbolicLink()) return [{ path: root, kind: 'link' }];
  if (!info.isDirectory()) return [{ path: root, kind: 'file' }];
  const found: FolderEntry[] = [];
  await walk(root, endings, found);
  return found;
}

async function walk(folder: string, endings: readonly string[], found: FolderEntry[]): Promise<void> {
  const entries = await namesIn(folder);
  if (entries === null) found.push({ path: folder, kind: 'unreadable' });
  for (const entry of entries ?? []) {
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isSymbolicLink()) found.push({ path, kind: 'link' });
    else if (entry.isFile() && hasEnding(entry.name, endings)) found.push({ path, kind: 'file' });
    else if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) {
      if (await isRepository(path)) found.push({ path, kind: 'repository' });
      else await walk(path, endings, found);
    }
  }
}

async function namesIn(folder: string): Promise<readonly Dirent[] | null> {
  try {
    return await readdir(Buffer.from(folder, 'latin1'), { withFileTypes: true, encoding: 'latin1' });
  } catch {
    return null;
  }
}

async function isRepository(folder: string): Promise<boolean> {
  return (await lstat(Buffer.from(`${folder}/.git`, 'latin1')).catch(() => null)) !== null;
}

/** Bytes of a file on disk; null for one that is larger, and for one that is gone or closed to us. */
export async function readEntry(
  path: string,
  maxBytes: number = 64 * 1024 * 1024,
): Promise<{ readonly bytes: Uint8Array } | { readonly size: number } | null> {
  const name = Buffer.from(path, 'latin1');
  try {
    const { size } = await lstat(name);
    return size > maxBytes ? { size } : { bytes: await readFile(name) };
  } catch {
    return null;
  }
}

/** The name that git gives to content: a hash over `blob SIZE`, a zero byte and the bytes. */
export function blobId(bytes: Uint8Array, hash: 'sha1' | 'sha256'): string {
  return createHash(hash).update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
