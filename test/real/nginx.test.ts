import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firebreak, folderWith } from '../cli/command.ts';
import type { Listening, Started } from './products.ts';
import { PRODUCTS, freePort, outcomeOf, serve, startProduct, statusOf, titleOf } from './products.ts';
import type { Cases } from './revoked-tokens.ts';
import { AFTER_ALL, NOW, makeCases, revocations } from './revoked-tokens.ts';

describe.skipIf(PRODUCTS.nginx === null)(titleOf('nginx', 'nginx with what render wrote'), () => {
  let folder: ReturnType<typeof folderWith>;
  const file = (name: string): string => join(folder.path, name);
  let upstream: Listening;
  let product: Started;
  let port: number;
  let told: Cases;

  beforeAll(async () => {
    told = await makeCases();
    upstream = await serve((_, response) => response.end('reached'));
    folder = folderWith({ 'revocations.yaml': revocations({ exotic: true }) });
    ({ product, port } = await startWith(NOW, 'nginx'));
  });

  /** Renders as of an instant, and starts the product with that. */
  async function startWith(now: string, name: string): Promise<{ readonly product: Started; readonly port: number }> {
    const script = `${name}.js`;
    const written = await firebreak(['render', 'nginx', '.', '--now', now, '-o', script], { cwd: folder.path });
    expect(written.code).toBe(0);
    const listens = await freePort();
    writeFileSync(
      file(`${name}.conf`),
      configuration({ folder: folder.path, name, port: listens, upstream: upstream.port }),
    );
    const args = ['-p', folder.path, '-c', file(`${name}.conf`)];
    return { product: await startProduct('nginx', args, listens), port: listens };
  }

  afterAll(async () => {
    await product?.stop();
    await upstream?.close();
    folder?.remove();
  });

  it('is taken by its validator', () => {
    expect(outcomeOf('nginx', ['-t', '-p', folder.path, '-c', file('nginx.conf')])).toMatchObject({ code: 0 });
  });

  it('refuses what is revoked and nothing else', async () => {
    const wrong = [];
    for (const { name, headers, refused } of [...told.cases, ...told.tricks, told.exotic, ...told.withoutJwt]) {
      const status = await statusOf(port, headers);
      // nginx itself answers 400 where a header that may stand once stands twice.
      const right = refused
        ? status === 401 || (status === 400 && name.startsWith('two Authorization'))
        : status === 200;
      if (!right) wrong.push(`${name}: ${status}`);
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

interface Setting {
  readonly folder: string;
  readonly name: string;
  readonly port: number;
  readonly upstream: number;
}

function configuration({ folder, name, port, upstream }: Setting): string {
  return `load_module /usr/lib/nginx/modules/ngx_http_js_module.so;
daemon off;
master_process off;
pid ${folder}/${name}.pid;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  js_path ${folder};
  js_import firebreak from ${name}.js;
  js_set $firebreak_revoked firebreak.revoked;
  server {
    listen 127.0.0.1:${port};
    location / {
      if ($firebreak_revoked) { return 401; }
      proxy_pass http://127.0.0.1:${upstream};
    }
  }
}
`;
}
