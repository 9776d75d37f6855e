import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firebreak, folderWith } from '../cli/command.ts';
import type { Started } from './products.ts';
import { PRODUCTS, freePort, startProduct, titleOf } from './products.ts';
import { EXOTIC, HERE, HOSTILE, NOW, revocations } from './revoked-tokens.ts';

const EXPIRES = Date.parse('2126-06-04T00:00:00Z') / 1000;

describe.skipIf(PRODUCTS.redis === null)(titleOf('redis', 'Redis with what render wrote'), () => {
  let folder: ReturnType<typeof folderWith>;
  let product: Started;
  let port: number;

  function ask(input: string): readonly string[] {
    const { stdout } = spawnSync('redis-cli', ['-p', String(port)], { input, encoding: 'utf8' });
    return stdout.trimEnd().split('\n');
  }

  function valueOf(...parts: readonly string[]): unknown {
    const { stdout } = spawnSync('redis-cli', ['-p', String(port), '--json', 'GET', parts.join(':')], {
      encoding: 'utf8',
    });
    return JSON.parse(stdout);
  }

  beforeAll(async () => {
    folder = folderWith({ 'revocations.yaml': revocations({ exotic: true }) });
    port = await freePort();
    product = await startProduct('redis', ['--port', String(port), '--save', '', '--dir', folder.path], port);
  });

  afterAll(async () => {
    await product?.stop();
    folder?.remove();
  });

  it('takes every command and ends every key when its entry ends', async () => {
    const { code, out, err } = await firebreak(['render', 'redis', '.', '--now', NOW], { cwd: folder.path });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const answers = ask(out);
    expect(answers.filter((answer) => answer !== 'OK')).toEqual([]);
    expect(answers).toHaveLength(out.trimEnd().split('\n').length);

    const scope = ['firebreak:revoked', 'iss', encodeURIComponent(HERE)];
    expect(valueOf(...scope, 'kid', 'k-old')).toBe('1');
    expect(valueOf(...scope, 'jti', 't-1')).toBe('1');
    expect(valueOf(...scope, 'jti', HOSTILE)).toBe('1');
    expect(valueOf(...scope, 'jti', EXOTIC)).toBe('1');
    expect(valueOf('firebreak:revoked', 'jti', 't-everywhere')).toBe('1');
    expect(valueOf(...scope, 'before', 'sub', 'alice')).toBe(String(Date.parse('2026-06-01T12:00:00Z') / 1000));
    expect(valueOf(...scope, 'jti', 't-over')).toBe(null);
    expect(valueOf('firebreak:revocations')).toContain('10 entries, as of 2026-06-02T00:00:00.000Z');
    expect(ask('DBSIZE')).toEqual(['11']);
    expect(ask(`EXPIRETIME firebreak:revoked:jti:t-everywhere`)).toEqual([String(EXPIRES)]);
  });
});
