import type {
  ClientConfig,
  ClientFactMap,
  ConfigRemark,
  ConfigSubject,
  IssuerConfig,
  IssuerFactMap,
} from '../model/config.ts';
import { ZERO, millis } from '../model/quantity.ts';
import type { ConfigDocument } from '../source/config-document.ts';
import type { Adapter, Setting } from './adapter.ts';
import type { ConfigNode } from './config-node.ts';
import { child, items, rootOf } from './config-node.ts';
import { completeFacts, durationFact, explicitFact, flagFact, listFact, mapFact, textFact } from './facts.ts';
import { secretsOf } from './secret.ts';

const SERVE = 'dexidp/dex: cmd/dex/serve.go';
const REFRESH = 'dexidp/dex: server/tokens/refresh_strategy.go';

const settings: readonly Setting[] = [
  { on: 'issuer', fact: 'issuer', setting: 'issuer', absent: null },
  {
    on: 'issuer',
    fact: 'idTokenLifetime',
    setting: 'expiry.idTokens',
    absent: { origin: 'default', value: millis(86_400_000), source: `${SERVE}, expiry.idTokens` },
  },
  {
    on: 'issuer',
    fact: 'accessTokenLifetime',
    setting: 'expiry.idTokens',
    absent: { origin: 'default', value: millis(86_400_000), source: `${SERVE}, expiry.idTokens` },
    note: 'Access tokens are signed like ID tokens and live as long.',
  },
  {
    on: 'issuer',
    fact: 'keyRotationInterval',
    setting: 'expiry.signingKeys',
    absent: { origin: 'default', value: millis(21_600_000), source: `${SERVE}, expiry.signingKeys` },
  },
  {
    on: 'issuer',
    fact: 'passiveKeyRetention',
    setting: 'expiry.idTokens',
    absent: {
      origin: 'default',
      value: millis(86_400_000),
      source: `${SERVE}: retired keys stay published for the life of an ID token`,
    },
  },
  {
    on: 'issuer',
    fact: 'refreshRotation',
    setting: 'expiry.refreshTokens.disableRotation',
    absent: { origin: 'default', value: true, source: `${REFRESH}, disableRotation` },
  },
  {
    on: 'issuer',
    fact: 'refreshReuseGrace',
    setting: 'expiry.refreshTokens.reuseInterval',
    absent: { origin: 'default', value: ZERO, source: `${REFRESH}, reuseInterval` },
  },
  {
    on: 'issuer',
    fact: 'refreshTokenLifetime',
    setting: 'expiry.refreshTokens.absoluteLifetime',
    absent: { origin: 'default', value: 'unbounded', source: `${REFRESH}, absoluteLifetime` },
  },
  {
    on: 'issuer',
    fact: 'refreshTokenIdle',
    setting: 'expiry.refreshTokens.validIfNotUsedFor',
    absent: { origin: 'default', value: 'unbounded', source: `${REFRESH}, validIfNotUsedFor` },
  },
  {
    on: 'issuer',
    fact: 'signingAlgorithms',
    setting: null,
    absent: {
      origin: 'platform',
      value: ['RS256'],
      source: 'dexidp/dex: server/rotation.go makes RSA keys of 2048 bits',
    },
  },
  {
    on: 'issuer',
    fact: 'accessTokenFormat',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'jwt',
      source: 'dexidp/dex: server/oauth2.go signs access tokens like ID tokens',
    },
  },
];

/** Reads the configuration file of Dex. */
export const adapter: Adapter = {
  id: 'dex',
  title: 'Dex',
  role: 'issuer',
  reads: 'The configuration of `dex serve` (YAML), and the same below `config` in the values of its Helm chart.',
  assumes: ['Clients that are added over gRPC are not seen.'],
  sources: [
    'https://dexidp.io/docs/configuration/tokens/',
    'https://github.com/dexidp/dex/blob/master/config.yaml.dist',
  ],
  settings,
  examples: [
    {
      file: 'dex.yaml',
      text: `issuer: https://id.example.com/dex
storage: { type: kubernetes, config: { inCluster: true } }
expiry:
  idTokens: 10m
  refreshTokens: { validIfNotUsedFor: 24h, absoluteLifetime: 168h }
staticClients:
  - id: web
    redirectURIs: [https://app.example.com/callback]
    secretEnv: WEB_SECRET
`,
    },
  ],
  mayHold: (_file, text) => /^[ \t]*issuer:/m.test(text) && /^[ \t]*storage:/m.test(text),
  recognise: (document) => configurationOf(document) !== null,
  read(document) {
    const root = configurationOf(document);
    return root === null
      ? []
      : [
          readIssuer(document, root),
          ...items(child(root, 'staticClients')).flatMap((client) => readClient(document, root, client)),
        ];
  },
};

