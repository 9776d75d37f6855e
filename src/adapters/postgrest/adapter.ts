import type { ConfigSubject } from '../../model/config.ts';
import { millis } from '../../model/quantity.ts';
import type { Adapter, Setting } from '../adapter.ts';
import { readServer, serversOf } from './read.ts';

const AUTH = 'PostgREST 16: docs/references/auth.rst';

const settings: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'keySource',
    setting: 'jwt-secret',
    absent: null,
    note: 'A text is a secret shared with the issuer; a JWK or JWK Set, written here or in a file after @, is read at the start and with every reload.',
  },
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: 'jwt-secret',
    absent: null,
    note: 'HS256 for a text, else what fits the key.',
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'jwt-aud',
    absent: { origin: 'default', value: null, source: `${AUTH}, aud validation` },
    note: 'A token without aud passes even when it is set.',
  },
  {
    on: 'verifier',
    fact: 'issuers',
    setting: null,
    absent: null,
    note: 'Never checked (src/library/PostgREST/Auth/Jwt.hs): whoever has a key of jwt-secret is an issuer, so the keys alone say whose tokens count.',
  },
  {
    on: 'verifier',
    fact: 'leeway',
    setting: null,
    absent: { origin: 'platform', value: millis(30_000), source: `${AUTH}, a clock skew of 30 seconds` },
  },
  {
    on: 'verifier',
    fact: 'requiresExp',
    setting: null,
    absent: {
      origin: 'platform',
      value: false,
      source: 'PostgREST 16: src/library/PostgREST/Auth/Jwt.hs, claims that are absent are not checked',
    },
  },
  {
    on: 'verifier',
    fact: 'verdictCacheTtl',
    setting: 'jwt-cache-max-lifetime',
    unit: 's',
    absent: null,
    note: 'Versions 12.1 to 13. Since 12.2.9, and for jwt-cache-max-entries of 14, a reload with another secret empties the cache.',
  },
  {
    on: 'verifier',
    fact: 'missingTokenAllowed',
    setting: 'db-anon-role',
    absent: {
      origin: 'default',
      value: false,
      source: 'PostgREST 16: docs/references/configuration.rst, without db-anon-role a request needs a token',
    },
    note: 'What the role may do is granted in the database.',
  },
  {
    on: 'verifier',
    fact: 'denylistClaims',
    setting: 'db-pre-request',
    absent: null,
    note: 'A function of the database that can refuse tokens; what it looks at is not in the file.',
  },
];

/** Reads the file and the environment of PostgREST. */
export const adapter: Adapter = {
  id: 'postgrest',
  title: 'PostgREST',
  role: 'API server',
  reads:
    'Its file (`postgrest.conf`, also inside a ConfigMap), and `PGRST_*` variables of Compose files, Kubernetes workloads and `.env` files.',
  assumes: [
    'What the database holds (`pgrst.*` of the role, `db-pre-config`) wins over the file and is not seen.',
    'Files after @ are not followed.',
  ],
  sources: [
    'https://docs.postgrest.org/en/stable/references/auth.html',
    'https://docs.postgrest.org/en/stable/references/configuration.html',
  ],
  settings,
  examples: [
    {
      file: 'postgrest.conf',
      text: `db-uri = "postgres://authenticator@db/shop"
db-schemas = "api"
jwt-secret = "@/run/secrets/jwks.json"
jwt-aud = "shop"
db-pre-request = "auth.check_token"
`,
    },
  ],
  mayHold: (_file, text) => /\bjwt-secret\b|\bPGRST_/.test(text),
  recognise: (document) => serversOf(document).length > 0,
  read: (document): readonly ConfigSubject[] => serversOf(document).map((server) => readServer(server, settings)),
};
