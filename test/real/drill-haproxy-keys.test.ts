import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execFileSync } from 'node:child_process';
import { folderWith } from '../cli/command.ts';
import { expectPass, runDrillIn } from '../lab/measured.ts';
import type { Started } from './products.ts';
import { PRODUCTS, freePort, outcomeOf, startProduct, titleOf } from './products.ts';

describe.skipIf(PRODUCTS.haproxy === null)(titleOf('haproxy', 'a drill against keys in files of HAProxy'), () => {
  let folder: ReturnType<typeof folderWith>;
  let haproxy: Started;
  const file = (name: string): string => join(folder.path, name);

  beforeAll(async () => {
    const port = await freePort();
    folder = folderWith({ 'jwks.json': '{"keys":[]}\n', 'policies/haproxy.yaml': inventory(port) });
    writeFileSync(file('deploy.mjs'), deployment({ folder: folder.path, port }));
    writeFileSync(file('drill.yaml'), drill(folder.path));
    execFileSync(process.execPath, [file('deploy.mjs'), 'write']);
    haproxy = await startProduct('haproxy', ['-W', '-f', file('haproxy.cfg')], port);
  });

  afterAll(async () => {
    await haproxy?.stop();
    folder?.remove();
  });

  it('sees the leaked key gone once it is deployed, and the other key trusted all the time', async () => {
    const run = await runDrillIn(folder.path, 'drill.yaml');
    expectPass('HAProxy, keys in files', run);
    expect(outcomeOf('haproxy', ['-c', '-f', file('haproxy.cfg')]).code).toBe(0);
  });
});

/**
 * What a pipeline does: writes every key of the key set as a file, names it in the configuration by its kid, and has the
 * processes read that. `withdraw` leaves out what drills have added.
 */
function deployment({ folder, port }: { readonly folder: string; readonly port: number }): string {
  return `import { createPublicKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
const folder = ${JSON.stringify(folder)};
const [, , what] = process.argv;
if (what === 'check') process.exit(readFileSync(folder + '/haproxy.cfg', 'utf8').includes('fbcanary-') ? 1 : 0);
const { keys } = JSON.parse(readFileSync(folder + '/jwks.json', 'utf8'));
const trusted = keys.filter(({ kid }) => what !== 'withdraw' || !kid.startsWith('fbcanary-'));
const rules = trusted.map((key) => {
  const file = folder + '/' + key.kid + '.pem';
  writeFileSync(file, createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }));
  return '  http-request set-var(txn.sound) var(txn.token),jwt_verify("ES256","' + file + '") if { var(txn.kid) -m str ' + key.kid + ' }';
});
writeFileSync(folder + '/haproxy.cfg', [
  'global',
  '  pidfile ' + folder + '/haproxy.pid',
  'defaults',
  '  mode http',
  '  timeout connect 1s',
  '  timeout client 5s',
  '  timeout server 5s',
  'frontend in',
  '  bind 127.0.0.1:${port}',
  '  http-request set-var(txn.token) http_auth_bearer',
  "  http-request set-var(txn.kid) var(txn.token),jwt_header_query('$.kid')",
  ...rules,
  '  http-request return status 401 hdr www-authenticate "Bearer error=\\\\"invalid_token\\\\"" unless { var(txn.sound) -m int 1 }',
  '  http-request return status 200',
  '',
].join('\\n'));
if (what !== 'write') process.kill(Number(readFileSync(folder + '/haproxy.pid', 'utf8')), 'SIGUSR2');
`;
}

function inventory(port: number): string {
  return `apiVersion: firebreak.dev/v1alpha1
kind: Inventory
metadata: { name: haproxy, owner: '@edge' }
spec:
  environments:
    - { name: edge, class: dev, allow: [127.0.0.0/8] }
  issuers:
    - name: own
      environment: edge
      issuer: https://issuer.example.test
      jwks_uri: https://issuer.example.test/jwks
      time_to_act: 1s
      access_token_lifetime: 10m
  verifiers:
    - name: haproxy
      environment: edge
      issuer: own
      policy: edge
      library: { name: haproxy, version: 2.6.12 }
      settings: { deploy_time: 3s }
      routes:
        - { url: 'http://127.0.0.1:${port}/orders', method: GET }
---
apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: edge, owner: '@edge' }
spec:
  tokens:
    access_token: { algorithms: [ES256], audiences: [https://orders.example.test], lifetime: { max: 10m } }
  revocation:
    objectives:
      signing_key: { max: 5s, of: replicas }
`;
}

function drill(folder: string): string {
  const deploy = (what: string): string => JSON.stringify(['node', join(folder, 'deploy.mjs'), what]);
  const keySet = JSON.stringify(join(folder, 'jwks.json'));
  return `apiVersion: firebreak.dev/v1alpha1
kind: Drill
metadata: { name: haproxy-keys, owner: '@edge' }
spec:
  hypothesis: Tokens under a leaked key are refused by HAProxy once a deployment without the key has reached it, and those under other keys are not.
  scenario: signing_key
  policy: edge
  inventory: haproxy
  environment: edge
  targets: [haproxy]
  credentials:
    leaked_key: { role: key, obtain: { uses: key.generate, with: { alg: ES256 } } }
    kept_key: { role: key, obtain: { uses: key.generate, with: { alg: ES256 } } }
    canary: { role: canary, obtain: { uses: token.sign, with: { key: leaked_key, lifetime: 10m } } }
    control: { role: control, obtain: { uses: token.sign, with: { key: kept_key, lifetime: 10m } } }
    broken: { role: negative, obtain: { uses: token.break_signature, with: { of: canary } } }
  warmup:
    - { id: add-leaked, uses: jwks.file.add_key, with: { key: leaked_key, file: ${keySet} } }
    - { id: add-kept, uses: jwks.file.add_key, with: { key: kept_key, file: ${keySet} } }
    - id: deploy-both
      uses: exec
      with: { argv: ${deploy('deploy')}, undo: ${deploy('withdraw')}, check: ${deploy('check')} }
  method:
    - { id: leak, mark: leak-known }
    - { id: remove-leaked, uses: jwks.file.remove_key, with: { key: leaked_key, file: ${keySet} } }
    - id: deploy
      uses: exec
      containment: true
      with: { argv: ${deploy('deploy')}, undo: none, reason: the step before it withdraws every key of the run }
  observe:
    arms: [quiet]
    schedule: { min: 20ms, max: 100ms, relative: 3%, jitter: 20% }
    horizon: 4500ms
    stable: { quiet: 1s }
    budget: { requests_per_second: 200, requests: 4000 }
  guards: { max_duration: 1m }
`;
}
