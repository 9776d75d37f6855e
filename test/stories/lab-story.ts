/** The lab as a company that something is stolen from: commands run in its folder, traffic runs beside it. */
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabDescription } from '../../src/model/lab.ts';
import type { Outcome, Running } from '../cli/command.ts';
import { firebreak, folderWith, start } from '../cli/command.ts';
import { fewVerifiers } from '../lab/few-verifiers.ts';

export interface Story {
  readonly folder: string;
  readonly description: LabDescription;
  readonly run: (...args: readonly string[]) => Promise<Outcome>;
  readonly admin: (method: string, path: string, body?: object) => Promise<Readonly<Record<string, unknown>>>;
  /** A token as a legitimate client of the lab has it. */
  readonly token: () => Promise<string>;
  readonly end: () => Promise<void>;
}

/** Starts a lab of three verifiers with three kinds of caches. */
export async function beginStory(files: Readonly<Record<string, string>> = {}): Promise<Story> {
  const folder = folderWith({
    'policies/lab.yaml': readFileSync('policies/lab.yaml', 'utf8'),
    'policies/lab-inventory.yaml': fewVerifiers(readFileSync('policies/lab-inventory.yaml', 'utf8')),
    ...files,
  });
  const lab: Running = start(['lab', 'up'], { cwd: folder.path });
  await lab.sees('lab is ready');
  const description = JSON.parse(readFileSync(join(folder.path, '.firebreak/lab.json'), 'utf8')) as LabDescription;

  const admin: Story['admin'] = async (method, path, body) => {
    const { url, secret } = description.admin;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return text === '' ? {} : (JSON.parse(text) as Readonly<Record<string, unknown>>);
  };

  return {
    folder: folder.path,
    description,
    run: (...args) => firebreak(args, { cwd: folder.path }),
    admin,
    token: async () => {
      const { clients } = (await admin('GET', '/clients')) as {
        readonly clients: readonly { readonly client_id: string; readonly client_secret: string }[];
      };
      const client = clients.find(({ client_id }) => client_id === 'drill-a');
      const response = await fetch(`${description.issuer.url}/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${btoa(`${client?.client_id ?? ''}:${client?.client_secret ?? ''}`)}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: 'grant_type=client_credentials',
      });
      return ((await response.json()) as { readonly access_token: string }).access_token;
    },
    end: async () => {
      lab.child.kill('SIGTERM');
      await lab.outcome;
      folder.remove();
    },
  };
}

/** What one request of somebody was answered. */
export interface Sent {
  readonly url: string;
  readonly sent: number;
  readonly received: number;
  readonly status: number;
}

/** Somebody who sends requests all the time. */
export interface Sender {
  readonly sent: readonly Sent[];
  readonly show: (token: string) => void;
  /** Resolves when every URL was answered so, in a request sent after the call. */
  readonly sees: (status: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export function sendTo(urls: readonly string[], intervalMs: number): Sender {
  const child: ChildProcess = fork('test/stories/traffic-process.mjs', [String(intervalMs), ...urls]);
  const sent: Sent[] = [];
  const waiting = new Set<() => void>();
  child.on('message', (message) => {
    sent.push(message as Sent);
    for (const check of waiting) check();
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  return {
    sent,
    show: (token) => void child.send(token),
    sees: (status) => {
      const from = Date.now();
      return new Promise((done) => {
        const check = (): void => {
          if (!urls.every((url) => sent.some((one) => one.url === url && one.sent >= from && one.status === status)))
            return;
          waiting.delete(check);
          done();
        };
        waiting.add(check);
      });
    },
    stop: async () => {
      child.send('stop');
      await ended;
    },
  };
}
