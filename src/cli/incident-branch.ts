/** A branch with what an incident taught. It is made of objects alone: no work tree and no index of anybody is touched. */
import { UserError } from '../model/failure.ts';
import type { GitChange } from '../model/machine.ts';
import { openRepository } from '../system/git-repository.ts';
import { gitWriter } from '../system/git-writer.ts';
import type { ProposedFile } from './incident-proposal.ts';

/** Null when the last commit has all of it. @throws UserError git/*, also when a file has changes that no commit has: they would be lost in the branch */
export async function proposeOnBranch(
  branch: string,
  files: readonly ProposedFile[],
  message: string,
): Promise<{ readonly name: string; readonly commit: string } | null> {
  const { folder, prefix } = await openRepository('.');
  checkName(branch);
  const parent = await gitWriter.resolve(folder, 'HEAD');
  const changes: GitChange[] = [];
  for (const { file, before: expected, after, isGenerated } of files) {
    const path = `${prefix}${file}`;
    const before = await gitWriter.entry(folder, parent, path);
    const old = before === null ? null : await gitWriter.text(folder, before.blob);
    const mark = old?.startsWith('\uFEFF') === true ? '\uFEFF' : '';
    if (!isGenerated && old?.slice(mark.length) !== expected) throw uncommitted(file);
    if (old === mark + after) continue;
    const blob = await gitWriter.writeText(folder, mark + after);
    changes.push({ path, before, after: { mode: before?.mode ?? '100644', blob } });
  }
  if (changes.length === 0) return null;
  const commit = await gitWriter.commit({ repository: folder, parent, changes, message, byPerson: true });
  await gitWriter.begin(folder, branch, commit);
  return { name: branch, commit };
}

/** What git takes for a name of a branch, narrowed to what nobody has to quote (git-check-ref-format(1)). */
function checkName(branch: string): void {
  if (/^[A-Za-z0-9][\w-]*(?:[./][A-Za-z0-9][\w-]*)*$/.test(branch) && !branch.endsWith('.lock')) return;
  throw new UserError('usage/bad-argument', `"${branch}" is no name for a branch`, {
    hint: 'write --branch firebreak/incident-7',
  });
}

function uncommitted(file: string): UserError {
  return new UserError('git/unwritable', `${file} is not what the last commit has`, {
    hint: 'commit it first, or write the changes into the work tree: --apply',
  });
}
