import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { UserError } from '../model/failure.ts';

/** Longest silence of a git process: 60 s, or ten minutes where it waits for a server. */
const READ_TIMEOUT_MS = 60_000;
const FETCH_TIMEOUT_MS = 600_000;

/**
 * Reads objects that are here and nothing else: no network, no prompts, no locks, no patterns in paths. Git before 2.44
 * does not know NO_LAZY_FETCH, but every version refuses a protocol that is not on the list. A report names a commit by its
 * hash, so what replaces objects on this machine does not count.
 */
export const READING: Readonly<Record<string, string>> = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
};

/** What a repository could make git run while it reads. Settings of the command line win over those of the repository. */
const NO_PROGRAMS: readonly string[] = ['--no-pager', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];

/** Variables that name programs, or settings that may: reading needs none of them. */
const PROGRAMS =
  /^(?:editor|pager|visual|prefix|ssh_askpass|git_(?:askpass|config|config_parameters|config_count|config_key_\d+|config_value_\d+|editor|exec_path|external_diff|pager|proxy_command|template_dir|sequence_editor|ssh|ssh_command))$/i;

/** Asked of git: where, and whether it may talk to the remote that the clone came from. */
export interface GitPlace {
  readonly folder: string;
  /** A partial clone fetches what it lacks. Only when the user asked for it. */
  readonly mayFetch?: boolean;
}

/**
 * The answer of a git command, without its last line end. Empty when git says no without a word, as `--quiet` makes it do.
 *
 * @throws UserError git/unreadable with what git says
 */
export async function ask(folder: string, args: readonly string[]): Promise<string> {
  const { simpleGit } = await import('simple-git');
  const env = readingEnvironment();
  try {
    const git = simpleGit({
      baseDir: folder,
      timeout: { block: READ_TIMEOUT_MS },
      allowEnvironment: Object.keys(env),
      // These come from the person who runs this, not from the repository: safe.directory is told so.
      unsafe: { allowUnsafeConfigPaths: true, allowUnsafeConfigEnvCount: true },
    });
    return (await git.env(env).raw([...args])).replace(/\n$/, '');
  } catch (error) {
    throw explainGit(args[0] ?? '', error instanceof Error ? error.message : String(error));
  }
}

/**
 * Everything that a git command writes, whatever its size.
 *
 * @throws UserError git/unreadable with what git says
 */
export async function outputOf(place: GitPlace, args: readonly string[], input = ''): Promise<Buffer> {
  const child = startGit(place, args);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = endOf(child, args[0] ?? '');
  // A process that failed early takes no input; what it says is the answer.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  await ended;
  return Buffer.concat(chunks);
}

/** A git process that reads, with pipes on all its streams. */
export function startGit({ folder, mayFetch = false }: GitPlace, args: readonly string[]): GitProcess {
  return spawn('git', [...NO_PROGRAMS, ...args], {
    cwd: folder,
    env: mayFetch ? fetchingEnvironment() : readingEnvironment(),
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: mayFetch ? FETCH_TIMEOUT_MS : 0,
  });
}

export type GitProcess = ChildProcessWithoutNullStreams;

/** Resolves when the process left with 0. @throws UserError git/unreadable */
export async function endOf(child: GitProcess, command: string): Promise<void> {
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < 4000) said += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (error) => reject(explainGit(command, error.message)));
    child.on('close', resolve);
  });
  if (code !== 0) throw explainGit(command, said);
}

/** What git says, as a message for the person in front of it. */
export function explainGit(command: string, said: string): UserError {
  if (/spawn git ENOENT/.test(said)) {
    return new UserError('git/unreadable', 'the program git is not installed', {
      hint: 'install git, or compare two folders: firebreak diff OLD NEW',
    });
  }
  const owner = /dubious ownership in repository at '([^']*)'/.exec(said);
  if (owner !== null) {
    return new UserError('git/unreadable', `git does not trust ${owner[1] ?? 'this folder'}: another user owns it`, {
      hint: `if you do: git config --global --add safe.directory '${owner[1] ?? ''}'`,
    });
  }
  if (/cannot use bare repository/.test(said)) {
    return new UserError('git/unreadable', 'git does not read bare repositories that were found by chance here', {
      hint: 'name it: GIT_DIR=. firebreak diff, or unset safe.bareRepository',
    });
  }
  if (/not a git repository/.test(said)) {
    return new UserError('git/unreadable', 'this folder is in no git repository', {
      hint: 'run firebreak inside of one, or compare two folders: firebreak diff OLD NEW',
    });
  }
  if (/from promisor remote|lazy fetching disabled/.test(said)) {
    return new UserError('git/incomplete', 'this partial clone does not hold everything that is compared', {
      hint: 'add --fetch to get it from the server that the clone came from',
    });
  }
  const line = said.split('\n').find((each) => /^(?:fatal|error): /.test(each)) ?? said.split('\n')[0] ?? '';
  return new UserError('git/unreadable', `git ${command} failed`, {
    hint: line === '' ? 'run git fsck in this folder' : `git says: ${hideCredentials(line).slice(0, 300)}`,
  });
}

/** URLs of remotes may hold a password. */
function hideCredentials(line: string): string {
  return line.replace(/:\/\/[^\s/@]*@/g, '://');
}

function readingEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !PROGRAMS.test(entry[0]),
  );
  return { ...Object.fromEntries(kept), ...trustedFolders(), ...READING };
}

/** Of the settings that the environment hands to git, those that say whose repositories are read. */
function trustedFolders(): Record<string, string> {
  const count = Number(process.env['GIT_CONFIG_COUNT'] ?? 0);
  const folders = Array.from({ length: Number.isInteger(count) ? Math.min(count, 1000) : 0 }, (_, at) => ({
    key: process.env[`GIT_CONFIG_KEY_${at}`] ?? '',
    value: process.env[`GIT_CONFIG_VALUE_${at}`] ?? '',
  })).filter(({ key }) => key.toLowerCase() === 'safe.directory');
  if (folders.length === 0) return {};
  const settings = folders.flatMap(({ key, value }, at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return { ...Object.fromEntries(settings), GIT_CONFIG_COUNT: String(folders.length) };
}

/** As the person would run it, but without questions and without protocols that are programs. */
function fetchingEnvironment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    GIT_ALLOW_PROTOCOL: process.env['GIT_ALLOW_PROTOCOL'] ?? 'file:git:http:https:ssh',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
}
