import { join } from 'node:path';
import type { Io } from '../../src/cli/io.ts';
import { folderWith } from './command.ts';
import { WORKFLOW_TOKEN } from './github-server.ts';

/** Tip of the pull request in every event. */
export const HEAD = 'b07d4e2aa1b2c3d4e5f60718293a4b5c6d7e8f90';

function event(from: string): object {
  return {
    action: 'synchronize',
    pull_request: {
      number: 7,
      head: { sha: HEAD, repo: { full_name: from } },
      base: { sha: '3f2a91c0d1e2f3a4b5c6d7e8f90a1b2c3d4e5f60', repo: { full_name: 'acme/shop' } },
    },
  };
}

/** Event files of a workflow and the summary of its job. */
export function workflowFolder(): { path: string; remove: () => void } {
  return folderWith({
    'event.json': JSON.stringify(event('acme/shop')),
    'fork.json': JSON.stringify(event('mallory/shop')),
    'push.json': JSON.stringify({ ref: 'refs/heads/main', after: HEAD }),
    'comment.json': JSON.stringify({ issue: { number: 7, pull_request: {} }, comment: {} }),
    'summary.md': '',
  });
}

export interface Told extends Io {
  readonly told: string[];
}

/** The connection of a command to a runner: its environment, and what was told. */
export function workflowIo(apiUrl: string, folder: string, env: Readonly<Record<string, string>> = {}): Told {
  const told: string[] = [];
  return {
    told,
    out: (text) => void told.push(text),
    err: (text) => void told.push(text),
    outIsTerminal: false,
    errIsTerminal: false,
    terminal: null,
    width: 80,
    takeSignals: () => {
      throw new Error('no signals here');
    },
    env: {
      GITHUB_API_URL: apiUrl,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_WORKSPACE: process.cwd(),
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_EVENT_PATH: join(folder, 'event.json'),
      GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
      GITHUB_TOKEN: WORKFLOW_TOKEN,
      GITHUB_RUN_ID: '100',
      ...env,
    },
  };
}
