import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firebreak, folderWith } from '../cli/command.ts';
import type { Listening, Started } from './products.ts';
import { PRODUCTS, freePort, outcomeOf, serve, startProduct, statusOf, titleOf } from './products.ts';
import type { Cases } from './revoked-tokens.ts';
import { NOW, makeCases, revocations } from './revoked-tokens.ts';

describe.skipIf(PRODUCTS.nginx === null)(titleOf('nginx', 'nginx with what render wrote'), () => {
  const folder = folderWith({ 'revocations.yaml': revocations({ exotic: true }) });
  const file = (name: string): string => join(folder.path, name);
  let upstream: Listening;
  let product: Started;
  let port: number;
  let told: Cases;

  beforeAll(async () => {
    told = await makeCases();
    upstream = await serve((_, response) => response.end('reached'));
    port = await freePort();
    const written = await firebreak(['render', 'nginx', '.', '--now', NOW, '-o', 'firebreak.js'], { cwd: folder.path });
    expect(written).toMatchObject({ code: 0, err: '' });
    writeFileSync(file('nginx.conf'), configuration(folder.path, port, upstream.port));
    product = await startProduct('nginx', ['-p', folder.path, '-c', file('nginx.conf')], port);
  });

  afterAll(async () => {
    await product?.stop();
    await upstream?.close();
    folder.remove();
  });

  it('is taken by its validator', () => {
    expect(outcomeOf('nginx', ['-t', '-p', folder.path, '-c', file('nginx.conf')])).toMatchObject({ code: 0 });
  });

  it('refuses what is revoked and nothing else', async () => {
    const wrong = [];
    for (const { name, headers, refused } of [...told.cases, told.exotic, ...told.withoutJwt]) {
      const status = await statusOf(port, headers);
      // nginx itself answers 400 where a header that may stand once stands twice.
      const right = refused
        ? status === 401 || (status === 400 && name.startsWith('two Authorization'))
        : status === 200;
      if (!right) wrong.push(`${name}: ${status}`);
    }
    expect(wrong).toEqual([]);
  });
});

function configuration(folder: string, port: number, upstream: number): string {
  return `load_module /usr/lib/nginx/modules/ngx_http_js_module.so;
daemon off;
master_process off;
pid ${folder}/nginx.pid;
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
  js_import firebreak from firebreak.js;
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
