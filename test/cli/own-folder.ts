import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Outcome } from './command.ts';
import { firebreak, folderWith } from './command.ts';

/** A folder that every test of a file finds empty. */
export interface OwnFolder {
  readonly path: () => string;
  readonly run: (...args: readonly string[]) => Promise<Outcome>;
  readonly read: (path: string) => string;
  readonly put: (path: string, text: string) => void;
  /** Every file in it, sorted. */
  readonly filesThere: () => readonly string[];
}

/** Makes the folder before each test of the file that calls this, and removes it afterwards. */
export function ownFolder(): OwnFolder {
  let folder: ReturnType<typeof folderWith>;
  beforeEach(() => {
    folder = folderWith({});
  });
  afterEach(() => folder.remove());
  return {
    path: () => folder.path,
    run: (...args) => firebreak(args, { cwd: folder.path }),
    read: (path) => readFileSync(join(folder.path, path), 'utf8'),
    put: (path, text) => {
      mkdirSync(join(folder.path, path, '..'), { recursive: true });
      writeFileSync(join(folder.path, path), text);
    },
    filesThere: () =>
      readdirSync(folder.path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.path.length + 1))
        .sort(),
  };
}
