import { realpath, stat } from 'node:fs/promises';
import { applyFixes } from '../lint/apply-fixes.ts';
import { systemFiles } from '../system/files.ts';
import type { LintRun } from './lint-run.ts';

/** A file before and after its repairs. */
export interface RepairedFile {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly count: number;
}

/** The files of a run that repairs would change; nothing is written. */
export function repair({ read, result, files }: LintRun, which: 'safe' | 'all'): readonly RepairedFile[] {
  return files.flatMap(({ file, text }) => {
    const own = [...read.problems, ...result.findings].filter(({ fix }) => fix?.document.file === file);
    if (own.length === 0) return [];
    const { text: after, count } = applyFixes(file, text, own, which);
    return count === 0 ? [] : [{ file, before: text, after, count }];
  });
}

/** Writes repaired files, each replaced whole or not at all. */
export async function writeRepaired(repaired: readonly RepairedFile[]): Promise<void> {
  for (const { file, after } of repaired) {
    // A link keeps pointing at its file, and both keep their rights.
    const path = await realpath(file);
    const bytes = await systemFiles.readBytes(path);
    const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? '\uFEFF' : '';
    await systemFiles.writeAtomically(path, mark + after, (await stat(path)).mode & 0o777);
  }
}
