import { join } from 'node:path';
import { tokenTestsOf } from '../diff/token-tests.ts';
import type { PolicyDiff } from '../model/change.ts';
import { UserError } from '../model/failure.ts';
import { counted } from '../report/counted.ts';
import { systemFiles } from '../system/files.ts';
import type { Io } from './io.ts';

/**
 * Stores the counterexample tokens in a folder, a file for each change.
 *
 * @throws UserError file/unwritable when a file of that name is there: what somebody reviewed is not written over
 */
export async function writeTokenTests(diff: PolicyDiff, folder: string, io: Io): Promise<void> {
  const { files, leftOut } = tokenTestsOf(diff);
  const paths = files.map(({ name }) => join(folder, name));
  for (const path of paths) {
    if (await systemFiles.exists(path)) {
      throw new UserError('file/unwritable', `${path} is there already`, {
        hint: 'name another folder, or remove the file; nothing was written',
      });
    }
  }
  for (const [index, { text }] of files.entries()) await systemFiles.writeAtomically(paths[index] ?? '', text);
  const cases = files.reduce((sum, file) => sum + file.cases, 0);
  io.err(
    `wrote ${counted(cases, 'case')} into ${counted(files.length, 'file')} of ${folder}; firebreak test ${folder} runs them\n`,
  );
  if (leftOut > 0)
    io.err(
      `${counted(leftOut, 'token')} left out: only a verifier with its keys and stores, or a waiver, tells them apart\n`,
    );
}
