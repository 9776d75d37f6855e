import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionOf } from '../../src/drill/steps/registry.ts';
import { folderWith } from '../cli/command.ts';
import {
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
import { PRODUCTS, freePort, startProduct, statusOf, titleOf } from './products.ts';

describe.skipIf(PRODUCTS.haproxy === null)(titleOf('haproxy', 'a drill that denies in HAProxy'), () => {
  let folder: ReturnType<typeof folderWith>;
  let product: Started;
  let port: number;
  let admin: number;
  const file = (name: string): string => join(folder.path, name);

  beforeAll(async () => {
    folder = folderWith({ 'deny.map': 'somebody 1\n' });
    port = await freePort();
    admin = await freePort();
    writeFileSync(
      file('haproxy.cfg'),
      `global
  stats socket ${file('admin.sock')} level admin
  stats socket ipv4@127.0.0.1:${admin} level admin
defaults
  mode http
  timeout connect 1s
  timeout client 5s
  timeout server 5s
frontend in
  bind 127.0.0.1:${port}
  http-request deny deny_status 401 if { req.hdr(x-jti),map(${file('deny.map')}) -m found }
  http-request return status 200
`,
    );
    product = await startProduct('haproxy', ['-db', '-f', file('haproxy.cfg')], port);
  });

  afterAll(async () => {
    await product?.stop();
    folder?.remove();
  });

  /** The map as HAProxy shows it, without the references, asked by a client of its own. */
  const shown = (): Promise<string> =>
    new Promise((done, fail) => {
      let text = '';
      const socket = connect(admin, '127.0.0.1', () => socket.write(`show map ${file('deny.map')}\n`));
      socket.setEncoding('utf8').on('data', (part: string) => (text += part));
      socket.on('error', fail).on('end', () => done(text.replaceAll(/^0x\w+ /gm, '').trim()));
    });

  const given = (socket: string): Readonly<Record<string, unknown>> => ({
    type: 'jti',
    of: 'canary',
    socket,
    map: file('deny.map'),
  });

  describeConformance('denylist.haproxy.add over a Unix socket', () => ({
    call: callOf('denylist.haproxy.add', given(file('admin.sock'))),
    state: shown,
    down: () => renameSync(file('admin.sock'), file('away.sock')),
    up: () => {
      if (existsSync(file('away.sock'))) renameSync(file('away.sock'), file('admin.sock'));
    },
  }));

  describeConformance('denylist.haproxy.add over TCP', async () => {
    const door = await openDoor(admin);
    return {
      call: callOf('denylist.haproxy.add', given(`127.0.0.1:${door.port}`)),
      state: shown,
      down: door.close,
      up: door.open,
      close: door.close,
    };
  });

  it('decides about real requests, and about the canary only', async () => {
    const vault = await vaultWithCanary();
    const context = contextOf(vault);
    const call = callOf('denylist.haproxy.add', given(file('admin.sock')));
    const effect = await effectOf(call, vault, context);
    expect(await statusOf(port, ['x-jti', JTI])).toBe(200);
    await actionOf(call).apply(effect, context);
    expect(await statusOf(port, ['x-jti', JTI])).toBe(401);
    expect(await statusOf(port, ['x-jti', `${JTI}2`])).toBe(200);
    expect(await statusOf(port, ['x-jti', 'somebody'])).toBe(401);
    expect(await undoAndTell(effect, contextOf(null))).toMatchObject({ gone: true });
    expect(await statusOf(port, ['x-jti', JTI])).toBe(200);
    expect(await statusOf(port, ['x-jti', 'somebody'])).toBe(401);
  });

  it('leaves an entry of somebody else for the same token', async () => {
    const vault = await vaultWithCanary();
    const context = contextOf(vault);
    const call = callOf('denylist.haproxy.add', given(file('admin.sock')));
    const effect = await effectOf(call, vault, context);
    await actionOf(call).apply(effect, context);
    await tell(`add map ${file('deny.map')} ${JTI} theirs`);
    expect(await undoAndTell(effect, contextOf(null))).toMatchObject({ gone: true });
    expect(await shown()).toContain(`${JTI} theirs`);
    await expect(effectOf(call, vault, context)).rejects.toThrow(/has an entry for this token already/);
    await tell(`del map ${file('deny.map')} ${JTI}`);
  });

  const tell = (line: string): Promise<void> =>
    new Promise((done, fail) => {
      const socket = connect(admin, '127.0.0.1', () => socket.write(`${line}\n`));
      socket
        .on('error', fail)
        .on('data', () => undefined)
        .on('end', () => done());
    });

  it.for([
    { name: 'a map that is not there', change: { map: 'other.map' }, message: /^HAProxy refused show map other.map$/ },
    { name: 'a map that is no word', change: { map: 'a b; shutdown' }, message: /one word without blanks/ },
  ])('tells $name before anything changes', async ({ change, message }) => {
    const call = callOf('denylist.haproxy.add', { ...given(file('admin.sock')), ...change });
    await expect(async () => actionOf(call).reach?.(call, contextOf(null))).rejects.toThrow(message);
  });

  it.skipIf(spawnSync('socat', ['-V']).status !== 0)('gives a command for a person that HAProxy takes', async () => {
    const vault = await vaultWithCanary();
    const context = contextOf(vault);
    const call = callOf('denylist.haproxy.add', given(file('admin.sock')));
    const effect = await effectOf(call, vault, context);
    await actionOf(call).apply(effect, context);
    spawnSync('sh', ['-c', actionOf(call).byHand?.(effect) ?? '']);
    expect(await shown()).toBe('somebody 1');
  });
});
