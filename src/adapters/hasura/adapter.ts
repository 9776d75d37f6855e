import type { ConfigSubject } from '../../model/config.ts';
import { ZERO, millis } from '../../model/quantity.ts';
import type { Adapter, Setting } from '../adapter.ts';
import { readAuthServices } from './auth.ts';
import { enginesOf, readEngine } from './engine.ts';

const JWT = 'Hasura GraphQL Engine 2: server/src-lib/Hasura/Server/Auth/JWT.hs';
const AUTH = 'hasura-auth of October 2025';
const NHOST = 'nhost: schema.cue, #Auth';

const settings: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'keySource',
    setting: 'HASURA_GRAPHQL_JWT_SECRET.jwk_url',
    absent: null,
    note: 'With key instead, what an HS type says is a secret shared with the issuer.',
  },
  {
    on: 'verifier',
    fact: 'jwksUri',
    setting: 'HASURA_GRAPHQL_JWT_SECRET.jwk_url',
    absent: null,
    note: 'Fetched again when Cache-Control or Expires of the key set say so, and never when they are not sent.',
  },
  { on: 'verifier', fact: 'algorithms', setting: 'HASURA_GRAPHQL_JWT_SECRET.type', absent: null },
  {
    on: 'verifier',
    fact: 'issuers',
    setting: 'HASURA_GRAPHQL_JWT_SECRET.issuer',
    absent: { origin: 'default', value: null, source: `${JWT}, verifyJwt: no issuerPredicate` },
    note: 'A token without iss passes even when it is set.',
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'HASURA_GRAPHQL_JWT_SECRET.audience',
    absent: { origin: 'default', value: null, source: `${JWT}, verifyJwt: audCheck takes all` },
    note: 'A token without aud passes even when it is set.',
  },
  {
    on: 'verifier',
    fact: 'leeway',
    setting: 'HASURA_GRAPHQL_JWT_SECRET.allowed_skew',
    unit: 's',
    absent: { origin: 'default', value: ZERO, source: `${JWT}, verifyJwt: allowedSkew is 0` },
  },
  {
    on: 'verifier',
    fact: 'missingTokenAllowed',
    setting: 'HASURA_GRAPHQL_UNAUTHORIZED_ROLE',
    absent: { origin: 'default', value: false, source: `${JWT}, processJwt: an error unless there is a role for it` },
    note: 'What the role may do is in the metadata.',
  },
  {
    on: 'issuer',
    fact: 'issuer',
    setting: 'hasura.jwtSecrets[0].issuer',
    absent: { origin: 'default', value: 'hasura-auth', source: `${AUTH}: go/controller/jwt.go, decodeJWTSecret` },
  },
  {
    on: 'issuer',
    fact: 'accessTokenLifetime',
    setting: 'auth.session.accessToken.expiresIn',
    unit: 's',
    absent: { origin: 'default', value: millis(900_000), source: `${NHOST}.session.accessToken` },
    note: 'AUTH_ACCESS_TOKEN_EXPIRES_IN of the container.',
  },
  {
    on: 'issuer',
    fact: 'accessTokenFormat',
    setting: null,
    absent: { origin: 'platform', value: 'jwt', source: `${AUTH}: go/controller/jwt.go` },
  },
  {
    on: 'issuer',
    fact: 'refreshTokenIdle',
    setting: 'auth.session.refreshToken.expiresIn',
    unit: 's',
    absent: { origin: 'default', value: millis(2_592_000_000), source: `${NHOST}.session.refreshToken` },
    note: 'AUTH_REFRESH_TOKEN_EXPIRES_IN of the container. Every use starts it anew.',
  },
  {
    on: 'issuer',
    fact: 'refreshTokenLifetime',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'unbounded',
      source: `${AUTH}: go/sql/query.sql, RefreshTokenAndGetUserRoles puts the end off with every use`,
    },
  },
  {
    on: 'issuer',
    fact: 'refreshRotation',
    setting: null,
    absent: {
      origin: 'platform',
      value: true,
      source: `${AUTH}: go/sql/query.sql, RefreshTokenAndGetUserRoles replaces the hash`,
    },
  },
  {
    on: 'issuer',
    fact: 'refreshReuseDetection',
    setting: null,
    absent: {
      origin: 'platform',
      value: false,
      source: `${AUTH}: go/sql/query.sql, a replaced token is only not found`,
    },
  },
  { on: 'issuer', fact: 'signingAlgorithms', setting: 'hasura.jwtSecrets[0].type', absent: null },
  {
    on: 'issuer',
    fact: 'keyRotationInterval',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'unbounded',
      source: `${AUTH}: go/controller/jwt.go, the key is part of its configuration`,
    },
  },
];

/** Reads the JWT mode of the Hasura engine, and Nhost projects with the Auth service beside it. */
export const adapter: Adapter = {
  id: 'hasura',
  title: 'Hasura and Nhost',
  role: 'API server',
  reads:
    'Version 2: `HASURA_GRAPHQL_JWT_SECRET` and its kin in Compose files, Kubernetes workloads and `.env` files; `nhost.toml`; variables of `hasura-auth`.',
  assumes: [
    'Permissions of roles are in the metadata and not seen.',
    'The admin secret goes past the JWT mode altogether; whoever has it needs no token.',
  ],
  sources: [
    'https://hasura.io/docs/2.0/auth/authentication/jwt/',
    'https://docs.nhost.io/guides/api/configuring-hasura',
    'https://github.com/nhost/hasura-auth',
  ],
  settings,
  examples: [
    {
      file: 'compose.yaml',
      text: `services:
  graphql:
    image: hasura/graphql-engine:v2.48.1
    environment:
      HASURA_GRAPHQL_ADMIN_SECRET: \${ADMIN_SECRET}
      HASURA_GRAPHQL_JWT_SECRET: >-
        {"jwk_url": "https://id.example.com/jwks.json", "issuer": "https://id.example.com", "audience": "shop"}
`,
    },
    {
      file: 'nhost/nhost.toml',
      text: `[hasura]
version = 'v2.48.10-ce'
adminSecret = '{{ secrets.HASURA_GRAPHQL_ADMIN_SECRET }}'

[[hasura.jwtSecrets]]
type = 'RS256'
key = '{{ secrets.JWT_PUBLIC_KEY }}'
signingKey = '{{ secrets.JWT_PRIVATE_KEY }}'

[auth.session.accessToken]
expiresIn = 600

[auth.session.refreshToken]
expiresIn = 86400
`,
    },
  ],
  mayHold: (_file, text) =>
    /HASURA_GRAPHQL_JWT_SECRET|jwtSecrets|--jwt-secret|AUTH_(?:ACCESS|REFRESH)_TOKEN_EXPIRES_IN/.test(text),
  recognise: (document) => enginesOf(document).length > 0 || readAuthServices(document, settings).length > 0,
  read: (document): readonly ConfigSubject[] => [
    ...enginesOf(document).flatMap((engine) => readEngine(engine, settings)),
    ...readAuthServices(document, settings),
  ],
};
