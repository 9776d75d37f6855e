import { UserError } from '../model/failure.ts';
import type { Secret } from '../model/secret.ts';

/** One answer takes at most this long; GitHub gives up on its side after 10 seconds. */
const TIMEOUT_MS = 15_000;

const MAX_ATTEMPTS = 4;

/** Longest wait in all before giving up: a comment is not worth holding up a pipeline. */
const MAX_WAIT_MS = 60_000;

/** What a person did not ask for must not be read without end. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** GitHub said no, or nothing. Holds no part of the token. */
export class GithubRefusal extends Error {
  /** HTTP status; null where no answer came. */
  readonly status: number | null;

  constructor(status: number | null, message: string) {
    super(message);
    this.name = 'GithubRefusal';
    this.status = status;
  }
}

export interface GithubConnection {
  /** `https://api.github.com`, or the address of an Enterprise Server with `/api/v3`. */
  readonly apiUrl: string;
  readonly token: Secret;
  /** Wait before the first repetition; doubles with each. Milliseconds, 1,000 by default. */
  readonly pauseMs?: number;
}

export interface GithubAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Whether the list goes on on the next page (RFC 8288). */
  readonly hasNext: boolean;
}

/**
 * One call of the REST API. Server errors and rate limits are tried again a few times, as long as the waiting stays
 * bounded; redirects are not followed, because the token would go along.
 *
 * @throws GithubRefusal for every answer that is not 2xx, and when none comes
 */
export async function githubRequest(
  connection: GithubConnection,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
): Promise<GithubAnswer> {
  let waited = 0;
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await once(connection, method, path, body);
    if (!(outcome instanceof Refused)) return outcome;
    const wait = outcome.waitMs ?? (connection.pauseMs ?? 1000) * 2 ** (attempt - 1);
    if (!outcome.mayPass || attempt === MAX_ATTEMPTS || waited + wait > MAX_WAIT_MS) throw outcome.refusal;
    waited += wait;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** An answer that is no success, and whether asking again can help. */
class Refused {
  readonly refusal: GithubRefusal;
  readonly mayPass: boolean;
  /** How long GitHub asks to wait; null where it does not say. */
  readonly waitMs: number | null;

  constructor(refusal: GithubRefusal, mayPass: boolean, waitMs: number | null = null) {
    this.refusal = refusal;
    this.mayPass = mayPass;
    this.waitMs = waitMs;
  }
}

async function once(
  { apiUrl, token }: GithubConnection,
  method: string,
  path: string,
  body: object | undefined,
): Promise<GithubAnswer | Refused> {
  try {
    const response = await fetch(`${checkedUrl(apiUrl)}${path}`, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${headerValue(token)}`,
        'user-agent': 'firebreak',
        'x-github-api-version': '2022-11-28',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await boundedText(response);
    if (response.ok) {
      const hasNext = /<[^>]*>\s*;[^,]*rel="?next"?/.test(response.headers.get('link') ?? '');
      return { status: response.status, body: parsed(text), hasNext };
    }
    return refusedBy(response, text);
  } catch (error) {
    if (error instanceof UserError) throw error;
    // Only the kind of failure: the error of a client may quote the request.
    return new Refused(new GithubRefusal(null, `GitHub does not answer (${kindOf(error)})`), true);
  }
}

function refusedBy({ status, headers }: Response, text: string): Refused {
  const said = messageIn(text);
  const refusal = new GithubRefusal(status, `GitHub answers ${status}${said === '' ? '' : `: ${said}`}`);
  const limited =
    status === 429 ||
    (status === 403 &&
      (headers.get('x-ratelimit-remaining') === '0' || headers.has('retry-after') || /rate limit/i.test(said)));
  if (!limited) return new Refused(refusal, status >= 500);
  // Without a time GitHub asks for a minute ("Rate limits for the REST API"), which is all that we wait.
  return new Refused(refusal, true, askedWait(headers) ?? MAX_WAIT_MS);
}

/** Milliseconds until the limit ends: `retry-after` in seconds, or the second at which the hour begins anew. */
function askedWait(headers: Headers): number | null {
  const after = Number(headers.get('retry-after') ?? Number.NaN);
  if (Number.isFinite(after) && after >= 0) return after * 1000;
  const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN);
  return headers.get('x-ratelimit-remaining') === '0' && Number.isFinite(reset)
    ? Math.max(0, reset * 1000 - Date.now())
    : null;
}

/** @throws UserError usage/bad-argument, so that a token is never sent in the clear to another machine */
function checkedUrl(apiUrl: string): string {
  const url = URL.canParse(apiUrl) ? new URL(apiUrl) : null;
  const isHere = url !== null && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url !== null && url.username === '' && (url.protocol === 'https:' || (url.protocol === 'http:' && isHere))) {
    return apiUrl.replace(/\/+$/, '');
  }
  throw new UserError('usage/bad-argument', 'GITHUB_API_URL is no https address', {
    hint: 'the runner sets it: https://api.github.com, or https://HOST/api/v3 for an Enterprise Server',
  });
}

/** A client would quote a bad value in its error, so it is looked at first. */
function headerValue(token: Secret): string {
  const value = token.reveal();
  if (/^[\u0021-\u007e]+$/.test(value)) return value;
  throw new UserError('usage/bad-argument', 'the token for GitHub has characters that no token has', {
    hint: 'check the secret for line ends and blanks; its value is not shown',
  });
}

async function boundedText(response: Response): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MAX_BODY_BYTES) {
      await reader.cancel();
      throw new Error('TOO_LARGE');
    }
    chunks.push(value);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('NOT_JSON');
  }
}

/** What GitHub says is wrong, cut to a line. */
function messageIn(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    const said = typeof body === 'object' && body !== null && 'message' in body ? body.message : '';
    return typeof said === 'string' ? said.slice(0, 200).replaceAll(/\s+/g, ' ') : '';
  } catch {
    return '';
  }
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  if (error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1000} s`;
  const cause = error.cause;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : error.message;
  return typeof code === 'string' && /^[A-Z_0-9]{3,40}$/.test(code) ? code : 'failed';
}
