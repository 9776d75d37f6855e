import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { afterAll, describe, expect, it } from 'vitest';
import { makeKey } from '../real/nats.ts';
import { firebreak, folderWith } from './command.ts';

const PAGE = readFileSync('docs/agents.md', 'utf8');
const SESSIONS = [...PAGE.matchAll(/```console\n\$ firebreak (.*)\n([\s\S]*?)```/g)];

interface Job {
  readonly kind: string;
  readonly spec: {
    readonly backoffLimit: number;
    readonly activeDeadlineSeconds: number;
    readonly template: {
      readonly spec: {
        readonly restartPolicy: string;
        readonly terminationGracePeriodSeconds: number;
        readonly containers: readonly { readonly args: readonly string[] }[];
      };
    };
  };
}

describe('docs/agents.md', () => {
  const folder = folderWith({
    'agent.key': makeKey('agent').private,
    'plan.pub': makeKey('plan').public,
    'nats.creds': 'user:password',
    'ca.pem': '',
  });

  afterAll(() => folder.remove());

  it('shows what its commands print', async () => {
    expect(SESSIONS).toHaveLength(2);
    for (const [, command = '', shown = ''] of SESSIONS)
      expect(await firebreak(command.split(' ')), command).toMatchObject({ code: 0, out: shown, err: '' });
  });

  it('has a job that ends, and is never started again', () => {
    const job = parse(SESSIONS[0]?.[2] ?? '') as Job;
    expect(job).toMatchObject({ apiVersion: 'batch/v1', kind: 'Job' });
    expect(job.spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 4200 });
    expect(job.spec.template.spec).toMatchObject({ restartPolicy: 'Never', terminationGracePeriodSeconds: 15 });
  });

  it('gives agents the options that they take', async () => {
    const job = parse(SESSIONS[0]?.[2] ?? '') as Job;
    const unit = /^ExecStart=\/usr\/bin\/firebreak (.*)$/m.exec(SESSIONS[1]?.[2] ?? '')?.[1] ?? '';
    const lines = [job.spec.template.spec.containers[0]?.args ?? [], unit.split(' ')];
    for (const line of lines) {
      const local = line.map((arg) =>
        arg
          .replace(/^(?:\/etc\/firebreak|%d)\//, `${folder.path}/`)
          .replace('/var/lib/firebreak', folder.path)
          // Nobody listens there, which is as far as an agent gets here.
          .replace('nats.example.com:4222', 'localhost:1'),
      );
      const { code, err } = await firebreak(local);
      expect(err).toContain('the NATS server at tls://localhost:1 cannot be used: ');
      expect(code).toBe(3);
    }
  });

  it.for([
    [
      'agent --id a --connect nats://192.0.2.1:4222 --allow 192.0.2.1 --key agent.key --plan-key plan.pub',
      5,
      'in plain text',
    ],
    [
      'agent --id a --connect tls://nats.example.com --allow 192.0.2.1 --key agent.key --plan-key plan.pub',
      5,
      'without credentials',
    ],
    ['agent --id a --connect nats://127.0.0.1:1 --key agent.key --plan-key plan.pub', 2, 'an agent without --allow'],
    [
      'agent --id a --connect nats://127.0.0.1:1 --allow h --key plan.pub --plan-key plan.pub',
      2,
      'holds no private key',
    ],
    ['agent --id a --connect nats://127.0.0.1:1 --allow h --key agent.key --plan-key agent.key', 2, 'is a private key'],
    ['agent --id UPPER --connect nats://127.0.0.1:1 --allow h', 2, '"UPPER" is no name of an agent'],
    ['agent --id a --connect nats://127.0.0.1:1 --manifest cron --allow h', 2, 'there is no manifest for "cron"'],
    ['drill run drills/stolen-session.yaml --expect-agents a', 2, '--agents is missing'],
    ['drill run drills/stolen-session.yaml --agents nats://127.0.0.1:1', 2, '--expect-agents is missing'],
    ['drill plan drills/forged-tokens.yaml --expect-agents a', 2, 'need keys, and agents hold none'],
    [
      'drill run drills/stolen-session.yaml --agents nats://127.0.0.1:1 --expect-agents a,a',
      2,
      'an agent is named twice',
    ],
  ] as const)('firebreak %s leaves with %d', async ([command, exit, said]) => {
    const { code, err } = await firebreak(command.split(' '), command.startsWith('drill') ? {} : { cwd: folder.path });
    expect(err).toContain(said);
    expect(code).toBe(exit);
  });
});
