import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PullRequestReport } from '../../src/cli/pull-request.ts';
import { publishReport } from '../../src/cli/pull-request.ts';
import type { GithubServer } from './github-server.ts';
import { FORK_TOKEN, PERSONAL_TOKEN, WORKFLOW_TOKEN, githubServer } from './github-server.ts';
import type { Told } from './workflow-io.ts';
import { HEAD, workflowFolder, workflowIo } from './workflow-io.ts';

const MARKER = '<!-- firebreak:diff -->';

let server: GithubServer;
let folder: { path: string; remove: () => void };

beforeEach(async () => {
  server = await githubServer();
  folder = workflowFolder();
});

afterEach(async () => {
  await server.close();
  folder.remove();
});

function runner(env: Readonly<Record<string, string>> = {}): Told {
  return workflowIo(server.url, folder.path, env);
}

function report(body: string | null, part: Partial<PullRequestReport> = {}): PullRequestReport {
  return {
    marker: MARKER,
    body: body === null ? null : `${MARKER}\n${body}\n`,
    resolved: `${MARKER}\nresolved\n`,
    ...part,
  };
}

const summary = (): string => readFileSync(join(folder.path, 'summary.md'), 'utf8');
const bodies = (): readonly string[] => server.comments.map(({ body }) => body.split('\n').slice(0, 2).join(' '));
const written = (): readonly string[] => server.requests.filter((line) => !line.startsWith('GET'));

describe('the comment on a pull request', () => {
  it('is written once, changed in place and resolved when the change is gone', async () => {
    expect(await publishReport(report('two loosenings'), runner())).toBe('created');
    expect(await publishReport(report('two loosenings'), runner({ GITHUB_RUN_ID: '101' }))).toBe('unchanged');
    expect(await publishReport(report('one loosening'), runner({ GITHUB_RUN_ID: '102' }))).toBe('updated');
    expect(bodies()).toEqual([`${MARKER} one loosening`]);
    expect(await publishReport(report(null), runner({ GITHUB_RUN_ID: '103' }))).toBe('resolved');
    expect(bodies()).toEqual([`${MARKER} resolved`]);
    expect(await publishReport(report(null), runner({ GITHUB_RUN_ID: '104' }))).toBe('unchanged');
    expect(await publishReport(report('again'), runner({ GITHUB_RUN_ID: '105' }))).toBe('updated');
    expect(bodies()).toEqual([`${MARKER} again`]);
    expect(written()).toHaveLength(4);
  });

  it('is not written when there is nothing to say and was none before', async () => {
    expect(await publishReport(report(null), runner())).toBe('none');
    expect(server.comments).toEqual([]);
    expect(written()).toEqual([]);
  });

  it('is found on the third page, and no comment of somebody else is touched', async () => {
    for (let id = 1; id <= 250; id += 1) server.comments.push({ id, author: 'alice', body: `${MARKER}\nmine` });
    server.comments.push({ id: 251, author: 'github-actions[bot]', body: `quoted:\n${MARKER}\nold` });
    server.comments.push({ id: 252, author: 'github-actions[bot]', body: `${MARKER}\nold` });
    expect(await publishReport(report('new'), runner())).toBe('updated');
    expect(server.requests.filter((line) => line.includes('page='))).toHaveLength(3);
    expect(server.comments).toHaveLength(252);
    expect(server.comments.at(-1)?.body).toContain('new');
    expect(server.comments.filter(({ body }) => body.includes('new'))).toHaveLength(1);
  });

  it('belongs to the account of the token', async () => {
    server.comments.push({ id: 1, author: 'github-actions[bot]', body: `${MARKER}\nold` });
    expect(await publishReport(report('new'), runner({ GITHUB_TOKEN: PERSONAL_TOKEN }))).toBe('created');
    expect(server.comments.map(({ author }) => author)).toEqual(['github-actions[bot]', 'robot']);
  });

  it('stays one when two runs write at the same moment', async () => {
    // Both have looked and found nothing before either writes.
    server.meet = { match: /^POST .*comments/, count: 2 };
    const outcomes = await Promise.all([
      publishReport(report('older run'), runner({ GITHUB_RUN_ID: '100' })),
      publishReport(report('newer run'), runner({ GITHUB_RUN_ID: '101' })),
    ]);
    expect(outcomes).toEqual(['created', 'created']);
    expect(bodies()).toEqual([`${MARKER} newer run`]);
  });

  it('loses what a crashed run has left behind', async () => {
    for (const id of [1, 2, 3]) {
      server.comments.push({ id, author: 'github-actions[bot]', body: `${MARKER}\nold ${id}` });
    }
    expect(await publishReport(report('new'), runner())).toBe('updated');
    expect(bodies()).toEqual([`${MARKER} new`]);
  });

  it('is not overwritten by a run that started before', async () => {
    await publishReport(report('newer push'), runner({ GITHUB_RUN_ID: '200' }));
    expect(await publishReport(report('older push'), runner({ GITHUB_RUN_ID: '199' }))).toBe('unchanged');
    expect(bodies()).toEqual([`${MARKER} newer push`]);
  });

  it('is written for a comment that started the workflow too', async () => {
    const io = runner({ GITHUB_EVENT_PATH: join(folder.path, 'comment.json') });
    expect(await publishReport(report('x'), io)).toBe('created');
  });
});

