/** What `firebreak init` writes: how much of it, and for which forge. */
export const TEMPLATES = ['minimal', 'standard', 'full'] as const;

export type Template = (typeof TEMPLATES)[number];

/** Path to content. */
export type InitFiles = Readonly<Record<string, string>>;

const SCHEMAS = '../node_modules/firebreak/schema/v1alpha1';

/** The policy and the inventory of an example, for those who start without a configuration to infer from. */
export function exampleDocuments(owner: string): InitFiles {
  const by = JSON.stringify(owner);
  return {
    'policies/token-policy.yaml': `# yaml-language-server: $schema=${SCHEMAS}/token-policy.json
# What your verifiers may accept, and how fast a leak must end. \`firebreak lint\` checks it, \`firebreak predict\` holds it
# against the inventory.
apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: api, owner: ${by} }
spec:
  issuers:
    - { issuer: https://id.example.com/, jwks_uri: https://id.example.com/jwks }
  tokens:
    access_token:
      typ: [at+jwt]
      algorithms: [ES256]
      audiences: [https://api.example.com]
      lifetime: { max: 10m }
      clock_skew: { max: 30s }
      required_claims: [iss, exp, aud, sub, client_id, iat, jti]
    refresh_token:
      format: opaque
      lifetime: { max: 8h, absolute_max: 14d }
      rotation: { one_time_use: true, reuse_detection: revoke_family }
  keys:
    rotation_interval: 30d
    pre_publish: 24h
    overlap: 30m
  jwks_cache: { max_ttl: 10m }
  revocation:
    objectives: # the promise: from "we know" to "nobody accepts it any more"
      signing_key: { max: 20m }
      access_token: { max: 15m }
      refresh_token: { max: 20m }
    channels:
      - { type: denylist, keys: [jti, sid, sub, kid], poll_interval: 10s, max_propagation: 30s, fail_mode: closed }
`,
    'policies/inventory.yaml': `# yaml-language-server: $schema=${SCHEMAS}/inventory.json
# Who verifies your tokens, with which library and which caches. Predictions are made from this file.
apiVersion: firebreak.dev/v1alpha1
kind: Inventory
metadata: { name: production, owner: ${by} }
spec:
  environments:
    - name: prod
      class: prod
      allow: [api.example.com, id.example.com]
  issuers:
    - name: main
      environment: prod
      issuer: https://id.example.com/
      jwks_uri: https://id.example.com/jwks
      time_to_act: 5m # a person runs the playbook
      removal_delay: 0s
      replica_convergence: 30s
      jwks_http: { max_age: 5m, stale_while_revalidate: 0s, stale_if_error: 0s } # as your CDN answers
      access_token_lifetime: 10m
      refresh_token:
        rotation: true
        reuse_detection: revoke_family
        reuse_grace: 0s
        absolute_lifetime: 14d
        revokes_access_tokens: false
  channels:
    - name: denylist
      type: denylist
      url: https://api.example.com/denylist
      keys: [jti, sid, sub, kid]
      delivery: poll
      store_lag: 1s
  verifiers:
    - name: api
      owner: ${by}
      environment: prod
      issuer: main
      policy: api
      library: { name: jose, version: 6.2.18 } # no settings: the library's defaults apply
      channels:
        - { use: denylist, poll_interval: 10s, negative_cache: 0s, fetch_timeout: 2s, fail_mode: closed }
      routes:
        - { url: 'https://api.example.com/v1/ping', method: GET }
`,
  };
}

/** Drills that run in the embedded lab from the first day, with the documents that they need. */
export function drillFiles(template: Template, owner: string): InitFiles {
  if (template === 'minimal') return {};
  const by = JSON.stringify(owner);
  const first = {
    'policies/lab.yaml': labDocuments(by),
    'drills/leaked-signing-key.yaml': leakedSigningKey(by),
  };
  return template === 'standard' ? first : { ...first, 'drills/leaked-access-token.yaml': leakedAccessToken(by) };
}

