import { UserError } from '../../../model/failure.ts';
import type { GitBranch } from '../../../model/machine.ts';
import type { StepAction } from '../../step.ts';
import { dataOf, machineOf } from '../../step.ts';
import { argumentOf, optionalText, textOr } from '../arguments.ts';
import { PUBLISHING, branchOf, checkUntouched, plannedPublish, showBranch, withCommit } from './published.ts';

interface Chosen {
  readonly branch: GitBranch;
  readonly message: string;
  /** Null for the last commit of the branch. */
  readonly revision: string | null;
}

/** Takes the changes of one commit back by another commit: what a team does when a bad policy is merged. */
export const revertCommit: StepAction = {
  ...PUBLISHING,
  uses: 'git.revert',
  summary: 'revert a commit on a branch',
  undoSummary: 'commit the texts from before, read the branch back',
  planned: (call) => plannedPublish(branchOf(call), `revert ${textOr(argumentOf(call, 'commit'), 'the last commit')}`),
  effect: ({ call }) => {
    const branch = branchOf(call);
    const revision = optionalText(argumentOf(call, 'commit'));
    const what = `revert ${revision ?? 'the last commit'}`;
    const chosen: Chosen = {
      branch,
      message: textOr(argumentOf(call, 'message'), `firebreak drill: ${what}`),
      revision,
    };
    return {
      action: 'git.revert',
      with: { ...chosen },
      says: `${what} on ${showBranch(branch)}`,
      undo: 'required',
    };
  },
  prepare: async (effect, context) => {
    const { branch, revision, message } = dataOf<Chosen>(effect);
    const { git } = machineOf(context);
    const parent = await git.tip(branch);
    const commit = revision === null ? parent : await git.resolve(branch.repository, revision);
    if (!(await git.isAncestor(branch.repository, commit, parent))) {
      throw new UserError('drill/step-failed', `${showBranch(branch)} does not have commit ${commit.slice(0, 12)}`, {
        hint: 'name a commit of this branch',
      });
    }
    const made = await git.changes(branch.repository, commit);
    const changes = made.map(({ path, before, after }) => ({ path, before: after, after: before }));
    await checkUntouched(
      { branch, commit, tip: parent },
      made.map(({ path, after }) => ({ path, entry: after })),
      context,
    );
    return withCommit(effect, { branch, parent, changes, message }, context);
  },
};