describe('what GitHub refuses', () => {
  it('goes to the summary of the job for a fork, whose token may only read', async () => {
    const io = runner({ GITHUB_TOKEN: FORK_TOKEN, GITHUB_EVENT_PATH: join(folder.path, 'fork.json') });
    expect(await publishReport(report('two loosenings'), io)).toBe('refused');
    expect(summary()).toContain('two loosenings');
    expect(io.told.join('')).toBe(
      'no comment on the pull request: the token of a pull request from a fork may only read; the report is in the summary of the job\n',
    );
    expect(server.comments).toEqual([]);
  });

  it('names the permission that is missing', async () => {
    const io = runner({ GITHUB_TOKEN: FORK_TOKEN });
    expect(await publishReport(report('x'), io)).toBe('refused');
    expect(io.told.join('')).toContain('GitHub answers 403: Resource not accessible by integration');
    expect(io.told.join('')).toContain('pull-requests: write');
  });

  it('is told for a repository that the token does not see', async () => {
    const io = runner({ GITHUB_REPOSITORY: 'acme/other' });
    expect(await publishReport(report('x'), io)).toBe('refused');
    expect(io.told.join('')).toContain('GitHub answers 404: Not Found');
    expect(summary()).toContain('x');
  });

  it('is told for a token that has ended', async () => {
    const io = runner({ GITHUB_TOKEN: 'ghs_ended' });
    expect(await publishReport(report('x'), io)).toBe('refused');
    expect(io.told.join('')).toContain('401: Bad credentials; the token has ended or is wrong');
    expect(io.told.join('')).not.toContain('ghs_ended');
  });

  it('is sent shorter when it is too long', async () => {
    const shorter = (bytes: number): string => `${MARKER}\nshort, below ${bytes}\n`;
    expect(await publishReport(report('x'.repeat(70_000), { shorter }), runner())).toBe('created');
    expect(bodies()).toEqual([`${MARKER} short, below 20000`]);
    expect(await publishReport(report('y'.repeat(70_000)), runner())).toBe('refused');
    expect(summary()).toContain('yyy');
  });

  it('goes to the summary without a token, and without a word to GitHub', async () => {
    const io = runner({ GITHUB_TOKEN: '' });
    expect(await publishReport(report('x'), io)).toBe('refused');
    expect(server.requests).toEqual([]);
    expect(summary()).toContain('x');
  });
});

