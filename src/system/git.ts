/** What a report says about the version of the files it was made from. */
export interface GitState {
  readonly commit: string;
  /** True when tracked files differ from the commit. */
  readonly dirty: boolean;
}

/** State of the git work tree around a folder; null outside a work tree, without commits, or without git. */
export async function readGitState(folder: string): Promise<GitState | null> {
  const { simpleGit } = await import('simple-git');
  try {
    const git = simpleGit({ baseDir: folder, timeout: { block: 5000 } });
    const commit = (await git.revparse(['HEAD'])).trim();
    const status = await git.status(['--untracked-files=no']);
    return { commit, dirty: !status.isClean() };
  } catch {
    // Every failure here means the same to the caller: there is no commit to name.
    return null;
  }
}
