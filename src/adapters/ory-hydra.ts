import type { ConfigSubject, IssuerConfig, IssuerFactMap } from '../model/config.ts';
import { ZERO, millis } from '../model/quantity.ts';
import type { ConfigDocument } from '../source/config-document.ts';
import type { Adapter, Setting } from './adapter.ts';
import type { ConfigNode } from './config-node.ts';
import { child, items, rootOf } from './config-node.ts';
import { completeFacts, durationFact, mapFact, numberFact, textFact } from './facts.ts';
import { secretsOf } from './secret.ts';

const SCHEMA = 'Ory Hydra 26.2: .schema/config.schema.json';
const REFRESH = 'Ory Hydra 26.2: fosite/handler/oauth2/flow_refresh.go';

const settings: readonly Setting[] = [
  { on: 'issuer', fact: 'issuer', setting: 'urls.self.issuer', absent: null },
  {
    on: 'issuer',
    fact: 'accessTokenLifetime',
    setting: 'ttl.access_token',
    absent: { origin: 'default', value: millis(3_600_000), source: `${SCHEMA}, ttl.access_token` },
  },
  {
    on: 'issuer',
    fact: 'idTokenLifetime',
    setting: 'ttl.id_token',
    absent: { origin: 'default', value: millis(3_600_000), source: `${SCHEMA}, ttl.id_token` },
  },
  {
    on: 'issuer',
    fact: 'refreshTokenLifetime',
    setting: 'ttl.refresh_token',
    absent: { origin: 'default', value: millis(2_592_000_000), source: `${SCHEMA}, ttl.refresh_token` },
    note: '`-1` never expires. The life starts anew with every rotation.',
  },
  {
    on: 'issuer',
    fact: 'sessionLifetime',
    setting: 'ttl.authentication_session',
    absent: { origin: 'default', value: millis(2_592_000_000), source: `${SCHEMA}, ttl.authentication_session` },
  },
  {
    on: 'issuer',
    fact: 'accessTokenFormat',
    setting: 'strategies.access_token',
    absent: { origin: 'default', value: 'opaque', source: `${SCHEMA}, strategies.access_token` },
  },
  {
    on: 'issuer',
    fact: 'refreshRotation',
    setting: null,
    absent: { origin: 'platform', value: true, source: `${REFRESH}, RotateRefreshToken at every use` },
  },
  {
    on: 'issuer',
    fact: 'refreshReuseDetection',
    setting: null,
    absent: {
      origin: 'platform',
      value: true,
      source: `${REFRESH}, handleRefreshTokenReuse revokes all related tokens`,
    },
  },
  {
    on: 'issuer',
    fact: 'refreshReuseGrace',
    setting: 'oauth2.grant.refresh_token.rotation_grace_period',
    absent: { origin: 'default', value: ZERO, source: `${SCHEMA}, rotation_grace_period` },
  },
  {
    on: 'issuer',
    fact: 'refreshReuseCount',
    setting: 'oauth2.grant.refresh_token.rotation_grace_reuse_count',
    absent: { origin: 'default', value: 0, source: `${SCHEMA}, rotation_grace_reuse_count` },
  },
  {
    on: 'issuer',
    fact: 'keyRotationInterval',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'unbounded',
      source: 'Ory Hydra 26.2 rotates keys when an administrator asks, never by itself',
    },
  },
  {
    on: 'issuer',
    fact: 'revocationEnabled',
    setting: null,
    absent: { origin: 'platform', value: true, source: 'Ory Hydra 26.2 serves /oauth2/revoke (RFC 7009)' },
  },
];

/** Reads the configuration of Hydra itself; its clients are in its database. */
export const adapter: Adapter = {
  id: 'ory-hydra',
  title: 'Ory Hydra',
  role: 'issuer',
  reads: 'The configuration file of Hydra 2 and later (YAML or JSON).',
  assumes: [
    'Lifetimes that single clients override are in the database and not seen.',
    'Environment variables such as TTL_ACCESS_TOKEN are not seen.',
  ],
  sources: ['https://www.ory.sh/docs/hydra/reference/configuration'],
  settings,
  examples: [
    {
      file: 'hydra.yml',
      text: `urls:
  self: { issuer: https://id.example.com/ }
secrets:
  system: ["\${HYDRA_SYSTEM_SECRET}"]
strategies: { access_token: jwt }
ttl: { access_token: 10m, refresh_token: 24h }
`,
    },
  ],
  mayHold: (_file, text) =>
    /\bself\b/.test(text) && /\bissuer\b/.test(text) && /\b(?:secrets|ttl|strategies|oidc)\b/.test(text),
  recognise(document) {
    const root = rootOf(document);
    const hasIssuer = child(root, 'urls', 'self', 'issuer') !== null;
    return (
      hasIssuer &&
      ['secrets', 'ttl', 'strategies', 'oidc', 'oauth2', 'dsn', 'serve'].some((key) => child(root, key) !== null)
    );
  },
  read: (document) => [readIssuer(document)],
};

function readIssuer(document: ConfigDocument): ConfigSubject {
  const root = rootOf(document);
  const grace = child(root, 'oauth2', 'grant', 'refresh_token');
  const issuer: IssuerConfig = {
    kind: 'issuer',
    adapter: adapter.id,
    name: 'hydra',
    file: document.file,
    at: root.at,
    profile: null,
    product: null,
    secrets: systemSecrets(root),
    remarks: [],
    inlineKeys: [],
    facts: completeFacts<IssuerFactMap>(
      settings,
      'issuer',
      {
        issuer: textFact(child(root, 'urls', 'self', 'issuer')),
        accessTokenLifetime: durationFact(child(root, 'ttl', 'access_token'), 's'),
        idTokenLifetime: durationFact(child(root, 'ttl', 'id_token'), 's'),
        refreshTokenLifetime: refreshLifetime(child(root, 'ttl', 'refresh_token')),
        sessionLifetime: durationFact(child(root, 'ttl', 'authentication_session'), 's'),
        accessTokenFormat: mapFact(textFact(child(root, 'strategies', 'access_token')), (word) =>
          word === 'jwt' ? 'jwt' : 'opaque',
        ),
        refreshReuseGrace: durationFact(child(grace, 'rotation_grace_period'), 's'),
        refreshReuseCount: numberFact(child(grace, 'rotation_grace_reuse_count')),
      },
      root.at,
    ),
  };
  return issuer;
}

function refreshLifetime(node: ConfigNode | null): IssuerFactMap['refreshTokenLifetime'] {
  const text = textFact(node);
  if (text !== undefined && text.origin !== 'unknown' && text.value.trim() === '-1')
    return { ...text, value: 'unbounded' };
  return durationFact(node, 's');
}

/** Texts that Hydra's own quick start prints; whoever knows the system secret decrypts every stored key and cookie. */
const SAMPLES: readonly string[] = [
  'youReallyNeedToChangeThis',
  'this-is-the-primary-secret',
  'this-is-the-old-secret',
];

function systemSecrets(root: ConfigNode): IssuerConfig['secrets'] {
  const nodes = [...items(child(root, 'secrets', 'system')), ...items(child(root, 'secrets', 'cookie'))];
  return nodes.flatMap((node) =>
    secretsOf(node, node.pointer.includes('/cookie/') ? 'cookie' : 'admin').map((secret) =>
      SAMPLES.includes(String(node.value)) ? { ...secret, wellKnown: "a sample of Hydra's quick start" } : secret,
    ),
  );
}
