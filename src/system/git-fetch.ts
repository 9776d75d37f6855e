import { UserError } from '../model/failure.ts';
import type { GitPlace } from './git-command.ts';
import { outputOf } from './git-command.ts';
import type { GitSetting, Repository } from './git-repository.ts';
import { isShallow, mergeBaseOf, settingsOf } from './git-repository.ts';

/** Commits of history fetched at a time. Most branches are younger than the first step; the last step is everything. */
const STEPS: readonly number[] = [50, 200, 1000, 5000];

/** Settings by which a repository makes `git fetch` run a program (git-config). */
const PROGRAMS =
  /^(?:core\.(?:sshcommand|gitproxy|askpass|alternaterefscommand)|credential\.(?:.*\.)?helper|remote\..*\.(?:uploadpack|vcs))$/;

/** What every fetch is told: no tags, no submodules, no programs afterwards, and no traces in FETCH_HEAD. */
const FETCH: readonly string[] = [
  '-c',
  'gc.auto=0',
  '-c',
  'maintenance.auto=false',
  'fetch',
  '--quiet',
  '--no-tags',
  '--no-recurse-submodules',
  '--no-write-fetch-head',
];

/**
 * Fetches a branch or tag that is not here. In a shallow clone only its newest commits come.
 *
 * @returns the name by which it is known here now; null when no remote has it
 * @throws UserError git/unreadable, git/incomplete for a repository whose settings name programs
 */
export async function fetchName(repository: Repository, name: string): Promise<string | null> {
  const remote = await safeRemote(repository, name);
  if (remote === null) return null;
  const branch = name.startsWith(`${remote}/`) ? name.slice(remote.length + 1) : name;
  const depth = (await isShallow(repository)) ? [`--depth=${STEPS[0] ?? 1}`] : [];
  const choices = [
    { refspec: `+refs/heads/${branch}:refs/remotes/${remote}/${branch}`, known: `${remote}/${branch}` },
    { refspec: `refs/tags/${name}:refs/tags/${name}`, known: name },
    ...(/^[0-9a-f]{40,64}$/.test(name) ? [{ refspec: name, known: name }] : []),
  ];
  for (const { refspec, known } of choices) if (await tryFetch(repository, [...depth, remote, refspec])) return known;
  return null;
}

/**
 * The newest common commit of two whose history is cut off, after fetching as much of it as is needed.
 *
 * @returns null when they have none although everything is here
 * @throws UserError git/unreadable, git/incomplete
 */
export async function deepenToMergeBase(
  repository: Repository,
  { base, head, name }: { readonly base: string; readonly head: string; readonly name: string },
): Promise<string | null> {
  const remote = await safeRemote(repository, name);
  if (remote === null) return null;
  for (const step of [...STEPS, null]) {
    const depth = step === null ? '--unshallow' : `--deepen=${step}`;
    // Servers need not give commits by hash; the branches that the clone follows are what is left then.
    const isDone =
      (await tryFetch(repository, [depth, remote, base, head])) || (await tryFetch(repository, [depth, remote]));
    const common = await mergeBaseOf(repository, base, head);
    if (common !== null) return common;
    if (!isDone) throw notFetched(remote);
    if (!(await isShallow(repository))) return null;
  }
  return null;
}

/**
 * Where git may read so that it gets what a partial clone left on its server; a whole clone needs no server.
 *
 * @throws UserError git/incomplete for a repository whose settings name programs
 */
export async function fetchingPlace(repository: Repository): Promise<GitPlace> {
  const settings = await settingsOf(repository);
  const mayFetch = promisorOf(settings) !== null;
  if (mayFetch) refusePrograms(settings);
  return { folder: repository.folder, mayFetch };
}

/**
 * Brings contents that a partial clone left on its server, all in one exchange.
 *
 * @throws UserError git/incomplete when the server does not give them
 */
export async function fetchObjects(repository: Repository, ids: readonly string[]): Promise<void> {
  const settings = await settingsOf(repository);
  const remote = promisorOf(settings);
  if (remote === null || ids.length === 0) return;
  refusePrograms(settings);
  const args = ['--filter=blob:none', '--stdin', remote];
  if (!(await tryFetch(repository, args, `${ids.join('\n')}\n`))) throw notFetched(remote);
}

/** The remote that promised what a partial clone lacks (git-config, `remote.<name>.promisor`). */
function promisorOf(settings: readonly GitSetting[]): string | null {
  const found = settings.find(({ name, value }) => /^remote\..*\.promisor$/.test(name) && value === 'true');
  return found === undefined ? null : found.name.slice('remote.'.length, -'.promisor'.length);
}

async function tryFetch({ folder }: Repository, args: readonly string[], input = ''): Promise<boolean> {
  try {
    await outputOf({ folder, mayFetch: true }, [...FETCH, ...args], input);
    return true;
  } catch (error) {
    if (error instanceof UserError && error.hint?.startsWith('git says') === true) return false;
    throw error;
  }
}

/** The remote that a name speaks of, `origin` unless it says another; null in a repository without remotes. */
async function safeRemote(repository: Repository, name: string): Promise<string | null> {
  const settings = await settingsOf(repository);
  refusePrograms(settings);
  const remotes = settings.flatMap(({ name }) => /^remote\.(.+)\.url$/.exec(name)?.[1] ?? []);
  const named = remotes.filter((remote) => name.startsWith(`${remote}/`)).sort((a, b) => b.length - a.length);
  return named[0] ?? remotes.find((remote) => remote === 'origin') ?? remotes[0] ?? null;
}

function refusePrograms(settings: readonly GitSetting[]): void {
  const own = settings.find(
    ({ scope, name }) => (scope === 'local' || scope === 'worktree') && PROGRAMS.test(name.toLowerCase()),
  );
  if (own === undefined) return;
  throw new UserError('git/incomplete', `the settings of this repository name a program to fetch with: ${own.name}`, {
    hint: 'firebreak runs no program of a repository; run git fetch --unshallow yourself',
  });
}

function notFetched(remote: string): UserError {
  return new UserError('git/incomplete', `what is missing in this clone could not be fetched from ${remote}`, {
    hint: 'check the network and the credentials with: git fetch',
  });
}
