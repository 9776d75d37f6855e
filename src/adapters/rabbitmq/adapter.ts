import type { ConfigFact, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import { ZERO, millis } from '../../model/quantity.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { Adapter, Setting } from '../adapter.ts';
import type { ConfigNode } from '../config-node.ts';
import { completeFacts, explicitFact, flagFact, mapFact, textFact, unknownConfigFact } from '../facts.ts';
import type { RabbitConfig, RabbitSettings } from './read.ts';
import { listed, rabbitConfigsOf } from './read.ts';
import { secretsOf } from '../secret.ts';

const PLUGIN = 'RabbitMQ 4.3: deps/rabbitmq_auth_backend_oauth2/src';

const settings: readonly Setting[] = [
  { on: 'verifier', fact: 'keySource', setting: 'auth_oauth2.jwks_uri, .issuer, .signing_keys.<id>', absent: null },
  {
    on: 'verifier',
    fact: 'jwksUri',
    setting: 'auth_oauth2.jwks_uri',
    absent: null,
    note: 'Also by its older name jwks_url, and below `auth_oauth2.oauth_providers.<name>`, as are all about the issuer.',
  },
  { on: 'verifier', fact: 'discoveryUrl', setting: 'auth_oauth2.issuer', absent: null },
  {
    on: 'verifier',
    fact: 'issuers',
    setting: null,
    absent: { origin: 'platform', value: null, source: `${PLUGIN}/uaa_jwt.erl does not look at iss` },
    note: '`auth_oauth2.issuer` is where keys are looked up, and nothing that tokens are compared with.',
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'auth_oauth2.verify_aud, .resource_server_id',
    absent: null,
    note: 'The id of the resource server, unless verify_aud is false.',
  },
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: 'auth_oauth2.algorithms.<n>',
    absent: {
      origin: 'default',
      value: 'any',
      source: `${PLUGIN}/uaa_jwt_jwt.erl, without algorithms any that fits the key`,
    },
  },
  {
    on: 'verifier',
    fact: 'expVerified',
    setting: null,
    absent: {
      origin: 'platform',
      value: true,
      source: `${PLUGIN}/rabbit_auth_backend_oauth2.erl, validate_token_expiry`,
    },
  },
  {
    on: 'verifier',
    fact: 'requiresExp',
    setting: 'auth_oauth2.require_exp',
    absent: null,
    note: 'True by default since 4.2.9 and 4.3.3; earlier versions have no such setting and take tokens without exp.',
  },
  {
    on: 'verifier',
    fact: 'leeway',
    setting: null,
    absent: { origin: 'platform', value: ZERO, source: `${PLUGIN}/rabbit_auth_backend_oauth2.erl, exp without leeway` },
  },
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'unbounded',
      source: `${PLUGIN}/uaa_jwt.erl, keys are fetched only for an unknown kid`,
    },
  },
  {
    on: 'verifier',
    fact: 'refetchOnUnknownKid',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'unthrottled',
      source: `${PLUGIN}/uaa_jwt.erl, an unknown kid is fetched at once`,
    },
  },
  {
    on: 'verifier',
    fact: 'staleOnError',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'unbounded',
      source: `${PLUGIN}/uaa_jwt.erl, keys are replaced only when a fetch succeeds`,
    },
  },
  {
    on: 'verifier',
    fact: 'fetchTimeout',
    setting: null,
    absent: { origin: 'platform', value: millis(60_000), source: `${PLUGIN}/uaa_jwks.erl, timeout` },
  },
  {
    on: 'verifier',
    fact: 'tlsVerified',
    setting: 'auth_oauth2.https.verify',
    absent: {
      origin: 'default',
      value: true,
      source: 'RabbitMQ 4.3: deps/oauth2_client/src/oauth2_client.erl, verify_peer',
    },
    note: 'Also by its older name https.peer_verification.',
  },
];

/** Facts that come from fetching keys. */
const FETCHING = new Set(['keyCacheTtl', 'refetchOnUnknownKid', 'staleOnError', 'fetchTimeout', 'tlsVerified']);

const PREFIX = 'auth_oauth2';

/** Reads the OAuth 2.0 plugin of RabbitMQ: one verifier for each resource server. */
export const adapter: Adapter = {
  id: 'rabbitmq',
  title: 'RabbitMQ, OAuth 2.0 plugin',
  role: 'message broker',
  reads:
    '`auth_oauth2` settings of `rabbitmq.conf`, also where such a text stands in a manifest (a ConfigMap, `additionalConfig` of a RabbitmqCluster). One verifier for each resource server.',
  assumes: [
    '`advanced.config` is not read; settings there win over these.',
    'The plugin is enabled, and a connection that was opened with a token works until its exp.',
  ],
  sources: ['https://www.rabbitmq.com/docs/oauth2', 'https://github.com/rabbitmq/rabbitmq-server'],
  settings,
  examples: [
    {
      file: 'rabbitmq.conf',
      text: `auth_backends.1 = rabbit_auth_backend_oauth2
auth_oauth2.resource_server_id = orders-broker
auth_oauth2.issuer = https://id.example.com
auth_oauth2.algorithms.1 = ES256
auth_oauth2.require_exp = true
`,
      note: 'A key that was seen once is used without end.',
    },
  ],
  mayHold: (_file, text) => /^[ \t-]*auth_oauth2\.\w/m.test(text),
  recognise: (document) => rabbitConfigsOf(document).length > 0,
  read: (document) => rabbitConfigsOf(document).flatMap((config) => readConfig(document, config)),
};

