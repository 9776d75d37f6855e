import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../model/failure.ts';
import type { GitBranch, GitChange, GitEntry, GitWriter } from '../model/machine.ts';
import { explainGit } from './git-command.ts';

/** Longest git command; pushes wait for hooks of the server. In milliseconds. */
const TIMEOUT_MS = 60_000;

/** Names the tool, so that a commit of a drill is never taken for one of a person. */
const IDENTITY: Readonly<Record<string, string>> = {
  GIT_AUTHOR_NAME: 'firebreak drill',
  GIT_AUTHOR_EMAIL: 'firebreak-drill@localhost',
  GIT_COMMITTER_NAME: 'firebreak drill',
  GIT_COMMITTER_EMAIL: 'firebreak-drill@localhost',
};

const SETTINGS: readonly string[] = ['--no-pager', '-c', 'core.hooksPath=/dev/null', '-c', 'commit.gpgsign=false'];

interface GitRun {
  readonly repository: string;
  readonly args: readonly string[];
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface GitEnd {
  readonly code: number | null;
  readonly out: Buffer;
  readonly said: string;
}

/** Git of this machine. Remotes are asked with the credentials of the person who runs this, and never with a prompt. */
export const gitWriter: GitWriter = {
  tip,
  entry,
  text: async (repository, blob) => {
    const { out } = await must({ repository, args: ['cat-file', 'blob', blob] });
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(out);
  },
  writeText: (repository, text) => line({ repository, args: ['hash-object', '-w', '--stdin'], input: text }),
  isAncestor: async (repository, commit, of) => {
    const { code } = await run({ repository, args: ['merge-base', '--is-ancestor', commit, of] });
    return code === 0;
  },
  resolve: (repository, revision) =>
    line({ repository, args: ['rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`] }),
  changes,
  commit,
  begin,
  publish,
};

async function tip({ repository, branch, remote }: GitBranch): Promise<string> {
  if (remote === null) return line({ repository, args: ['rev-parse', '--verify', `refs/heads/${branch}`] });
  // Its objects are needed to build on; no reference of this repository is moved by it.
  await must({
    repository,
    args: ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--refmap=', remote, `refs/heads/${branch}`],
  });
  const found = await line({ repository, args: ['ls-remote', '--exit-code', remote, `refs/heads/${branch}`] });
  return found.split('\t')[0] ?? '';
}

async function entry(repository: string, commit: string, path: string): Promise<GitEntry | null> {
  const { out } = await must({ repository, args: ['ls-tree', '-z', '--full-tree', commit, '--', path] });
  const match = /^(\d+) blob ([0-9a-f]+)\t/.exec(out.toString('utf8'));
  return match === null ? null : { mode: match[1] ?? '', blob: match[2] ?? '' };
}

async function changes(repository: string, commit: string): Promise<readonly GitChange[]> {
  const parents = (await line({ repository, args: ['rev-list', '--parents', '-n', '1', commit] })).split(' ').slice(1);
  if (parents.length !== 1) {
    throw new UserError('git/unwritable', `commit ${commit.slice(0, 12)} has ${parents.length} parents, not one`, {
      hint: 'choose a commit that is no merge and not the first',
    });
  }
  const { out } = await must({
    repository,
    args: ['diff-tree', '-r', '-z', '--no-renames', '--no-commit-id', '--full-index', commit],
  });
  const parts = out.toString('utf8').split('\0').slice(0, -1);
  return parts.flatMap((head, index): readonly GitChange[] => {
    const match = /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) /.exec(head);
    if (match === null) return [];
    const [, modeBefore = '', modeAfter = '', before = '', after = ''] = match;
    return [{ path: parts[index + 1] ?? '', before: present(modeBefore, before), after: present(modeAfter, after) }];
  });
}

function present(mode: string, blob: string): GitEntry | null {
  return /^0+$/.test(mode) ? null : { mode, blob };
}

async function commit(input: Parameters<GitWriter['commit']>[0]): Promise<string> {
  const { repository, parent, changes: wanted, message, byPerson = false } = input;
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-index-'));
  try {
    const env = { ...(byPerson ? {} : IDENTITY), GIT_INDEX_FILE: join(folder, 'index') };
    await must({ repository, args: ['read-tree', parent], env });
    // Mode 0 removes a path.
    const rows = wanted.map(({ path, before, after }) =>
      after === null
        ? `0 ${'0'.repeat(before?.blob.length ?? 40)}\t${path}\0`
        : `${after.mode} ${after.blob}\t${path}\0`,
    );
    await must({ repository, args: ['update-index', '-z', '--index-info'], input: rows.join(''), env });
    const tree = await line({ repository, args: ['write-tree'], env });
    return await line({ repository, args: ['commit-tree', tree, '-p', parent], input: `${message}\n`, env });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function begin(repository: string, branch: string, commit: string): Promise<void> {
  const { code, said } = await run({
    repository,
    // No old value: the reference must not exist.
    args: ['update-ref', '-m', 'firebreak', `refs/heads/${branch}`, commit, '0'.repeat(commit.length)],
  });
  if (code === 0) return;
  if (!/already exists|cannot lock ref/.test(said)) throw explained('update-ref', said);
  throw new UserError('git/moved', `there is a branch "${branch}" already`, {
    hint: `look at it, then choose another name, or delete it: git branch -D ${branch}`,
  });
}

async function publish(branch: GitBranch, { from, to }: { readonly from: string; readonly to: string }): Promise<void> {
  const { repository, branch: name, remote } = branch;
  if (remote === null) {
    await refuseCheckedOut(repository, name);
    const { code, said } = await run({
      repository,
      args: ['update-ref', '-m', 'firebreak drill', `refs/heads/${name}`, to, from],
    });
    if (code !== 0) throw /but expected|cannot lock ref/.test(said) ? moved(name, from) : explained('update-ref', said);
    return;
  }
  const { code, said } = await run({
    repository,
    // Without + it can only go forward, and the lease makes it go forward from the very commit that was read.
    args: [
      'push',
      '--porcelain',
      '--no-verify',
      `--force-with-lease=refs/heads/${name}:${from}`,
      remote,
      `${to}:refs/heads/${name}`,
    ],
  });
  if (code === 0) return;
  throw /stale info|fetch first|non-fast-forward/.test(said) ? moved(name, from) : explained('push', said);
}

/** Moving a branch under a work tree would make its files look changed by the person who works there. */
async function refuseCheckedOut(repository: string, branch: string): Promise<void> {
  const { out } = await must({ repository, args: ['worktree', 'list', '--porcelain'] });
  const trees = out.toString('utf8').split('\n\n');
  const holder = trees.find((tree) => {
    const lines = tree.split('\n');
    return lines.includes(`branch refs/heads/${branch}`) && !lines.includes('bare');
  });
  if (holder === undefined) return;
  const path = /^worktree (.*)$/.exec(holder.split('\n').find((each) => each.startsWith('worktree ')) ?? '')?.[1] ?? '';
  throw new UserError('git/unwritable', `branch "${branch}" is checked out in ${path}, so it is not moved`, {
    hint: 'name a remote to push to, or a branch that nobody has checked out',
  });
}

function moved(branch: string, from: string): UserError {
  return new UserError('git/moved', `branch "${branch}" moved away from ${from.slice(0, 12)} meanwhile`, {
    hint: 'somebody else pushed; run it again when they are done',
  });
}

function explained(command: string, said: string): UserError {
  const { hint, message } = explainGit(command, said);
  return new UserError('git/unwritable', message, { hint: hint ?? 'run it by hand to see why' });
}

async function line(input: GitRun): Promise<string> {
  return (await must(input)).out.toString('utf8').trim();
}

async function must(input: GitRun): Promise<GitEnd> {
  const end = await run(input);
  if (end.code !== 0) throw explained(input.args[0] ?? '', end.said);
  return end;
}

function run({ repository, args, input = '', env = {} }: GitRun): Promise<GitEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...SETTINGS, ...args], {
      cwd: repository,
      env: {
        ...process.env,
        // A hook or an alias of the caller must not lead git to another repository than the named one.
        GIT_DIR: undefined,
        GIT_WORK_TREE: undefined,
        GIT_INDEX_FILE: undefined,
        GIT_TERMINAL_PROMPT: '0',
        GIT_OPTIONAL_LOCKS: '0',
        GIT_LITERAL_PATHSPECS: '1',
        GIT_ALLOW_PROTOCOL: process.env['GIT_ALLOW_PROTOCOL'] ?? 'file:git:http:https:ssh',
        LC_ALL: 'C',
        ...env,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
    });
    const out: Buffer[] = [];
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < 4000) said += text;
    });
    child.on('error', (error) => reject(explained(args[0] ?? '', error.message)));
    child.on('close', (code) => {
      const output = Buffer.concat(out);
      // `push --porcelain` says on standard output why it was refused.
      resolve({ code, out: output, said: args[0] === 'push' ? said + output.toString('utf8') : said });
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
