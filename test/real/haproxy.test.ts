import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firebreak, folderWith } from '../cli/command.ts';
import type { Listening, Started } from './products.ts';
import { PRODUCTS, freePort, outcomeOf, serve, startProduct, statusOf, titleOf } from './products.ts';
import type { Cases } from './revoked-tokens.ts';
import { NOW, makeCases, revocations } from './revoked-tokens.ts';

describe.skipIf(PRODUCTS.haproxy === null)(titleOf('haproxy', 'HAProxy with what render wrote'), () => {
  const folder = folderWith({ 'revocations.yaml': revocations() });
  const file = (name: string): string => join(folder.path, name);
  let upstream: Listening;
  let product: Started;
  let port: number;
  let told: Cases;

  beforeAll(async () => {
    told = await makeCases();
    upstream = await serve((_, response) => response.end('reached'));
    port = await freePort();
    const map = await firebreak(['render', 'haproxy-map', '.', '--now', NOW, '-o', 'firebreak.map'], {
      cwd: folder.path,
    });
    expect(map).toMatchObject({ code: 0, err: '' });
    const lines = await firebreak(['render', 'haproxy', '.', '--map-file', file('firebreak.map')], {
      cwd: folder.path,
    });
    expect(lines).toMatchObject({ code: 0, err: '' });
    writeFileSync(file('haproxy.cfg'), configuration(lines.out, port, upstream.port));
    product = await startProduct('haproxy', ['-db', '-f', file('haproxy.cfg')], port);
  });

  afterAll(async () => {
    await product?.stop();
    await upstream?.close();
    folder.remove();
  });

  it('is taken by its validator without a warning', () => {
    expect(outcomeOf('haproxy', ['-c', '-f', file('haproxy.cfg')])).toEqual({
      code: 0,
      said: 'Configuration file is valid\n',
    });
  });

  it('refuses what is revoked and nothing else', async () => {
    const wrong = [];
    for (const { name, headers, refused } of [...told.cases, ...told.withoutJwt]) {
      const status = await statusOf(port, headers);
      if (status !== (refused ? 401 : 200)) wrong.push(`${name}: ${status}`);
    }
    expect(wrong).toEqual([]);
  });
});

function configuration(lines: string, port: number, upstream: number): string {
  return `global
  maxconn 100
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend api
  bind 127.0.0.1:${port}
${lines.replaceAll(/^/gm, '  ')}
  default_backend orders
backend orders
  server orders 127.0.0.1:${upstream}
`;
}
