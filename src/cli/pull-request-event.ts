import { readFile } from 'node:fs/promises';
import { UserError } from '../model/failure.ts';
import { Secret } from '../model/secret.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The pull request that a workflow run is about. */
export interface PullRequestEvent {
  /** `owner/name` of the repository that the pull request goes to. */
  readonly repository: string;
  readonly number: number;
  /** Commit at the tip of the pull request. */
  readonly head: string | null;
  /** Comes from another repository, where the token of a workflow may only read. */
  readonly isFork: boolean;
}

const MAX_EVENT_BYTES = 32 * 1024 * 1024;

/**
 * Reads the event that started the workflow.
 *
 * @returns null for runs that are not about a pull request
 * @throws UserError usage/bad-argument outside a workflow, or for an event that cannot be read
 */
export async function readPullRequestEvent(env: Environment): Promise<PullRequestEvent | null> {
  const path = env['GITHUB_EVENT_PATH'];
  const repository = env['GITHUB_REPOSITORY'];
  if (path === undefined || path === '' || repository === undefined || !/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new UserError('usage/bad-argument', '--comment works inside a workflow of GitHub Actions only', {
      hint: 'it needs GITHUB_EVENT_PATH and GITHUB_REPOSITORY; elsewhere write -o markdown=FILE and post the file',
    });
  }
  const event = await readEvent(path);
  const pull = member(event, 'pull_request');
  const issue = member(event, 'issue');
  // A comment on a pull request comes as an issue that says so.
  const about = isObject(pull) ? pull : isObject(issue) && isObject(member(issue, 'pull_request')) ? issue : null;
  const number = member(about, 'number');
  if (about === null || typeof number !== 'number' || !Number.isSafeInteger(number)) return null;
  const head = member(about, 'head');
  const commit = member(head, 'sha');
  const from = member(member(head, 'repo'), 'full_name');
  return {
    repository,
    number,
    head: typeof commit === 'string' && /^[0-9a-f]{40,64}$/.test(commit) ? commit : null,
    // A head without repository is a fork that was deleted.
    isFork: isObject(head) && from !== repository,
  };
}

/** The token that the workflow gives, under the name that the toolkit of actions uses or the usual one. */
export function readGithubToken(env: Environment): Secret | null {
  const value = [env['INPUT_GITHUB-TOKEN'], env['GITHUB_TOKEN'], env['GH_TOKEN']].find(
    (each) => each !== undefined && each !== '',
  );
  return value === undefined ? null : new Secret(value, 'token for GitHub');
}

async function readEvent(path: string): Promise<unknown> {
  try {
    const bytes = await readFile(path);
    if (bytes.length > MAX_EVENT_BYTES) throw new Error('too large');
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new UserError('usage/bad-argument', 'the event file of the workflow cannot be read', {
      hint: 'GITHUB_EVENT_PATH names it; the runner writes it',
      cause: error,
    });
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function member(value: unknown, name: string): unknown {
  return isObject(value) ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
}
