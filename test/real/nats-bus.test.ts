import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resultSubject } from '../../src/agents/messages.ts';
import type { Bus } from '../../src/model/bus.ts';
import { connectNats } from '../../src/system/nats-bus.ts';
import type { RunningNats } from './nats.ts';
import { startNats } from './nats.ts';
import { PRODUCTS, titleOf } from './products.ts';

const secret = (text: string): { readonly reveal: () => string } => ({ reveal: () => text });

describe.skipIf(PRODUCTS.nats === null)(titleOf('nats', 'the bus over NATS'), () => {
  let nats: RunningNats;
  let bus: Bus;

  beforeAll(async () => {
    nats = await startNats();
    bus = await connectNats({ url: nats.url, credentials: null, ca: null }, 'test');
  });

  afterAll(async () => {
    await bus.close();
    await nats.stop();
  });

  it('gives out one lease at a time', async () => {
    const first = await bus.lease('lab', 'run-1');
    expect(await bus.lease('lab', 'run-2')).toEqual({ heldBy: 'run-1' });
    if ('release' in first) await first.release();
    const next = await bus.lease('lab', 'run-2');
    expect(next).toHaveProperty('release');
    if ('release' in next) await next.release();
  });

  it('stores what comes twice under one id once, in order, until it was collected', async () => {
    const subject = resultSubject('run', 'z');
    for (const text of ['one', 'one', 'two', 'one']) await bus.store(subject, `run/z/${text}`, text);
    const seen: string[] = [];
    const done = await bus.collect(subject, async (text) => void seen.push(text));
    await expect.poll(() => seen).toEqual(['one', 'two']);
    await done();
    const left: string[] = [];
    const again = await bus.collect(subject, async (text) => void left.push(text));
    await bus.store(subject, 'run/z/three', 'three');
    await expect.poll(() => left).toEqual(['three']);
    await again();
  });

  it('answers nobody with null, at once', async () => {
    expect(await bus.ask('firebreak.agent.nobody', '', 5000)).toBeNull();
  });

  it('does not go on in plain text when TLS was asked for, and says nothing of its credentials', async () => {
    const place = {
      url: nats.url.replace('nats://127.0.0.1', 'tls://localhost'),
      credentials: secret('me:geheim'),
      ca: null,
    };
    await expect(connectNats(place, 'test')).rejects.toMatchObject({
      code: 'agent/unreachable',
      message: expect.stringMatching(/server does not support 'tls'$/),
    });
  });
});

describe.skipIf(PRODUCTS.nats === null)(titleOf('nats', 'the bus over NATS with TLS and credentials'), () => {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-nats-tls-'));
  const ca = join(folder, 'server.crt');
  let nats: RunningNats;
  let url: string;

  beforeAll(async () => {
    const key = join(folder, 'server.key');
    const made = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost';
    const names = ['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', ca];
    spawnSync('openssl', ['req', ...made.split(' '), ...names]);
    nats = await startNats(
      `tls { cert_file: "${ca}", key_file: "${key}" }\nauthorization { users: [{ user: me, password: geheim }] }`,
    );
    url = nats.url.replace('nats://127.0.0.1', 'tls://localhost');
  });

  afterAll(async () => {
    await nats.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('connects', async () => {
    const bus = await connectNats({ url, credentials: secret('me:geheim\n'), ca }, 'test');
    expect(await bus.lever()).toBeNull();
    await bus.close();
  });

  it.for([
    ['the wrong password', 'me:falsch', ca],
    ['a token where a user is asked for', 'geheim', ca],
    ['a server that nobody vouches for', 'me:geheim', null],
  ] as const)('refuses %s', async ([, credentials, authority]) => {
    const failure = await connectNats({ url, credentials: secret(credentials), ca: authority }, 'test').catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'agent/unreachable' });
    expect(String(failure)).not.toMatch(/geheim|falsch/);
  });
});
