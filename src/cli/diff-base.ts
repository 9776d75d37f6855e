import { UserError } from '../model/failure.ts';
import { deepenToMergeBase, fetchName } from '../system/git-fetch.ts';
import type { Repository } from '../system/git-repository.ts';
import { commitOf, isShallow, mergeBaseOf, remoteHead } from '../system/git-repository.ts';

/** A commit, and the name by which it was found. */
export interface NamedCommit {
  readonly name: string;
  /** Full hash. */
  readonly commit: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where pipelines say which branch a change is for: GitHub Actions, GitLab CI. Empty outside of a pull request. */
const TARGET_BRANCH_VARIABLES: readonly string[] = ['GITHUB_BASE_REF', 'CI_MERGE_REQUEST_TARGET_BRANCH_NAME'];

const USUAL_BRANCHES: readonly string[] = ['origin/main', 'origin/master', 'main', 'master'];

/**
 * The branch that a change here is for: the one the pipeline names, or the default branch of the clone.
 *
 * @throws UserError usage/bad-argument, git/incomplete when the pipeline names a branch that was not fetched
 */
export async function targetBranch(
  repository: Repository,
  env: Environment,
  { mayFetch }: { readonly mayFetch: boolean },
): Promise<NamedCommit> {
  const named = TARGET_BRANCH_VARIABLES.map((name) => env[name] ?? '').find((value) => value !== '');
  if (named !== undefined) {
    const found = await firstCommit(repository, [`origin/${named}`, named]);
    return found ?? (await fetchCommit(repository, named, mayFetch));
  }
  const recorded = await remoteHead(repository);
  const found = await firstCommit(repository, [...(recorded === null ? [] : [recorded]), ...USUAL_BRANCHES]);
  if (found !== null) return found;
  throw new UserError('usage/bad-argument', 'which branch to compare with is not known here', {
    hint: 'name it: firebreak diff BRANCH, or record it: git remote set-head origin --auto',
  });
}

/**
 * The commit of a branch, tag or commit that was named; a branch that only the remote has is found there.
 *
 * @returns null when git does not know the name
 */
export async function findCommit(repository: Repository, name: string): Promise<NamedCommit | null> {
  return firstCommit(repository, [name, `origin/${name}`]);
}

/** @throws UserError usage/bad-argument, or git/incomplete in a shallow clone, for a name that cannot be found */
export async function fetchCommit(repository: Repository, name: string, mayFetch: boolean): Promise<NamedCommit> {
  const fetched = mayFetch ? await fetchName(repository, name) : null;
  const found = fetched === null ? null : await firstCommit(repository, [fetched]);
  if (found !== null) return found;
  const message = `git knows no commit "${name}"`;
  if (await isShallow(repository)) {
    const hint =
      'this clone is shallow: add --fetch, run git fetch origin BRANCH, or set fetch-depth: 0 in the workflow';
    throw new UserError('git/incomplete', message, { hint });
  }
  const hint = 'name a branch, a tag, a commit, REF:PATH, a folder or a file; --fetch gets a branch that is not here';
  throw new UserError('usage/bad-argument', message, { hint });
}

/**
 * The newest commit that both have.
 *
 * @throws UserError git/incomplete in a shallow clone, usage/bad-argument for histories without a common commit
 */
export async function commonCommit(
  repository: Repository,
  { base, head }: { readonly base: NamedCommit; readonly head: NamedCommit },
  { mayFetch }: { readonly mayFetch: boolean },
): Promise<string> {
  const found = await mergeBaseOf(repository, base.commit, head.commit);
  if (found !== null) return found;
  const wasShallow = await isShallow(repository);
  const deepened =
    wasShallow && mayFetch
      ? await deepenToMergeBase(repository, { base: base.commit, head: head.commit, name: base.name })
      : null;
  if (deepened !== null) return deepened;
  if (wasShallow && !mayFetch) {
    throw new UserError('git/incomplete', `this shallow clone ends before ${base.name} and ${head.name} meet`, {
      hint: 'add --fetch, run git fetch --unshallow, or set fetch-depth: 0 in the workflow',
    });
  }
  throw new UserError('usage/bad-argument', `${base.name} and ${head.name} have no commit in common`, {
    hint: 'their histories are unrelated; --no-merge-base compares the two as they are',
  });
}

async function firstCommit(repository: Repository, names: readonly string[]): Promise<NamedCommit | null> {
  for (const name of names) {
    const commit = await commitOf(repository, name);
    if (commit !== null) return { name, commit };
  }
  return null;
}
