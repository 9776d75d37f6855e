/** Files of `firebreak init`, path to content. They lint without a finding, and a test keeps it so. */
export const INIT_FILES: Readonly<Record<string, string>> = {
  'policies/token-policy.yaml': `# yaml-language-server: $schema=../node_modules/firebreak/schema/v1alpha1/token-policy.json
# What your verifiers may accept, and how fast a leak must end. \`firebreak lint\` checks it, \`firebreak predict\` holds it
# against the inventory.
apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: api, owner: '@identity' }
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
  'policies/inventory.yaml': `# yaml-language-server: $schema=../node_modules/firebreak/schema/v1alpha1/inventory.json
# Who verifies your tokens, with which library and which caches. Predictions are made from this file.
apiVersion: firebreak.dev/v1alpha1
kind: Inventory
metadata: { name: production, owner: '@identity' }
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
      owner: '@api'
      environment: prod
      issuer: main
      policy: api
      library: { name: jose, version: 6.2.18 } # no settings: the library's defaults apply
      channels:
        - { use: denylist, poll_interval: 10s, negative_cache: 0s, fetch_timeout: 2s, fail_mode: closed }
      routes:
        - { url: 'https://api.example.com/v1/ping', method: GET }
`,
  '.github/workflows/firebreak.yml': `name: token policy
on: [pull_request]
permissions: {}
jobs:
  lint:
    runs-on: ubuntu-latest
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with: { persist-credentials: false }
      - uses: actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0
        with: { node-version: 22 }
      - run: npx --yes firebreak lint -o github=-
      - run: npx --yes firebreak predict --gate
`,
};
