import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firebreak, folderWith } from '../cli/command.ts';
import type { Listening, Started } from './products.ts';
import { PRODUCTS, freePort, outcomeOf, serve, startProduct, statusOf, titleOf } from './products.ts';
import type { Cases } from './revoked-tokens.ts';
import { AFTER_ALL, NOW, makeCases, revocations } from './revoked-tokens.ts';

describe.skipIf(PRODUCTS.haproxy === null)(titleOf('haproxy', 'HAProxy with what render wrote'), () => {
  let folder: ReturnType<typeof folderWith>;
  const file = (name: string): string => join(folder.path, name);
  let upstream: Listening;
  let product: Started;
  let port: number;
  let told: Cases;

  beforeAll(async () => {
    told = await makeCases();
    upstream = await serve((_, response) => response.end('reached'));
    folder = folderWith({ 'revocations.yaml': revocations() });
    ({ product, port } = await startWith(NOW, 'haproxy'));
  });

  /** Renders as of an instant, and starts the product with that. */
  async function startWith(now: string, name: string): Promise<{ readonly product: Started; readonly port: number }> {
    const map = await firebreak(['render', 'haproxy-map', '.', '--now', now, '-o', `${name}.map`], {
      cwd: folder.path,
    });
    expect(map.code).toBe(0);
    const lines = await firebreak(['render', 'haproxy', '.', '--map-file', file(`${name}.map`)], { cwd: folder.path });
    expect(lines.code).toBe(0);
    const listens = await freePort();
    writeFileSync(file(`${name}.cfg`), configuration(lines.out, listens, upstream.port));
    return { product: await startProduct('haproxy', ['-db', '-f', file(`${name}.cfg`)], listens), port: listens };
  }

  afterAll(async () => {
    await product?.stop();
    await upstream?.close();
    folder?.remove();
  });

  it('is taken by its validator without a warning', () => {
    const { code, said } = outcomeOf('haproxy', ['-c', '-f', file('haproxy.cfg')]);
    expect(said).not.toMatch(/WARNING|ALERT/);
    expect(code).toBe(0);
  });

  it('refuses what is revoked and nothing else', async () => {
    const wrong = [];
    for (const { name, headers, refused } of [...told.cases, ...told.tricks, ...told.withoutJwt]) {
      const status = await statusOf(port, headers);
      if (status !== (refused ? 401 : 200)) wrong.push(`${name}: ${status}`);
    }
    expect(wrong).toEqual([]);
  });

  it('refuses nothing that can be read once every revocation has ended', async () => {
    const later = await startWith(AFTER_ALL, 'later');
    const statuses = await Promise.all(told.cases.map(({ headers }) => statusOf(later.port, headers)));
    await later.product.stop();
    expect([...new Set(statuses)]).toEqual([200]);
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
