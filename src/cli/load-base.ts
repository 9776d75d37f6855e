import { isAbsolute, join, relative, sep } from 'node:path';
import { decodeFound } from '../source/decode.ts';
import { displayPath, isListed } from '../system/files.ts';
import { mergeBase, readTree } from '../system/git-tree.ts';
import type { LoadedFile } from './load.ts';
import { EXTENSIONS } from './load.ts';

/** The files of a commit, as `loadFiles` would have read them from its work tree. */
export interface BaseFiles {
  /** Full hash. */
  readonly commit: string;
  readonly files: readonly LoadedFile[];
}

/**
 * Reads what the paths held where this branch began, from git objects. A path that did not exist holds nothing, and a
 * file that cannot be read as text is left out: it had no findings then.
 *
 * @throws UserError git/unreadable, usage/bad-argument
 */
export async function loadBase(ref: string, paths: readonly string[]): Promise<BaseFiles> {
  const folder = process.cwd();
  const commit = await mergeBase(folder, ref);
  const files: LoadedFile[] = [];
  for (const path of paths) {
    const below = isAbsolute(path) ? relative(folder, path) : path;
    const found = await readTree(folder, commit, {
      paths: [below.split(sep).join('/')],
      isWanted: (name) => isListed(name, EXTENSIONS),
    });
    for (const each of found) {
      const file = displayPath(isAbsolute(path) ? join(folder, each.path) : each.path);
      const text = textOf(file, each.bytes);
      if (text !== null) files.push({ file, text, named: false });
    }
  }
  return { commit, files };
}

function textOf(file: string, bytes: Uint8Array): string | null {
  try {
    return decodeFound(file, bytes);
  } catch {
    // Said of the file as it is now, if it is still there.
    return null;
  }
}