describe('what passes by itself', () => {
  it.for([502, 503, 500])('%i is asked again', async (status) => {
    server.faults.push({ match: /^GET .*comments/, fault: { status } }, { match: /^POST/, fault: { status } });
    expect(await publishReport(report('x'), runner())).toBe('created');
    expect(bodies()).toEqual([`${MARKER} x`]);
  });

  it('a comment that was written though the gateway gave up is not written twice', async () => {
    server.faults.push({ match: /^POST/, fault: { status: 502, after: true } });
    expect(await publishReport(report('x'), runner())).toBe('created');
    expect(bodies()).toEqual([`${MARKER} x`]);
  });

  it.for([
    {
      name: 'retry-after',
      status: 403,
      headers: { 'retry-after': '1' },
      message: 'You have exceeded a secondary rate limit',
    },
    { name: 'too many requests', status: 429, headers: { 'retry-after': '0' }, message: 'slow down' },
    {
      name: 'the end of the hour',
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' },
      message: 'API rate limit exceeded',
    },
  ])('waits as GitHub asks: $name', async ({ status, headers, message }) => {
    server.faults.push({ match: /^POST/, fault: { status, headers, message } });
    expect(await publishReport(report('x'), runner())).toBe('created');
  });

  it('does not wait for an hour', async () => {
    const reset = String(Math.floor(Date.now() / 1000) + 3600);
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    server.faults.push({ match: /^POST/, fault: { status: 403, headers, message: 'API rate limit exceeded' } });
    expect(await publishReport(report('x'), runner())).toBe('refused');
    expect(server.requests.filter((line) => line.startsWith('POST'))).toHaveLength(1);
    expect(summary()).toContain('x');
  });

  it('ends: a server that stays down is given up', async () => {
    for (let times = 0; times < 10; times += 1) server.faults.push({ match: /^GET/, fault: { status: 503 } });
    expect(await publishReport(report('x'), runner())).toBe('refused');
    expect(server.requests).toHaveLength(4);
  });

  it('does not ask again for what will not change', async () => {
    server.faults.push({ match: /^POST/, fault: { status: 410, message: 'Gone' } });
    expect(await publishReport(report('x'), runner())).toBe('refused');
    expect(server.requests.filter((line) => line.startsWith('POST'))).toHaveLength(1);
  });
});

describe('the token', () => {
  it('is sent nowhere but to https or this machine', async () => {
    for (const url of ['http://github.example.com', 'ftp://x', 'nonsense', 'https://user:pass@api.github.com']) {
      await expect(publishReport(report('x'), runner({ GITHUB_API_URL: url }))).rejects.toThrow('no https address');
    }
  });

  it('does not follow a redirect', async () => {
    server.faults.push({
      match: /^GET .*comments/,
      fault: { status: 301, headers: { location: `${server.url}/elsewhere` } },
    });
    expect(await publishReport(report('x'), runner())).toBe('refused');
    expect(server.requests.some((line) => line.includes('elsewhere'))).toBe(false);
  });

  it('is in no message, even when it cannot be sent', async () => {
    const bad = 'ghs_secret\nvalue';
    const failure = await publishReport(report('x'), runner({ GITHUB_TOKEN: bad })).catch((error: unknown) => error);
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('ghs_secret');
    expect(String(failure)).toContain('characters that no token has');
  });

  it('is in no message when nobody answers', async () => {
    const io = runner({ GITHUB_API_URL: 'http://127.0.0.1:1' });
    expect(await publishReport(report('x'), io)).toBe('refused');
    expect(io.told.join('')).toMatch(/GitHub does not answer \((ECONNREFUSED|failed)\)/);
    expect(io.told.join('')).not.toContain(WORKFLOW_TOKEN);
  });
});

describe('outside of pull requests', () => {
  it('says so and asks nobody', async () => {
    const io = runner({ GITHUB_EVENT_PATH: join(folder.path, 'push.json') });
    expect(await publishReport(report('x'), io)).toBe('none');
    expect(io.told.join('')).toContain('not about a pull request');
    expect(server.requests).toEqual([]);
  });

  it.for([
    { GITHUB_EVENT_PATH: '' },
    { GITHUB_REPOSITORY: '' },
    { GITHUB_REPOSITORY: '../../user' },
    { GITHUB_EVENT_PATH: '/nowhere/event.json' },
  ])('is a mistake of usage: %j', async (env) => {
    await expect(publishReport(report('x'), runner(env))).rejects.toMatchObject({ code: 'usage/bad-argument' });
  });
});

describe('a check', () => {
  const check = { name: 'firebreak', conclusion: 'action_required', title: '2 changed values need approval' } as const;

  it('is written for the tip of the pull request', async () => {
    await publishReport(report('x', { check }), runner());
    expect(server.checks).toEqual([
      {
        name: 'firebreak',
        head_sha: HEAD,
        status: 'completed',
        conclusion: 'action_required',
        output: { title: '2 changed values need approval', summary: `${MARKER}\nx\n` },
      },
    ]);
  });

  it('is optional: without the permission the comment is there all the same', async () => {
    server.faults.push({ match: /check-runs/, fault: { status: 403, message: 'Resource not accessible' } });
    const io = runner();
    expect(await publishReport(report('x', { check }), io)).toBe('created');
    expect(io.told.join('')).toContain('checks: write');
  });
});
