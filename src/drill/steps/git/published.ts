import type { ActionCall, Effect } from '../../../model/drill.ts';
import { UserError } from '../../../model/failure.ts';
import type { GitBranch, GitChange, GitEntry } from '../../../model/machine.ts';
import type { PlannedCall, StepAction, StepContext } from '../../step.ts';
import { dataOf, machineOf } from '../../step.ts';
import { argumentOf, optionalText, textOf, textOr, wrong } from '../arguments.ts';
import { quoted } from '../http/request.ts';

/** A commit that exists and that no branch has yet, with everything that is needed to take it back. */
interface Published {
  readonly branch: GitBranch;
  readonly message: string;
  readonly parent: string;
  readonly commit: string;
  readonly changes: readonly GitChange[];
}

/** What every action that publishes a commit does after it has chosen the changes. */
export const PUBLISHING: Pick<StepAction, 'isSelfContained' | 'reach' | 'apply' | 'undo' | 'isGone' | 'byHand'> = {
  isSelfContained: true,
  reach: async (call, context) => void (await machineOf(context).git.tip(branchOf(call))),
  apply: publish,
  undo: takeBack,
  isGone: isTakenBack,
  byHand: revertByHand,
};

/** The commit is made before anything is recorded, so its hash is known to whoever undoes it; no branch has it yet. */
export async function withCommit(
  effect: Omit<Effect, 'id'>,
  made: Pick<Published, 'branch' | 'parent' | 'changes' | 'message'>,
  context: StepContext,
): Promise<Omit<Effect, 'id'>> {
  const { branch, parent, changes, message } = made;
  const commit = await machineOf(context).git.commit({ repository: branch.repository, parent, changes, message });
  return { ...effect, with: { ...effect.with, parent, commit, changes } };
}

async function publish(effect: Effect, context: StepContext): Promise<{ readonly commit: string }> {
  const { branch, parent, commit } = dataOf<Published>(effect);
  const { git } = machineOf(context);
  // A second time it is there already.
  if (!(await git.isAncestor(branch.repository, commit, await git.tip(branch))))
    await git.publish(branch, { from: parent, to: commit });
  return { commit };
}

/** @throws UserError drill/step-failed when somebody has changed the same files since; git/moved */
async function takeBack(effect: Effect, context: StepContext): Promise<void> {
  if (await isTakenBack(effect, context)) return;
  const data = dataOf<Published>(effect);
  const { branch, changes, message } = data;
  const { git } = machineOf(context);
  const tip = await git.tip(branch);
  await checkUntouched(
    { ...data, tip },
    changes.map(({ path, after }) => ({ path, entry: after })),
    context,
  );
  const commit = await git.commit({
    repository: branch.repository,
    parent: tip,
    changes: changes.map(({ path, before, after }) => ({ path, before: after, after: before })),
    message: `undo: ${message}`,
  });
  await git.publish(branch, { from: tip, to: commit });
}

/** True when the branch never got the commit, or has the texts from before again. */
async function isTakenBack(effect: Effect, context: StepContext): Promise<boolean> {
  const { branch, commit, changes } = dataOf<Published>(effect);
  const { git } = machineOf(context);
  const tip = await git.tip(branch);
  if (!(await git.isAncestor(branch.repository, commit, tip))) return true;
  for (const { path, before } of changes) {
    const now = await git.entry(branch.repository, tip, path);
    if (now?.blob !== before?.blob) return false;
  }
  return true;
}

/**
 * Files that somebody changed after the commit are not overwritten.
 *
 * @param written what the commit left of each file
 * @throws UserError drill/step-failed
 */
export async function checkUntouched(
  { branch, commit, tip }: { readonly branch: GitBranch; readonly commit: string; readonly tip: string },
  written: readonly { readonly path: string; readonly entry: GitEntry | null }[],
  context: StepContext,
): Promise<void> {
  for (const { path, entry } of written) {
    const now = await machineOf(context).git.entry(branch.repository, tip, path);
    if (now?.blob === entry?.blob) continue;
    throw new UserError(
      'drill/step-failed',
      `${path} on ${showBranch(branch)} was changed after ${commit.slice(0, 12)}, so it was not overwritten`,
      { hint: 'look at the later commits and revert by hand' },
    );
  }
}

/** In a work tree of its own, as the program itself leaves those of people alone. */
function revertByHand(effect: Effect): string {
  const { branch, commit } = dataOf<Published>(effect);
  const repository = `git -C ${quoted(branch.repository)}`;
  const steps =
    branch.remote === null
      ? [`${repository} worktree add -q $w ${quoted(branch.branch)}`, `git -C $w revert --no-edit ${commit}`]
      : [
          `${repository} fetch -q ${quoted(branch.remote)} ${quoted(branch.branch)}`,
          `${repository} worktree add -q --detach $w FETCH_HEAD`,
          `git -C $w revert --no-edit ${commit}`,
          `git -C $w push ${quoted(branch.remote)} HEAD:refs/heads/${quoted(branch.branch)}`,
        ];
  return ['w=$(mktemp -d)', ...steps, `${repository} worktree remove $w`].join(' && ');
}

/** The call of an action that publishes a commit, for plans. */
export function plannedPublish(branch: GitBranch, what: string): PlannedCall {
  const how = branch.remote === null ? 'move the branch by compare-and-swap' : `push to ${branch.remote} without force`;
  return {
    calls: [`commit to ${showBranch(branch)}: ${what}, then ${how}; no work tree is touched`],
    reaches: `everything that is deployed from ${showBranch(branch)}`,
    undo: `commit the texts from before to ${showBranch(branch)}; told and left alone if somebody changed them since`,
  };
}

/** Where a step wants its commit. @throws UserError document/invalid */
export function branchOf(call: ActionCall): GitBranch {
  const remote = argumentOf(call, 'remote');
  const name = optionalText(remote);
  // Git would take it for an option, and one of those names a program.
  if (name?.startsWith('-') === true) throw wrong(remote, 'the name of a remote');
  return {
    repository: textOr(argumentOf(call, 'repository'), '.'),
    branch: textOf(argumentOf(call, 'branch')),
    remote: name,
  };
}

/** `origin/main of ../policies` */
export function showBranch({ repository, branch, remote }: GitBranch): string {
  return `${remote === null ? branch : `${remote}/${branch}`}${repository === '.' ? '' : ` of ${repository}`}`;
}
