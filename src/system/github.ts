import type { GithubConnection } from './github-request.ts';
import { GithubRefusal, githubRequest } from './github-request.ts';

/** 10,000 comments; a pull request with more gets a second report rather than an endless search. */
const MAX_PAGES = 100;

/** The name under which a workflow writes with its own token. */
const WORKFLOW_AUTHOR = 'github-actions[bot]';

export interface GithubComment {
  readonly id: number;
  readonly author: string;
  readonly body: string;
}

/** How a check ends; `neutral` and `success` do not hold a merge up. */
export type CheckConclusion = 'success' | 'neutral' | 'failure' | 'action_required';

export interface CheckRun {
  readonly name: string;
  /** Commit that it is about, 40 hex digits. */
  readonly commit: string;
  readonly conclusion: CheckConclusion;
  readonly title: string;
  readonly summary: string;
}

/** The comments of one pull request and the checks of its commits. Every call may throw a GithubRefusal. */
export interface PullRequestClient {
  /** Name of the account that the token stands for. */
  readonly author: () => Promise<string>;
  /** Every comment, the oldest first. */
  readonly comments: () => Promise<readonly GithubComment[]>;
  readonly create: (body: string) => Promise<GithubComment>;
  readonly update: (id: number, body: string) => Promise<void>;
  /** A comment that is gone already is fine. */
  readonly remove: (id: number) => Promise<void>;
  readonly check: (run: CheckRun) => Promise<void>;
}

/**
 * @param repository `owner/name`
 * @param number of the pull request
 */
export function pullRequestClient(connection: GithubConnection, repository: string, number: number): PullRequestClient {
  const root = `/repos/${repository.split('/').map(encodeURIComponent).join('/')}`;
  return {
    author: () => authorOf(connection),
    comments: async () => {
      const found: GithubComment[] = [];
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const path = `${root}/issues/${number}/comments?per_page=100&page=${page}`;
        const { body, hasNext } = await githubRequest(connection, 'GET', path);
        if (!Array.isArray(body)) throw new GithubRefusal(200, 'GitHub answers with something that is no list');
        found.push(...body.flatMap(commentOf));
        if (!hasNext) break;
      }
      return found;
    },
    create: async (body) => {
      const answer = await githubRequest(connection, 'POST', `${root}/issues/${number}/comments`, { body });
      const [comment] = commentOf(answer.body);
      if (comment === undefined) throw new GithubRefusal(answer.status, 'GitHub answers with no comment');
      return comment;
    },
    update: async (id, body) => {
      await githubRequest(connection, 'PATCH', `${root}/issues/comments/${id}`, { body });
    },
    remove: async (id) => {
      try {
        await githubRequest(connection, 'DELETE', `${root}/issues/comments/${id}`);
      } catch (error) {
        if (!(error instanceof GithubRefusal) || error.status !== 404) throw error;
      }
    },
    check: async ({ name, commit, conclusion, title, summary }) => {
      await githubRequest(connection, 'POST', `${root}/check-runs`, {
        name,
        head_sha: commit,
        status: 'completed',
        conclusion,
        output: { title, summary },
      });
    },
  };
}

/** Tokens of a workflow may not ask who they are (403), so theirs is the name of the workflow account. */
async function authorOf(connection: GithubConnection): Promise<string> {
  try {
    const { body } = await githubRequest(connection, 'GET', '/user');
    const login = memberOf(body, 'login');
    return typeof login === 'string' ? login : WORKFLOW_AUTHOR;
  } catch (error) {
    if (error instanceof GithubRefusal && error.status === 403) return WORKFLOW_AUTHOR;
    throw error;
  }
}

function commentOf(value: unknown): readonly GithubComment[] {
  const id = memberOf(value, 'id');
  const body = memberOf(value, 'body');
  const author = memberOf(memberOf(value, 'user'), 'login');
  if (typeof id !== 'number') return [];
  return [{ id, body: typeof body === 'string' ? body : '', author: typeof author === 'string' ? author : '' }];
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
