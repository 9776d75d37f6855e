import { realpath, stat } from 'node:fs/promises';
import { applyFixes } from '../lint/apply-fixes.ts';
import { systemFiles } from '../system/files.ts';
import type { LintRun } from './lint-run.ts';

/** Applies the safe repairs of a run to its files, each replaced whole or not at all. Returns how many were applied. */
export async function writeFixes({ result, files }: LintRun): Promise<number> {
  let applied = 0;
  for (const { file, text } of files) {
    const own = result.findings.filter(({ fix }) => fix?.document.file === file);
    const { text: after, count } = applyFixes(file, text, own);
    if (count === 0) continue;
    // A link keeps pointing at its file, and both keep their rights.
    const path = await realpath(file);
    const bytes = await systemFiles.readBytes(path);
    const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? '\uFEFF' : '';
    await systemFiles.writeAtomically(path, mark + after, (await stat(path)).mode & 0o777);
    applied += count;
  }
  return applied;
}