function labDocuments(by: string): string {
  return `# Where drills are rehearsed: an issuer and verifiers that firebreak starts on this machine. List the libraries that
# your services use; caches are short, so that a drill takes seconds.
apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: lab, owner: ${by} }
spec:
  applies_to: { environments: [lab] }
  issuers:
    - { issuer: https://issuer.firebreak.test, discovery: none, jwks_uri: lab://issuer/jwks }
  tokens:
    access_token:
      typ: [at+jwt, jwt]
      algorithms: [ES256]
      audiences: [https://orders.firebreak.test]
      lifetime: { max: 10m }
      clock_skew: { max: 5s }
    refresh_token:
      format: opaque
      lifetime: { max: 8h, absolute_max: 14d }
      rotation: { one_time_use: true, reuse_detection: revoke_family }
  keys: { rotation_interval: 30d, pre_publish: 24h, overlap: 30m }
  jwks_cache: { max_ttl: 5s }
  revocation:
    objectives:
      signing_key: { max: 10s }
      access_token: { max: 5s }
      refresh_token: { max: 10s }
    channels:
      - { type: denylist, keys: [jti, sid, sub], poll_interval: 1s, max_propagation: 3s, fail_mode: closed }
---
apiVersion: firebreak.dev/v1alpha1
kind: Inventory
metadata: { name: lab, owner: ${by} }
spec:
  environments:
    - { name: lab, class: lab, allow: [127.0.0.0/8] }
  issuers:
    - name: lab
      environment: lab
      issuer: https://issuer.firebreak.test
      jwks_uri: lab://issuer/jwks
      token_endpoint: lab://issuer/token
      revocation_endpoint: lab://issuer/token/revocation
      introspection_endpoint: lab://issuer/token/introspection
      admin: lab://admin
      time_to_act: 1s # the drill acts through an API
      removal_delay: 0s
      replica_convergence: 0s
      jwks_http: { max_age: 0s, stale_while_revalidate: 0s, stale_if_error: 0s }
      access_token_lifetime: 10m
      refresh_token:
        rotation: true
        reuse_detection: revoke_family
        reuse_grace: 0s
        absolute_lifetime: 14d
        revokes_access_tokens: false
  channels:
    - { name: denylist, type: denylist, url: 'lab://admin/denylist', keys: [jti, sid, sub], delivery: poll, store_lag: 0s }
  verifiers:
    - name: lab-jose
      owner: ${by}
      environment: lab
      issuer: lab
      policy: lab
      library: { name: jose, version: 6.2.18 }
      settings: { key_cache_ttl: 5s, cooldown: 1s, fetch_timeout: 1s }
      channels:
        - { use: denylist, poll_interval: 1s, negative_cache: 0s, fetch_timeout: 1s, fail_mode: closed }
      routes:
        - { url: 'lab://lab-jose/orders', method: GET }
`;
}

function leakedSigningKey(by: string): string {
  return `# yaml-language-server: $schema=../node_modules/firebreak/schema/v1alpha1/drill.json
# Measures what policies promise: firebreak drill run drills/leaked-signing-key.yaml
apiVersion: firebreak.dev/v1alpha1
kind: Drill
metadata: { name: leaked-signing-key, owner: ${by} }
spec:
  hypothesis: After a leaked signing key leaves the key set, no verifier accepts tokens signed by it for longer than the policy allows.
  scenario: signing_key
  policy: lab
  inventory: lab
  environment: lab
  targets: ['*']
  credentials:
    leaked_key: { role: key, obtain: { uses: key.generate, with: { alg: ES256 } } }
    next_key: { role: key, obtain: { uses: key.generate, with: { alg: ES256 } } }
    canary: { role: canary, obtain: { uses: token.sign, with: { key: leaked_key, lifetime: 10m, typ: JWT } } }
    control: { role: control, obtain: { uses: oauth.client_credentials, with: { client: drill-a } } }
    bystander: { role: bystander, obtain: { uses: oauth.client_credentials, with: { client: drill-b } } }
    broken: { role: negative, obtain: { uses: token.break_signature, with: { of: canary } } }
    recovery: { role: recovery, obtain: { uses: token.sign, with: { key: next_key, lifetime: 10m, typ: JWT } } }
  warmup:
    - { id: publish-leaked, uses: jwks.add_key, with: { key: leaked_key }, timeout: 10s }
  method:
    - { id: leak, mark: leak-known }
    - { id: publish-next, uses: jwks.add_key, with: { key: next_key } }
    - { id: remove-leaked, uses: jwks.remove_key, with: { key: leaked_key }, containment: true }
  observe:
    arms: [quiet, busy]
    schedule: { min: 100ms, max: 400ms, relative: 3%, jitter: 20% }
    horizon: 12s
    stable: { quiet: 3s }
    late_checks: [1s]
    budget: { requests_per_second: 200, requests: 8000 }
  recover:
    - { credential: recovery, timeout: 10s }
  guards: { max_duration: 3m }
`;
}

function leakedAccessToken(by: string): string {
  return `# yaml-language-server: $schema=../node_modules/firebreak/schema/v1alpha1/drill.json
# Measures what policies promise: firebreak drill run drills/leaked-access-token.yaml
apiVersion: firebreak.dev/v1alpha1
kind: Drill
metadata: { name: leaked-access-token, owner: ${by} }
spec:
  hypothesis: A leaked access token is refused by every verifier within the objective after its jti is on the denylist, and no other token is.
  scenario: access_token
  policy: lab
  inventory: lab
  environment: lab
  targets: ['*']
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
    schedule: { min: 50ms, max: 200ms, relative: 3%, jitter: 20% }
    horizon: 8s
    stable: { quiet: 3s }
    late_checks: [2s]
    budget: { requests_per_second: 300, requests: 6000 }
  guards: { max_duration: 2m }
`;
}