function configurationOf(document: ConfigDocument): ConfigNode | null {
  const root = rootOf(document);
  const candidates = [root, child(root, 'config'), child(root, 'dex', 'config')];
  return (
    candidates.find(
      (node) =>
        child(node, 'issuer') !== null &&
        child(node, 'storage', 'type') !== null &&
        ['connectors', 'staticClients', 'expiry', 'oauth2', 'enablePasswordDB', 'web'].some(
          (key) => child(node, key) !== null,
        ),
    ) ?? null
  );
}

function readIssuer(document: ConfigDocument, root: ConfigNode): IssuerConfig {
  const expiry = child(root, 'expiry');
  const refresh = child(expiry, 'refreshTokens');
  const idTokens = durationFact(child(expiry, 'idTokens'), 's');
  return {
    kind: 'issuer',
    adapter: adapter.id,
    name: 'dex',
    file: document.file,
    at: root.at,
    profile: null,
    product: null,
    secrets: [],
    remarks: remarksOf(root),
    inlineKeys: [],
    facts: completeFacts<IssuerFactMap>(
      settings,
      'issuer',
      {
        issuer: textFact(child(root, 'issuer')),
        idTokenLifetime: idTokens,
        accessTokenLifetime: idTokens,
        passiveKeyRetention: idTokens,
        keyRotationInterval: durationFact(
          child(expiry, 'signingKeys') ?? child(root, 'signer', 'config', 'keysRotationPeriod'),
          's',
        ),
        refreshRotation: mapFact(flagFact(child(refresh, 'disableRotation')), (off) => !off),
        refreshReuseGrace: durationFact(child(refresh, 'reuseInterval'), 's'),
        refreshTokenLifetime: durationFact(child(refresh, 'absoluteLifetime'), 's'),
        refreshTokenIdle: durationFact(child(refresh, 'validIfNotUsedFor'), 's'),
      },
      root.at,
    ),
  };
}

/** The private halves of the keys in Dex's examples are public, and so is the password of its sample user. */
function remarksOf(root: ConfigNode): readonly ConfigRemark[] {
  return items(child(root, 'staticPasswords'))
    .map((entry) => child(entry, 'email'))
    .filter((node) => node?.value === 'admin@example.com')
    .flatMap((node) =>
      node === null
        ? []
        : [
            {
              kind: 'sample-value',
              message: "user admin@example.com is the one of Dex's examples, with a known password",
              at: node.at,
            },
          ],
    );
}

function readClient(document: ConfigDocument, root: ConfigNode, client: ConfigNode): readonly ConfigSubject[] {
  const id = textFact(child(client, 'id') ?? child(client, 'idEnv'));
  const shown = id !== undefined && id.origin !== 'unknown' ? id.value : client.pointer;
  const responseTypes = listFact(child(root, 'oauth2', 'responseTypes'));
  const subject: ClientConfig = {
    kind: 'client',
    adapter: adapter.id,
    name: `client ${shown}`,
    file: document.file,
    at: client.at,
    profile: null,
    issuer: 'dex',
    secrets: secretsOf(child(client, 'secret'), 'client'),
    remarks: [],
    facts: completeFacts<ClientFactMap>(
      settings,
      'client',
      {
        clientId: id,
        public: flagFact(child(client, 'public')) ?? explicitFact(false, client.at),
        redirectUris: listFact(child(client, 'redirectURIs')),
        grantTypes: mapFact(responseTypes, (types) => [
          'authorization_code',
          ...(types.some((type) => /\btoken\b|\bid_token\b/.test(type)) ? ['implicit'] : []),
        ]),
      },
      client.at,
    ),
  };
  return [subject];
}
