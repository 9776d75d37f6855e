import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { actionOf } from '../../src/drill/steps/registry.ts';
import { folderWith } from '../cli/command.ts';
import type { Place } from '../drill/actions/conformance.ts';
import {
  EXPIRES_AT,
  JTI,
  callOf,
  contextOf,
  describeConformance,
  effectOf,
  undoAndTell,
  vaultWithCanary,
} from '../drill/actions/conformance.ts';
import { openDoor } from '../drill/actions/door.ts';
import type { Started } from './products.ts';
import { PRODUCTS, freePort, startProduct, titleOf } from './products.ts';

const PASSWORD = 'correct horse battery staple';
const KEY = `firebreak:revoked:jti:${JTI}`;

describe.skipIf(PRODUCTS.redis === null)(titleOf('redis', 'a drill that denies in Redis'), () => {
  let folder: ReturnType<typeof folderWith>;
  let server: Started;
  let port: number;

  const cli = (...words: readonly string[]): string =>
    spawnSync('redis-cli', ['-p', String(port), '--no-auth-warning', '-a', PASSWORD, ...words], {
      encoding: 'utf8',
    }).stdout.trim();

  const given = (to: number, more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
    type: 'jti',
    of: 'canary',
    server: `redis://127.0.0.1:${to}/2`,
    password: { env: 'REDIS_PASSWORD' },
    ...more,
  });

  const place: Place = { env: { REDIS_PASSWORD: PASSWORD } };

  beforeAll(async () => {
    folder = folderWith({});
    port = await freePort();
    const args = ['--port', String(port), '--save', '', '--dir', folder.path, '--requirepass', PASSWORD];
    server = await startProduct('redis', args, port);
  });

  afterEach(() => cli('FLUSHALL'));

  afterAll(async () => {
    await server?.stop();
    folder?.remove();
  });

  describeConformance('denylist.redis.add', async () => {
    const door = await openDoor(port);
    return {
      call: callOf('denylist.redis.add', given(door.port)),
      place,
      state: () => `${cli('-n', '2', 'GET', KEY)}, ends at ${cli('-n', '2', 'EXPIRETIME', KEY)}`,
      down: door.close,
      up: door.open,
      close: door.close,
      secrets: [PASSWORD],
    };
  });

  async function applied(
    more: Readonly<Record<string, unknown>> = {},
    where: Place = place,
  ): ReturnType<typeof effectOf> {
    const vault = await vaultWithCanary();
    const context = contextOf(vault, where);
    const call = callOf('denylist.redis.add', given(port, more));
    const effect = await effectOf(call, vault, context);
    await actionOf(call).apply(effect, context);
    return effect;
  }

  it('sets one key that ends by itself', async () => {
    await applied();
    expect(cli('-n', '2', 'KEYS', '*')).toBe(KEY);
    expect(cli('-n', '2', 'GET', KEY)).toBe('1');
    expect(cli('-n', '2', 'EXPIRETIME', KEY)).toBe(String(EXPIRES_AT));
  });

  it('leaves a key of somebody else alone, before and after', async () => {
    cli('-n', '2', 'SET', KEY, 'theirs');
    await expect(applied()).rejects.toThrow(/holds this key already, and not from this run/);
    cli('-n', '2', 'DEL', KEY);
    const effect = await applied();
    cli('-n', '2', 'SET', KEY, 'theirs');
    expect(await undoAndTell(effect, contextOf(null, place))).toMatchObject({ gone: true });
    expect(cli('-n', '2', 'GET', KEY)).toBe('theirs');
  });

  it('takes the name and content of the key from the step, whatever is in them', async () => {
    const effect = await applied({ entry: 'deny:{type} "{value}"\r\nDEL x', content: 'é\r\n$3' });
    expect(effect.with['entry']).toBe(`deny:jti "${JTI}"\r\nDEL x`);
    expect(cli('-n', '2', 'DBSIZE')).toBe('1');
    expect(await undoAndTell(effect, contextOf(null, place))).toMatchObject({ gone: true });
    expect(cli('-n', '2', 'DBSIZE')).toBe('0');
  });

  it.for([
    {
      name: 'a wrong password',
      env: { REDIS_PASSWORD: 'wrong-password-1' },
      more: {},
      message: /refused AUTH with WRONGPASS$/,
    },
    { name: 'no password', env: {}, more: { password: undefined }, message: /refused SELECT with NOAUTH$/ },
    {
      name: 'a missing variable',
      env: {},
      more: {},
      message: /^the secret in variable REDIS_PASSWORD is missing or empty$/,
    },
  ])('tells $name without showing one', async ({ env, more, message }) => {
    const fault = await applied(more, { env: env }).catch((error: unknown) => error);
    expect(fault).toMatchObject({ message: expect.stringMatching(message) });
    expect(JSON.stringify([fault, String(fault)])).not.toMatch(/wrong-password|battery/);
  });

  it('does not connect to an address that the environment does not allow', async () => {
    await expect(applied({}, { ...place, allow: ['redis.example.com'] })).rejects.toMatchObject({
      code: 'drill/host-not-allowed',
    });
    // A name that leads to this machine, too: the address is what counts.
    await expect(
      applied({ server: `redis://localhost:${port}` }, { ...place, allow: ['localhost'] }),
    ).rejects.toMatchObject({ code: 'drill/host-not-allowed' });
  });

  it('speaks TLS and believes only the authority it is told', async () => {
    const key = join(folder.path, 'tls.key');
    const certificate = join(folder.path, 'tls.crt');
    const made = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1';
    const names = ['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate];
    spawnSync('openssl', ['req', ...made.split(' '), ...names]);
    const tls = await freePort();
    const args = ['--port', '0', '--tls-port', String(tls), '--tls-cert-file', certificate, '--tls-key-file', key];
    const secure = await startProduct(
      'redis',
      [...args, '--tls-ca-cert-file', certificate, '--tls-auth-clients', 'no', '--save', '', '--dir', folder.path],
      tls,
    );
    try {
      const more = { server: `rediss://127.0.0.1:${tls}`, password: undefined };
      await expect(applied(more)).rejects.toThrow(/did not answer: tls$/);
      const effect = await applied({ ...more, tls: { ca: certificate } });
      expect(await undoAndTell(effect, contextOf(null))).toMatchObject({ gone: true });
    } finally {
      await secure.stop();
    }
  });

  it('tells a server that is no Redis', async () => {
    const door = await openDoor(port, () => 'HTTP/1.1 400 Bad Request\r\n\r\n');
    await expect(applied({ server: `redis://127.0.0.1:${door.port}` })).rejects.toMatchObject({
      code: 'http/unexpected',
      message: `redis://127.0.0.1:${door.port} did not speak the expected protocol`,
    });
    await door.close();
  });
});
