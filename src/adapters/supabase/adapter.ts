import type { Adapter, Setting } from '../adapter.ts';
import { ZERO, millis } from '../../model/quantity.ts';
import { isProject, readProject } from './project.ts';
import { authServersOf, readAuthServer } from './server.ts';

const TEMPLATE = 'supabase/cli 2: pkg/config/templates/config.toml';
const AUTH = 'supabase/auth 2';
const KEYS = 'supabase/supabase: apps/docs/content/guides/auth/signing-keys.mdx';
const THIRD_PARTY = 'supabase/supabase: apps/docs/content/guides/auth/third-party/overview.mdx';

const settings: readonly Setting[] = [
  {
    on: 'issuer',
    fact: 'issuer',
    setting: 'auth.jwt_issuer',
    absent: null,
    note: 'Else auth.external_url, else the address of the API with /auth/v1.',
  },
  { on: 'issuer', fact: 'jwksUri', setting: 'auth.jwt_issuer', absent: null },
  {
    on: 'issuer',
    fact: 'accessTokenLifetime',
    setting: 'auth.jwt_expiry',
    unit: 's',
    absent: { origin: 'default', value: millis(3_600_000), source: `${TEMPLATE}, jwt_expiry` },
  },
  {
    on: 'issuer',
    fact: 'accessTokenFormat',
    setting: null,
    absent: { origin: 'platform', value: 'jwt', source: `${AUTH}: internal/tokens/service.go` },
  },
  {
    on: 'issuer',
    fact: 'refreshTokenLifetime',
    setting: 'auth.sessions.timebox',
    absent: { origin: 'default', value: 'unbounded', source: `${AUTH}: internal/models/sessions.go, CheckValidity` },
    note: 'A refresh token ends with its session only.',
  },
  {
    on: 'issuer',
    fact: 'sessionLifetime',
    setting: 'auth.sessions.timebox',
    absent: { origin: 'default', value: 'unbounded', source: `${AUTH}: internal/models/sessions.go, CheckValidity` },
  },
  {
    on: 'issuer',
    fact: 'refreshTokenIdle',
    setting: 'auth.sessions.inactivity_timeout',
    absent: { origin: 'default', value: 'unbounded', source: `${AUTH}: internal/models/sessions.go, CheckValidity` },
  },
  {
    on: 'issuer',
    fact: 'sessionIdle',
    setting: 'auth.sessions.inactivity_timeout',
    absent: { origin: 'default', value: 'unbounded', source: `${AUTH}: internal/models/sessions.go, CheckValidity` },
  },
  {
    on: 'issuer',
    fact: 'refreshRotation',
    setting: null,
    absent: { origin: 'platform', value: true, source: `${AUTH}: internal/tokens/service.go, GrantRefreshTokenSwap` },
    note: 'Tokens are replaced whatever enable_refresh_token_rotation says; it decides what a second use does.',
  },
  {
    on: 'issuer',
    fact: 'refreshReuseDetection',
    setting: 'auth.enable_refresh_token_rotation',
    absent: { origin: 'default', value: true, source: `${TEMPLATE}, enable_refresh_token_rotation` },
    note: 'Off, the second use of a token is refused and the family lives on.',
  },
  {
    on: 'issuer',
    fact: 'refreshReuseGrace',
    setting: 'auth.refresh_token_reuse_interval',
    unit: 's',
    absent: { origin: 'default', value: millis(10_000), source: `${TEMPLATE}, refresh_token_reuse_interval` },
  },
  {
    on: 'issuer',
    fact: 'signingAlgorithms',
    setting: 'auth.jwt_secret',
    absent: null,
    note: 'With signing_keys_path the algorithms of that file; what a hosted project signs with is set up on the platform.',
  },
  {
    on: 'issuer',
    fact: 'keyRotationInterval',
    setting: null,
    absent: { origin: 'platform', value: 'unbounded', source: `${KEYS}, keys are rotated when somebody asks for it` },
  },
  {
    on: 'verifier',
    fact: 'keySource',
    setting: 'auth.signing_keys_path',
    absent: null,
    note: 'A literal auth.jwt_secret is one secret for the issuer and everything that verifies.',
  },
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: null,
    absent: { origin: 'platform', value: ZERO, source: `${KEYS}, its own products do not rely on a cache` },
  },
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: 'auth.third_party.<name>',
    absent: {
      origin: 'platform',
      value: millis(1_800_000),
      source: `${THIRD_PARTY}, Limitations: a change of keys is picked up within 30 minutes`,
    },
    note: 'Of keys of somebody else, which are kept with the project.',
  },
  {
    on: 'verifier',
    fact: 'leeway',
    setting: null,
    absent: {
      origin: 'platform',
      value: millis(30_000),
      source: 'PostgREST 14: docs/references/auth.rst, a clock skew of 30 seconds',
    },
  },
  {
    on: 'verifier',
    fact: 'requiresExp',
    setting: null,
    absent: {
      origin: 'platform',
      value: false,
      source: 'PostgREST 14: docs/references/auth.rst, exp is checked when present',
    },
  },
  { on: 'verifier', fact: 'issuerReference', setting: null, absent: null },
  { on: 'verifier', fact: 'discoveryUrl', setting: 'auth.third_party.<name>', absent: null },
  {
    on: 'route',
    fact: 'requirement',
    setting: 'functions.<name>.verify_jwt',
    absent: { origin: 'default', value: 'required', source: 'supabase/cli 2: pkg/config/config.go, verify_jwt' },
  },
];

/** Reads the project file of Supabase, and the environment of its Auth server. */
export const adapter: Adapter = {
  id: 'supabase',
  title: 'Supabase',
  role: 'issuer',
  reads:
    '`supabase/config.toml` with its `[remotes.<name>]`: Auth, third-party issuers and Edge Functions; and `GOTRUE_*` variables of the Auth server in Compose files, Kubernetes workloads and `.env` files.',
  assumes: [
    'The file is for development, and for the hosted project as far as `supabase config push` takes it there; what the dashboard sets is not seen.',
    'The keys `anon` and `service_role` are tokens under the same secret that live for ten years.',
  ],
  sources: [
    'https://supabase.com/docs/guides/local-development/cli/config',
    'https://github.com/supabase/cli',
    'https://github.com/supabase/auth',
  ],
  settings,
  examples: [
    {
      file: 'supabase/config.toml',
      text: `project_id = "shop"

[auth]
enabled = true
jwt_issuer = "https://shop.example.com/auth/v1"
signing_keys_path = "./signing_keys.json"
jwt_expiry = 900
enable_refresh_token_rotation = true
refresh_token_reuse_interval = 10

[auth.sessions]
timebox = "24h"
inactivity_timeout = "8h"

[functions.webhook]
verify_jwt = false
`,
    },
  ],
  mayHold: (_file, text) => /^[ \t]*\[(?:auth|functions)\b/m.test(text) || text.includes('GOTRUE_'),
  recognise: (document) => isProject(document) || authServersOf(document).length > 0,
  read: (document) =>
    isProject(document)
      ? readProject(document, settings)
      : authServersOf(document).map((server) => readAuthServer(server, settings)),
};
