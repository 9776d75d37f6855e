import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderWith } from '../cli/command.ts';
import { expectPass, runDrillIn } from '../lab/measured.ts';
import type { Started } from './products.ts';
import { PRODUCTS, freePort, startProduct, titleOf } from './products.ts';
import type { RunningLab } from './running-lab.ts';
import { startLabIn } from './running-lab.ts';

/** `proxy_cache_valid` in seconds. nginx compares whole seconds, so that an answer is kept for up to one more. */
const CACHED_SECONDS = 1;

describe.skipIf(PRODUCTS.nginx === null)(
  titleOf('nginx', 'a drill against nginx that keeps answers of auth_request'),
  () => {
    let folder: ReturnType<typeof folderWith>;
    let running: RunningLab;
    let nginx: Started;

    beforeAll(async () => {
      const port = await freePort();
      folder = folderWith({ 'policies/nginx.yaml': inventory(port), 'drill.yaml': DRILL, 'cache/.keep': '' });
      running = await startLabIn(folder.path, 'policies/nginx.yaml');
      writeFileSync(
        join(folder.path, 'nginx.conf'),
        configuration({ folder: folder.path, port, verifier: running.lab.verifiers[0]?.url ?? '' }),
      );
      nginx = await startProduct('nginx', ['-c', join(folder.path, 'nginx.conf')], port);
    });

    afterAll(async () => {
      await nginx?.stop();
      await running?.stop();
      folder?.remove();
    });

    it('sees the denied token refused when both the list is polled and the kept answer is too old', async () => {
      const run = await runDrillIn(folder.path, 'drill.yaml');
      expectPass('nginx auth_request', run);
      const answers = readFileSync(join(folder.path, 'answers.log'), 'utf8').split('\n');
      // Otherwise nginx asked every time, and nothing of its cache was measured.
      expect(answers.filter((line) => line === 'HIT').length).toBeGreaterThan(10);
    });
  },
);

interface Setting {
  readonly folder: string;
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly verifier: string;
}

function configuration({ folder, port, verifier }: Setting): string {
  return `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
  log_format kept $upstream_cache_status;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  proxy_cache_path ${folder}/cache keys_zone=answers:1m;
  server {
    listen 127.0.0.1:${port};
    location = /verify {
      internal;
      log_subrequest on;
      access_log ${folder}/answers.log kept;
      proxy_pass ${verifier}/orders;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_cache answers;
      proxy_cache_key $http_authorization;
      proxy_cache_valid 200 ${CACHED_SECONDS}s;
      proxy_ignore_headers Cache-Control;
    }
    location / {
      auth_request /verify;
      try_files /none @orders;
    }
    location @orders { return 200; }
  }
}
`;
}

function inventory(port: number): string {
  return `apiVersion: firebreak.dev/v1alpha1
kind: Inventory
metadata: { name: nginx, owner: '@edge' }
spec:
  environments:
    - { name: lab-nginx, class: lab, allow: [127.0.0.0/8] }
  issuers:
    - name: lab
      environment: lab-nginx
      issuer: https://issuer.firebreak.test
      jwks_uri: lab://issuer/jwks
      token_endpoint: lab://issuer/token
      admin: lab://admin
      time_to_act: 1s
      access_token_lifetime: 10m
  channels:
    - { name: denylist, type: denylist, url: lab://admin/denylist, keys: [jti], delivery: poll, store_lag: 0s }
  verifiers:
    - name: jose
      environment: lab-nginx
      issuer: lab
      policy: edge
      library: { name: jose, version: 6.2.18 }
      settings: { key_cache_ttl: 5s, cooldown: 1s, fetch_timeout: 1s }
      channels:
        - { use: denylist, poll_interval: 500ms, negative_cache: 0s, fetch_timeout: 500ms, fail_mode: closed }
      routes:
        - { url: 'lab://jose/orders', method: GET }
    - name: nginx
      environment: lab-nginx
      issuer: lab
      policy: edge
      library: { name: jose, version: 6.2.18 }
      settings: { key_cache_ttl: 5s, cooldown: 1s, fetch_timeout: 1s, verdict_cache_ttl: ${CACHED_SECONDS + 1}s }
      channels:
        - { use: denylist, poll_interval: 500ms, negative_cache: 0s, fetch_timeout: 500ms, fail_mode: closed }
      routes:
        - { url: 'http://127.0.0.1:${port}/orders', method: GET }
`;
}

const DRILL = `apiVersion: firebreak.dev/v1alpha1
kind: Drill
metadata: { name: nginx-keeps-answers, owner: '@edge' }
spec:
  hypothesis: A leaked access token is refused by nginx within the objective, although nginx keeps the answers of the verifier behind it.
  scenario: access_token
  policy: edge
  inventory: nginx
  environment: lab-nginx
  targets: [nginx]
  credentials:
    canary: { role: canary, obtain: { uses: oauth.client_credentials, with: { client: drill-a } } }
    control: { role: control, obtain: { uses: oauth.client_credentials, with: { client: drill-a } } }
    bystander: { role: bystander, obtain: { uses: oauth.client_credentials, with: { client: drill-b } } }
    broken: { role: negative, obtain: { uses: token.break_signature, with: { of: canary } } }
  method:
    - { id: leak, mark: leak-known }
    - { id: deny, uses: denylist.add, with: { type: jti, of: canary }, containment: true }
  observe:
    arms: [quiet]
    schedule: { min: 50ms, max: 100ms, relative: 3%, jitter: 20% }
    horizon: 4500ms
    stable: { quiet: 1s }
    budget: { requests_per_second: 200, requests: 4000 }
  guards: { max_duration: 1m }
---
apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: edge, owner: '@edge' }
spec:
  tokens:
    access_token: { algorithms: [ES256], audiences: [https://orders.firebreak.test], lifetime: { max: 10m } }
  revocation:
    objectives:
      access_token: { max: 5s, of: routes }
`;
