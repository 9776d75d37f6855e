import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderWith } from '../cli/command.ts';
import { expectPass, runDrillIn } from '../lab/measured.ts';
import type { VirtualHost } from './apache.ts';
import { overTls, startApache } from './apache.ts';
import type { Listening, Started } from './products.ts';
import { PRODUCTS, freePort, titleOf } from './products.ts';
import type { RunningLab } from './running-lab.ts';
import { startLabIn } from './running-lab.ts';

/** OIDCOAuthTokenIntrospectionInterval: how long an answer about a token is kept, in seconds. */
const KEPT_SECONDS = 2;

/** OIDCJWKSRefreshInterval in seconds; Apache refuses less. */
const REFRESH_SECONDS = 300;

describe.skipIf(PRODUCTS.apache2 === null)(titleOf('apache2', 'drills against Apache with mod_auth_openidc'), () => {
  let folder: ReturnType<typeof folderWith>;
  let running: RunningLab;
  let issuer: Listening;
  let apache: Started;

  beforeAll(async () => {
    const [keys, asking] = [await freePort(), await freePort()];
    folder = folderWith({
      'policies/apache.yaml': inventory(keys, asking),
      'keys.yaml': LEAKED_KEY,
      'asking.yaml': REVOKED_TOKEN,
    });
    running = await startLabIn(folder.path, 'policies/apache.yaml');
    issuer = await overTls(folder.path, running.lab.issuer.url);
    const secret = await running.secretOf('ledger');
    apache = await startApache(folder.path, hostsOf({ keys, asking, issuer: issuer.port, secret }));
  });

  afterAll(async () => {
    await apache?.stop();
    await issuer?.close();
    await running?.stop();
    folder?.remove();
  });

  it('sees the removed key gone as soon as a token under the next one makes it fetch', async () => {
    const run = await runDrillIn(folder.path, 'keys.yaml');
    expectPass('mod_auth_openidc, keys', run);
    // Without that token the key would be good for five minutes.
    expect(run.result.arms.map(({ arm }) => arm)).toEqual(['busy']);
  });

  it('sees the revoked token refused when the kept answer is too old', async () => {
    expectPass('mod_auth_openidc, introspection', await runDrillIn(folder.path, 'asking.yaml'));
  });
});

interface Setting {
  readonly keys: number;
  readonly asking: number;
  /** Port of the issuer over TLS. */
  readonly issuer: number;
  readonly secret: string;
}

function hostsOf({ keys, asking, issuer, secret }: Setting): readonly VirtualHost[] {
  return [
    {
      port: keys,
      lines: [`OIDCOAuthVerifyJwksUri https://127.0.0.1:${issuer}/jwks`, `OIDCJWKSRefreshInterval ${REFRESH_SECONDS}`],
    },
    {
      port: asking,
      lines: [
        `OIDCOAuthIntrospectionEndpoint https://127.0.0.1:${issuer}/token/introspection`,
        'OIDCOAuthClientID ledger',
        `OIDCOAuthClientSecret ${secret}`,
        'OIDCOAuthRemoteUserClaim client_id',
        `OIDCOAuthTokenIntrospectionInterval ${KEPT_SECONDS}`,
      ],
    },
  ];
}

function inventory(keys: number, asking: number): string {
  return `apiVersion: firebreak.dev/v1alpha1
kind: Inventory
metadata: { name: apache, owner: '@edge' }
spec:
  environments:
    - { name: lab-apache, class: lab, allow: [127.0.0.0/8] }
  issuers:
    - name: lab
      environment: lab-apache
      issuer: https://issuer.firebreak.test
      jwks_uri: lab://issuer/jwks
      token_endpoint: lab://issuer/token
      revocation_endpoint: lab://issuer/token/revocation
      introspection_endpoint: lab://issuer/token/introspection
      admin: lab://admin
      time_to_act: 1s
      removal_delay: 0s
      replica_convergence: 0s
      jwks_http: { max_age: 0s, stale_while_revalidate: 0s, stale_if_error: 0s }
      access_token_lifetime: 10m
  channels:
    - { name: introspection, type: introspection, url: lab://issuer/token/introspection, keys: [token] }
  verifiers:
    - name: keys
      environment: lab-apache
      issuer: lab
      policy: edge
      library: { name: mod_auth_openidc, version: 2.4.12 }
      settings: { key_cache_ttl: ${REFRESH_SECONDS}s, fetch_timeout: 1s }
      routes:
        - { url: 'http://127.0.0.1:${keys}/orders', method: GET }
    - name: asking
      environment: lab-apache
      issuer: lab
      policy: edge
      library: { name: mod_auth_openidc, version: 2.4.12 }
      settings: { fetch_timeout: 1s }
      channels:
        - { use: introspection, positive_cache: ${KEPT_SECONDS}s, fetch_timeout: 1s, fail_mode: closed }
      routes:
        - { url: 'http://127.0.0.1:${asking}/orders', method: GET }
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
      signing_key: { max: 5s, of: replicas }
`;
}

