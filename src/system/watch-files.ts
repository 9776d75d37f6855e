import { stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { systemFiles } from './files.ts';

/** Milliseconds between two looks; a person does not notice, and 2,000 files cost a twentieth of it. */
const PAUSE = 400;

/**
 * Ends when a file below the paths was written, added or removed since the call. Files are looked at one by one, because
 * notifications of the operating system are lost on network file systems, in containers and when editors rename.
 */
export async function fileChange(
  paths: readonly string[],
  endings: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const before = await stateOf(paths, endings);
  while ((await stateOf(paths, endings)) === before) {
    await wait(PAUSE, undefined, signal === undefined ? {} : { signal });
  }
}

/** Names, sizes and times of all files; a path that is missing for a moment counts as empty. */
async function stateOf(paths: readonly string[], endings: readonly string[]): Promise<string> {
  const lines: string[] = [];
  for (const path of paths) {
    for (const file of await systemFiles.list([path], endings).catch(() => [])) {
      const info = await stat(file).catch(() => null);
      lines.push(info === null ? file : `${file}\0${info.size}\0${info.mtimeMs}\0${info.ino}`);
    }
  }
  return lines.join('\n');
}
