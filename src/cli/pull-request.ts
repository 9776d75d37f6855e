import { appendFile } from 'node:fs/promises';
import { UserError } from '../model/failure.ts';
import { visible } from '../report/visible.ts';
import type { CheckConclusion, GithubComment, PullRequestClient } from '../system/github.ts';
import { pullRequestClient } from '../system/github.ts';
import { GithubRefusal } from '../system/github-request.ts';
import type { Io } from './io.ts';
import type { PullRequestEvent } from './pull-request-event.ts';
import { readGithubToken, readPullRequestEvent } from './pull-request-event.ts';

/** What is to stand in the pull request. */
export interface PullRequestReport {
  /** An HTML comment: the first line of the report, by which later runs find it. */
  readonly marker: string;
  /** Null when there is nothing to say; an earlier comment then becomes `resolved`. */
  readonly body: string | null;
  readonly resolved: string;
  /** A shorter report, asked for when GitHub refuses the whole one as too long. */
  readonly shorter?: (bytes: number) => string;
  /** Written as a check of the commit too, which can ask for an action before the merge. */
  readonly check?: { readonly name: string; readonly conclusion: CheckConclusion; readonly title: string };
}

/** What became of a comment. `refused` stands in the summary of the job instead. */
export type CommentOutcome = 'created' | 'updated' | 'unchanged' | 'resolved' | 'none' | 'refused';

/** Bytes of a report that is tried when a longer one was refused. */
const SHORT_BYTES = 20_000;

/**
 * Writes a report into the pull request that the workflow run is about: always one comment of ours, changed in place.
 * What GitHub refuses, such as writing from a fork, goes to the summary of the job; the exit code never depends on it.
 *
 * @throws UserError usage/bad-argument outside a workflow, file/unwritable for a summary that cannot be written
 */
export async function publishReport(report: PullRequestReport, io: Io): Promise<CommentOutcome> {
  const event = await readPullRequestEvent(io.env);
  if (event === null) {
    io.err('no comment: this run is not about a pull request\n');
    return 'none';
  }
  const token = readGithubToken(io.env);
  if (token === null) return fallBack(report, 'there is no token: set github-token or GITHUB_TOKEN', io);
  const connection = { apiUrl: io.env['GITHUB_API_URL'] ?? 'https://api.github.com', token };
  const client = pullRequestClient(connection, event.repository, event.number);
  try {
    const outcome = await upsert(report, client, io.env);
    await writeCheck(report, event, { client, io });
    return outcome;
  } catch (error) {
    if (!(error instanceof GithubRefusal)) throw error;
    return fallBack(report, whyOf(error, event), io);
  }
}

type Environment = Io['env'];

async function upsert(report: PullRequestReport, client: PullRequestClient, env: Environment): Promise<CommentOutcome> {
  const author = await client.author();
  const own = async (): Promise<readonly GithubComment[]> =>
    (await client.comments())
      .filter((comment) => comment.author === author && comment.body.startsWith(report.marker))
      .toSorted((a, b) => a.id - b.id);
  const [first, ...extra] = await own();
  for (const { id } of extra) await client.remove(id);
  if (first === undefined) {
    if (report.body === null) return 'none';
    const created = await sendable(report, report.body, (body) => client.create(stamped(body, env)));
    await yieldToFirst(created, await own(), { report, client, env });
    return 'created';
  }
  const body = report.body ?? report.resolved;
  if (saysOf(first.body) === saysOf(body)) return 'unchanged';
  // A run that started before ours ended may be about a newer push.
  if (isNewer(stampOf(first.body), env)) return 'unchanged';
  await sendable(report, body, (text) => client.update(first.id, stamped(text, env)));
  return report.body === null ? 'resolved' : 'updated';
}