const LEAKED_KEY = `apiVersion: firebreak.dev/v1alpha1
kind: Drill
metadata: { name: apache-keys, owner: '@edge' }
spec:
  hypothesis: Apache refuses tokens under a removed key within the objective as soon as tokens under the next key arrive.
  scenario: signing_key
  policy: edge
  inventory: apache
  environment: lab-apache
  targets: [keys]
  credentials:
    leaked_key: { role: key, obtain: { uses: key.generate, with: { alg: ES256 } } }
    next_key: { role: key, obtain: { uses: key.generate, with: { alg: ES256 } } }
    canary: { role: canary, obtain: { uses: token.sign, with: { key: leaked_key, lifetime: 10m } } }
    control: { role: control, obtain: { uses: oauth.client_credentials, with: { client: drill-a } } }
    bystander: { role: bystander, obtain: { uses: oauth.client_credentials, with: { client: drill-b } } }
    broken: { role: negative, obtain: { uses: token.break_signature, with: { of: canary } } }
    recovery: { role: recovery, obtain: { uses: token.sign, with: { key: next_key, lifetime: 10m } } }
  warmup:
    - { id: publish-leaked, uses: jwks.add_key, with: { key: leaked_key } }
  method:
    - { id: leak, mark: leak-known }
    - { id: publish-next, uses: jwks.add_key, with: { key: next_key } }
    - { id: remove-leaked, uses: jwks.remove_key, with: { key: leaked_key }, containment: true }
  observe:
    arms: [busy]
    schedule: { min: 50ms, max: 100ms, relative: 3%, jitter: 20% }
    horizon: 3500ms
    stable: { quiet: 1s }
    budget: { requests_per_second: 200, requests: 4000 }
  recover:
    - { credential: recovery, timeout: 2s }
  guards: { max_duration: 1m }
`;

const REVOKED_TOKEN = `apiVersion: firebreak.dev/v1alpha1
kind: Drill
metadata: { name: apache-asking, owner: '@edge' }
spec:
  hypothesis: Apache refuses an opaque access token that was revoked at the issuer within the objective, although it keeps the issuer's answers.
  scenario: access_token
  policy: edge
  inventory: apache
  environment: lab-apache
  targets: [asking]
  credentials:
    canary: { role: canary, obtain: { uses: oauth.client_credentials, with: { client: drill-a, resource: 'https://ledger.firebreak.test' } } }
    control: { role: control, obtain: { uses: oauth.client_credentials, with: { client: drill-a, resource: 'https://ledger.firebreak.test' } } }
    bystander: { role: bystander, obtain: { uses: oauth.client_credentials, with: { client: drill-b, resource: 'https://ledger.firebreak.test' } } }
    broken: { role: negative, obtain: { uses: token.break_signature, with: { of: canary } } }
  method:
    - { id: leak, mark: leak-known }
    - { id: revoke, uses: oauth.revoke, with: { of: canary }, containment: true }
  observe:
    arms: [quiet]
    schedule: { min: 50ms, max: 100ms, relative: 3%, jitter: 20% }
    horizon: 4500ms
    stable: { quiet: 1s }
    budget: { requests_per_second: 200, requests: 4000 }
  guards: { max_duration: 1m }
`;