interface ResourceServer {
  /** Where its own settings stand: `auth_oauth2` for the only one. */
  readonly prefix: string;
  readonly id: ConfigNode | null;
}

function readConfig(document: ConfigDocument, { at, settings: written }: RabbitConfig): readonly VerifierConfig[] {
  const groups = written.groups(`${PREFIX}.resource_servers`);
  const own = written.get(`${PREFIX}.resource_server_id`) ?? null;
  const servers: ResourceServer[] = groups.map((group) => {
    const prefix = `${PREFIX}.resource_servers.${group}`;
    return { prefix, id: written.get(`${prefix}.id`) ?? null };
  });
  if (own !== null || servers.length === 0) servers.unshift({ prefix: PREFIX, id: own });
  return servers.map((server, index) => {
    const facts = factsOf(written, server);
    const source = knownValue(facts.keySource);
    const isFetched = source === 'jwks' || source === 'discovery';
    const product = isFetched ? 'rabbitmq-oauth2' : source === 'static' ? 'static-keys' : null;
    const place = server.id?.keyAt ?? at;
    const id = textFact(server.id);
    const group = server.prefix.split('.').at(-1) ?? '';
    return {
      kind: 'verifier',
      adapter: adapter.id,
      name: `resource server ${id !== undefined && id.origin !== 'unknown' ? id.value : group === PREFIX ? 'without an id' : group}`,
      file: document.file,
      at: place,
      profile: null,
      product: product === null ? null : { id: product, version: null },
      secrets: index === 0 ? secretsOf(written.get('management.oauth_client_secret') ?? null, 'client') : [],
      remarks: [],
      inlineKeys: [],
      facts: completeFacts<VerifierFactMap>(
        isFetched ? settings : settings.filter(({ fact }) => !FETCHING.has(fact)),
        'verifier',
        facts,
        place,
      ),
    };
  });
}

type Facts = { readonly [Name in keyof VerifierFactMap]?: VerifierFactMap[Name] | undefined };

function factsOf(written: RabbitSettings, server: ResourceServer): Facts {
  const inherited = (name: string): ConfigNode | null =>
    written.get(`${server.prefix}.${name}`) ?? written.get(`${PREFIX}.${name}`) ?? null;
  const provider = providerOf(written, server);
  const requiresExp = flagFact(inherited('require_exp'));
  const place = server.id?.keyAt;
  return {
    keySource: place === undefined ? undefined : unknownConfigFact(place, 'no key is named in this file'),
    ...(provider === null ? {} : providerFactsOf(written, provider)),
    audiences: audiencesOf(server, inherited('verify_aud')),
    requiresExp:
      requiresExp ??
      (place === undefined
        ? undefined
        : unknownConfigFact(place, '4.2.9, 4.3.3 and later refuse a token without exp, earlier ones take it')),
  };
}

function audiencesOf({ id }: ResourceServer, verifyAud: ConfigNode | null): Facts['audiences'] {
  const isVerified = flagFact(verifyAud);
  if (isVerified?.origin === 'unknown') return isVerified;
  if (isVerified !== undefined && !isVerified.value) return explicitFact(null, isVerified.at);
  return mapFact(textFact(id), (text): readonly string[] => [text]);
}

/** Where the settings of its issuer stand; null when the file does not tell which of several it is. */
function providerOf(written: RabbitSettings, { prefix }: ResourceServer): string | null {
  const chosen = written.get(`${prefix}.oauth_provider_id`) ?? written.get(`${PREFIX}.default_oauth_provider`);
  if (chosen === undefined) return PREFIX;
  const provider = `${PREFIX}.oauth_providers.${String(chosen.value)}`;
  return written.groups(provider).length > 0 ? provider : null;
}

function providerFactsOf(written: RabbitSettings, provider: string): Facts {
  const at = (name: string): ConfigNode | null => written.get(`${provider}.${name}`) ?? null;
  const jwks = at('jwks_uri') ?? at('jwks_url');
  const issuer = at('issuer');
  const keys = listed(written, `${provider}.signing_keys`);
  const algorithms = listed(written, `${provider}.algorithms`);
  const verify = at('https.verify') ?? at('https.peer_verification');
  return {
    ...keySourceOf({ jwks, issuer, keys }),
    algorithms: algorithms.length === 0 ? undefined : algorithmsOf(algorithms),
    tlsVerified: mapFact(textFact(verify), (mode) => mode !== 'verify_none'),
  };
}

interface KeySettings {
  readonly jwks: ConfigNode | null;
  readonly issuer: ConfigNode | null;
  readonly keys: readonly ConfigNode[];
}

function keySourceOf({ jwks, issuer, keys }: KeySettings): Facts {
  if (jwks !== null) return { keySource: explicitFact('jwks', jwks.keyAt), jwksUri: textFact(jwks) };
  if (issuer !== null) return { keySource: explicitFact('discovery', issuer.keyAt), discoveryUrl: textFact(issuer) };
  const [key] = keys;
  return key === undefined ? {} : { keySource: explicitFact('static', key.keyAt) };
}

function algorithmsOf(nodes: readonly ConfigNode[]): ConfigFact<readonly string[]> | undefined {
  const facts = nodes.flatMap((node) => textFact(node) ?? []);
  const unknown = facts.find(({ origin }) => origin === 'unknown');
  const [first] = nodes;
  if (unknown !== undefined || first === undefined)
    return unknown === undefined ? undefined : unknownConfigFact(unknown.at, 'one of them is filled in elsewhere');
  return explicitFact(
    facts.flatMap((fact) => (fact.origin === 'unknown' ? [] : [fact.value])),
    first.at,
  );
}