/** Another run may have written its comment at the same time: the older comment stays, with the report of the newer run. */
async function yieldToFirst(
  created: GithubComment,
  own: readonly GithubComment[],
  {
    report,
    client,
    env,
  }: { readonly report: PullRequestReport; readonly client: PullRequestClient; readonly env: Environment },
): Promise<void> {
  const [first] = own;
  if (first === undefined || first.id >= created.id) return;
  const body = report.body ?? report.resolved;
  if (!isNewer(stampOf(first.body), env)) {
    await sendable(report, body, (text) => client.update(first.id, stamped(text, env)));
  }
  await client.remove(created.id);
}

/** Sends a report, and a shorter one when GitHub says that it is too long (422). */
async function sendable<T>(report: PullRequestReport, body: string, send: (body: string) => Promise<T>): Promise<T> {
  try {
    return await send(body);
  } catch (error) {
    const isTooLong = error instanceof GithubRefusal && error.status === 422 && report.body === body;
    if (!isTooLong || report.shorter === undefined) throw error;
    return send(report.shorter(SHORT_BYTES));
  }
}

const STAMP = /\n<!-- firebreak:run (\d+) -->\n?$/;

/** Names the workflow run at the end of a comment, so that an older run does not overwrite a newer one. */
function stamped(body: string, env: Environment): string {
  const run = env['GITHUB_RUN_ID'] ?? '';
  return /^\d{1,20}$/.test(run) ? `${body.trimEnd()}\n<!-- firebreak:run ${run} -->\n` : body;
}

function stampOf(body: string): bigint | null {
  const [, run] = STAMP.exec(body.replaceAll('\r\n', '\n')) ?? [];
  return run === undefined ? null : BigInt(run);
}

/** What a comment says: without its stamp, and without the times of example tokens, which are those of the run. */
function saysOf(body: string): string {
  return body
    .replaceAll('\r\n', '\n')
    .replace(STAMP, '')
    .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z|(?<="(?:iat|nbf|exp)": )\d+/g, 'TIME')
    .trimEnd();
}

/** Numbers of runs only grow. */
function isNewer(run: bigint | null, env: Environment): boolean {
  const own = env['GITHUB_RUN_ID'] ?? '';
  return run !== null && /^\d{1,20}$/.test(own) && run > BigInt(own);
}

/** A token may write comments and no checks; the comment says the same, so that is only told. */
async function writeCheck(
  { check, body, resolved }: PullRequestReport,
  { head }: PullRequestEvent,
  { client, io }: { readonly client: PullRequestClient; readonly io: Io },
): Promise<void> {
  if (check === undefined || head === null) return;
  try {
    await client.check({ ...check, commit: head, summary: body ?? resolved });
  } catch (error) {
    if (!(error instanceof GithubRefusal)) throw error;
    io.err(`no check was written: ${visible(error.message)}; it needs the permission checks: write\n`);
  }
}

function whyOf({ status, message }: GithubRefusal, { isFork }: PullRequestEvent): string {
  if (status === 403 && isFork) return 'the token of a pull request from a fork may only read';
  if (status === 403 || status === 404) return `${message}; the job needs the permission pull-requests: write`;
  return status === 401 ? `${message}; the token has ended or is wrong` : message;
}

/** The summary of the job is always there, also for forks. */
async function fallBack(report: PullRequestReport, why: string, io: Io): Promise<CommentOutcome> {
  const file = io.env['GITHUB_STEP_SUMMARY'];
  const hasSummary = file !== undefined && file !== '';
  const where = hasSummary ? 'the report is in the summary of the job' : 'the report is only in the log';
  io.err(`no comment on the pull request: ${visible(why)}; ${where}\n`);
  if (hasSummary && report.body !== null) {
    await appendFile(file, `${report.body}\n`).catch((error: unknown) => {
      throw new UserError('file/unwritable', 'cannot write the summary of the job to GITHUB_STEP_SUMMARY', {
        hint: 'the runner sets it; unset it to do without',
        cause: error,
      });
    });
  }
  return 'refused';
}
