import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { stringify } from 'yaml';
import { firebreak, folderWith } from '../cli/command.ts';
import { expectPass, runDrillIn } from '../lab/measured.ts';
import { bootstrap } from '../real/envoy-bootstrap.ts';
import type { Listening, Started } from '../real/products.ts';
import { PRODUCTS, freePort, serve, startProduct, titleOf } from '../real/products.ts';
import type { RunningLab } from '../real/running-lab.ts';
import { startLabIn } from '../real/running-lab.ts';
import { drillOf } from './drill-documents.ts';

describe.skipIf(PRODUCTS.envoy === null)(titleOf('envoy', 'a drill against Envoy as the policy renders it'), () => {
  let folder: ReturnType<typeof folderWith>;
  let running: RunningLab;
  let upstream: Listening;
  let envoy: Started;

  beforeAll(async () => {
    const port = await freePort();
    folder = folderWith({ 'policies/inventory.yaml': inventory(port), 'drill.json': DRILL });
    running = await startLabIn(folder.path, 'policies/inventory.yaml');
    const jwksUri = `${running.lab.issuer.url}/jwks`;
    writeFileSync(join(folder.path, 'policies/policy.yaml'), policy(jwksUri));
    const rendered = await firebreak(['render', 'envoy', 'policies', '--policy', 'edge'], { cwd: folder.path });
    upstream = await serve((_, response) => response.end('reached'));
    writeFileSync(join(folder.path, 'envoy.yaml'), bootstrap(rendered.out, '[]', { port, upstream: upstream.port }));
    const args = ['-c', join(folder.path, 'envoy.yaml'), '--use-dynamic-base-id', '--concurrency', '1'];
    envoy = await startProduct('envoy', args, port);
  });

  afterAll(async () => {
    await envoy?.stop();
    await upstream?.close();
    await running?.stop();
    folder?.remove();
  });

  it('sees the removed key gone when its key set is too old', async () => {
    expectPass('Envoy jwt_authn', await runDrillIn(folder.path, 'drill.json'));
  });
});

function policy(jwksUri: string): string {
  return stringify({
    apiVersion: 'firebreak.dev/v1alpha1',
    kind: 'TokenPolicy',
    metadata: { name: 'edge', owner: '@edge' },
    spec: {
      issuers: [{ issuer: 'https://issuer.firebreak.test', jwks_uri: jwksUri }],
      jwks_cache: { max_ttl: '2s' },
      tokens: {
        access_token: {
          algorithms: ['ES256'],
          audiences: ['https://orders.firebreak.test'],
          lifetime: { max: '20m' },
        },
      },
      revocation: { objectives: { signing_key: { max: '6s', of: 'replicas' } } },
    },
  });
}

function inventory(port: number): string {
  return stringify({
    apiVersion: 'firebreak.dev/v1alpha1',
    kind: 'Inventory',
    metadata: { name: 'envoy', owner: '@edge' },
    spec: {
      environments: [{ name: 'lab-envoy', class: 'lab', allow: ['127.0.0.0/8'] }],
      issuers: [
        {
          name: 'lab',
          environment: 'lab-envoy',
          issuer: 'https://issuer.firebreak.test',
          jwks_uri: 'lab://issuer/jwks',
          token_endpoint: 'lab://issuer/token',
          admin: 'lab://admin',
          time_to_act: '500ms',
          removal_delay: '0s',
          replica_convergence: '0s',
          jwks_http: { max_age: '0s', stale_while_revalidate: '0s', stale_if_error: '0s' },
          access_token_lifetime: '10m',
        },
      ],
      verifiers: [
        {
          name: 'envoy',
          environment: 'lab-envoy',
          issuer: 'lab',
          policy: 'edge',
          library: { name: 'envoy/jwt_authn', version: '1.40.0' },
          settings: { key_cache_ttl: '2s', fetch_timeout: '2s' },
          routes: [{ url: `http://127.0.0.1:${port}/orders`, method: 'GET' }],
        },
      ],
    },
  });
}

const DRILL = drillOf({
  name: 'envoy-keys',
  scenario: 'signing_key',
  inventory: 'envoy',
  environment: 'lab-envoy',
  target: 'envoy',
  credentials: {
    leaked_key: { role: 'key', obtain: { uses: 'key.generate', with: { alg: 'ES256' } } },
    canary: { role: 'canary', obtain: { uses: 'token.sign', with: { key: 'leaked_key', lifetime: '10m' } } },
    control: { role: 'control', obtain: { uses: 'oauth.client_credentials', with: { client: 'drill-a' } } },
    bystander: { role: 'bystander', obtain: { uses: 'oauth.client_credentials', with: { client: 'drill-b' } } },
    broken: { role: 'negative', obtain: { uses: 'token.break_signature', with: { of: 'canary' } } },
  },
  warmup: [{ id: 'publish', uses: 'jwks.add_key', with: { key: 'leaked_key' }, timeout: '10s' }],
  method: [{ id: 'remove', uses: 'jwks.remove_key', with: { key: 'leaked_key' }, containment: true }],
  horizon: '6s',
});
