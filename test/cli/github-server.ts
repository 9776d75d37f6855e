import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Longest body of a comment that GitHub takes. */
const MAX_BODY = 65_536;

export interface StoredComment {
  readonly id: number;
  readonly author: string;
  body: string;
}

export interface Fault {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly message?: string;
  /** Does what was asked and answers with the fault nevertheless, as a gateway that gives up too early. */
  readonly after?: boolean;
}

export interface GithubServer {
  readonly url: string;
  readonly comments: StoredComment[];
  readonly checks: object[];
  /** `GET /repos/...` in the order of arrival. */
  readonly requests: string[];
  /** Answers of the next requests that match, in order. */
  readonly faults: { readonly match: RegExp; readonly fault: Fault }[];
  /** Holds requests that match until as many have arrived; then all go on. */
  meet: { readonly match: RegExp; readonly count: number } | null;
  readonly close: () => Promise<void>;
}

/** Who a token stands for, and whether it may write. */
const ACCOUNTS: Readonly<Record<string, { readonly login: string | null; readonly writes: boolean }>> = {
  'ghs_workflow-token-0123456789': { login: null, writes: true },
  'ghs_fork-token-0123456789': { login: null, writes: false },
  'ghp_personal-token-0123456789': { login: 'robot', writes: true },
};

export const WORKFLOW_TOKEN = 'ghs_workflow-token-0123456789';
export const FORK_TOKEN = 'ghs_fork-token-0123456789';
export const PERSONAL_TOKEN = 'ghp_personal-token-0123456789';

const REPOSITORY = '/repos/acme/shop';

/** The REST endpoints of comments and checks as docs.github.com describes them: pages, links, errors and permissions. */
export async function githubServer(): Promise<GithubServer> {
  const waiting: (() => void)[] = [];
  const server: Server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const state: GithubServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    comments: [],
    checks: [],
    requests: [],
    faults: [],
    meet: null,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const line = `${request.method ?? ''} ${request.url ?? ''}`;
    state.requests.push(line);
    if (state.meet?.match.test(line) === true) {
      await new Promise<void>((go) => {
        waiting.push(go);
        if (waiting.length >= (state.meet?.count ?? 0)) {
          state.meet = null;
          for (const next of waiting.splice(0)) next();
        }
      });
    }
    const index = state.faults.findIndex(({ match }) => match.test(line));
    const [found] = index < 0 ? [] : state.faults.splice(index, 1);
    if (found !== undefined) {
      if (found.fault.after === true) respond(state, request, text);
      return send(response, found.fault.status, { message: found.fault.message ?? 'fault' }, found.fault.headers);
    }
    const { status, body, headers } = respond(state, request, text);
    return send(response, status, body, headers);
  }
  return state;
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(body === null ? undefined : JSON.stringify(body));
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

function respond(state: GithubServer, request: IncomingMessage, text: string): Answer {
  const url = new URL(request.url ?? '', state.url);
  const account = ACCOUNTS[request.headers.authorization?.replace('Bearer ', '') ?? ''];
  if (account === undefined) return { status: 401, body: { message: 'Bad credentials' } };
  const method = request.method ?? '';
  if (url.pathname === '/user') {
    return account.login === null
      ? { status: 403, body: { message: 'Resource not accessible by integration' } }
      : { status: 200, body: { login: account.login } };
  }
  if (!url.pathname.startsWith(`${REPOSITORY}/`)) return { status: 404, body: { message: 'Not Found' } };
  if (method !== 'GET' && !account.writes) {
    return { status: 403, body: { message: 'Resource not accessible by integration' } };
  }
  const sent = text === '' ? {} : (JSON.parse(text) as { body?: string });
  const path = url.pathname.slice(REPOSITORY.length);
  if (path === '/issues/7/comments' && method === 'GET') return page(state, url);
  if (path === '/check-runs' && method === 'POST') {
    state.checks.push(sent);
    return { status: 201, body: { id: 1 } };
  }
  if ((sent.body ?? '').length > MAX_BODY) {
    return { status: 422, body: { message: 'Validation Failed: body is too long (maximum is 65536 characters)' } };
  }
  if (path === '/issues/7/comments' && method === 'POST') {
    const id = Math.max(0, ...state.comments.map((comment) => comment.id)) + 1;
    const comment = { id, author: account.login ?? 'github-actions[bot]', body: sent.body ?? '' };
    state.comments.push(comment);
    return { status: 201, body: shown(comment) };
  }
  const [, id] = /^\/issues\/comments\/(\d+)$/.exec(path) ?? [];
  const comment = state.comments.find((each) => String(each.id) === id);
  if (comment === undefined) return { status: 404, body: { message: 'Not Found' } };
  if (method === 'PATCH') {
    comment.body = sent.body ?? '';
    return { status: 200, body: shown(comment) };
  }
  state.comments.splice(state.comments.indexOf(comment), 1);
  return { status: 204, body: null };
}

function page(state: GithubServer, url: URL): Answer {
  const size = Number(url.searchParams.get('per_page') ?? '30');
  const number = Number(url.searchParams.get('page') ?? '1');
  const rows = state.comments.slice((number - 1) * size, number * size).map(shown);
  const last = Math.ceil(state.comments.length / size);
  const link = (to: number, rel: string): string =>
    `<${state.url}${url.pathname}?per_page=${size}&page=${to}>; rel="${rel}"`;
  const headers = number < last ? { link: `${link(number + 1, 'next')}, ${link(last, 'last')}` } : undefined;
  return { status: 200, body: rows, ...(headers === undefined ? {} : { headers }) };
}

function shown({ id, author, body }: StoredComment): object {
  return { id, body, user: { login: author } };
}
