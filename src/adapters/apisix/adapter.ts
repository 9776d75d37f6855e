import type { ConfigFact, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import { ZERO } from '../../model/quantity.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { Adapter } from '../adapter.ts';
import { settings, settingsOfConsumers, settingsOfIntrospection, settingsOfStaticKeys } from './settings.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, descendants, isMapping, items, rootOf } from '../config-node.ts';
import {
  completeFacts,
  derivedFact,
  durationFact,
  explicitFact,
  flagFact,
  listFact,
  mapFact,
  textFact,
  unknownConfigFact,
} from '../facts.ts';
import { inlineKeysOf } from '../inline-keys.ts';
import { secretsOf } from '../secret.ts';

/** Reads the plugins of APISIX that check tokens: `openid-connect` where it is used, `jwt-auth` at the consumers. */
export const adapter: Adapter = {
  id: 'apisix',
  title: 'Apache APISIX',
  role: 'gateway',
  reads:
    'Standalone files (`apisix.yaml`), files of ADC, bodies of the Admin API and Kubernetes resources: the plugin `openid-connect` on routes, services and plugin configurations, and the keys that consumers have for `jwt-auth`.',
  assumes: [
    'Without use_jwks and public_key the plugin openid-connect introspects tokens.',
    'Which route uses a plugin configuration is not worked out.',
  ],
  sources: [
    'https://apisix.apache.org/docs/apisix/plugins/openid-connect/',
    'https://apisix.apache.org/docs/apisix/plugins/jwt-auth/',
  ],
  settings,
  examples: [
    {
      file: 'apisix.yaml',
      text: `routes:
  - uri: /orders/*
    name: orders
    plugins:
      openid-connect:
        client_id: orders
        client_secret: $ENV://CLIENT_SECRET
        discovery: https://id.example.com/.well-known/openid-configuration
        bearer_only: true
        use_jwks: true
        token_signing_alg_values_expected: ES256
        jwt_verification_cache_ignore: true
    upstream:
      nodes: { 'orders:8080': 1 }
#END
`,
      note: 'Without jwt_verification_cache_ignore a token that was seen once is accepted until its exp.',
    },
  ],
  mayHold: (_file, text) =>
    /\b(?:openid-connect|jwt-auth|jwtAuth)\b/.test(text) &&
    /\b(?:plugins|credentials)\b|apisix\.apache\.org/.test(text),
  recognise: (document) => usesOf(document).length > 0,
  read: (document) => usesOf(document).map((use) => readUse(document, use)),
};

interface Use {
  readonly plugin: 'openid-connect' | 'jwt-auth';
  readonly config: ConfigNode;
  /** What it is used on: a route, a consumer, ... */
  readonly owner: ConfigNode;
}

function usesOf(document: ConfigDocument): readonly Use[] {
  const root = rootOf(document);
  const version = child(root, 'apiVersion')?.value;
  const isResource = typeof version === 'string' && version.startsWith('apisix.apache.org/');
  const byConsumer = isResource ? child(root, 'spec', 'authParameter', 'jwtAuth', 'value') : null;
  const ofConsumer: readonly Use[] =
    byConsumer === null ? [] : [{ plugin: 'jwt-auth', config: byConsumer, owner: child(root, 'metadata') ?? root }];
  const found = [...descendants(root)].flatMap((owner): readonly Use[] => {
    const credential = child(owner, 'type')?.value === 'jwt-auth' ? child(owner, 'config') : null;
    // As ADC and the Consumer resource have it.
    if (credential !== null && child(credential, 'key') !== null) {
      return [{ plugin: 'jwt-auth', config: credential, owner }];
    }
    const plugins = child(owner, 'plugins');
    if (plugins === null) return [];
    if (isMapping(plugins.value)) return usesIn(owner, (name) => child(plugins, name));
    // Kong writes the same list, so it counts in resources of APISIX only.
    if (!isResource) return [];
    return usesIn(owner, (name) =>
      child(items(plugins).find((each) => child(each, 'name')?.value === name) ?? null, 'config'),
    );
  });
  return [...ofConsumer, ...found];
}

function usesIn(owner: ConfigNode, find: (name: string) => ConfigNode | null): readonly Use[] {
  const openid = find('openid-connect');
  const jwt = find('jwt-auth');
  return [
    ...(openid !== null && child(openid, 'client_id') !== null
      ? [{ plugin: 'openid-connect' as const, config: openid, owner }]
      : []),
    // On a route it has no keys; those are the consumers'.
    ...(jwt !== null && child(jwt, 'key') !== null ? [{ plugin: 'jwt-auth' as const, config: jwt, owner }] : []),
  ];
}

type Facts = { readonly [Name in keyof VerifierFactMap]?: VerifierFactMap[Name] | undefined };

function readUse({ file }: ConfigDocument, { plugin, config, owner }: Use): VerifierConfig {
  const isConsumer = plugin === 'jwt-auth';
  const isJwks = flagOf(child(config, 'use_jwks'));
  const isLocal = isJwks || child(config, 'public_key') !== null;
  const table = isConsumer
    ? settingsOfConsumers
    : isJwks
      ? settings
      : isLocal
        ? settingsOfStaticKeys
        : settingsOfIntrospection;
  const product = isConsumer || (isLocal && !isJwks) ? 'static-keys' : isLocal ? 'lua-resty-openidc' : null;
  return {
    kind: 'verifier',
    adapter: adapter.id,
    name: `${isConsumer ? 'consumer' : 'openid-connect of'} ${nameOf(owner)}`,
    file,
    at: config.keyAt,
    profile: null,
    product: product === null ? null : { id: product, version: null },
    secrets: isConsumer
      ? secretsOf(written(child(config, 'secret')), 'hmac', encodingOf(config))
      : [
          ...secretsOf(written(child(config, 'client_secret')), 'client'),
          ...secretsOf(written(child(config, 'session', 'secret')), 'cookie'),
        ],
    remarks: [],
    inlineKeys: inlineKeysOf(child(config, 'public_key')),
    facts: completeFacts<VerifierFactMap>(
      table,
      'verifier',
      isConsumer ? consumerFactsOf(config) : isLocal ? localFactsOf(config, isJwks) : introspectionFactsOf(config),
      config.keyAt,
    ),
  };
}

function flagOf(node: ConfigNode | null): boolean {
  const fact = flagFact(node);
  return fact !== undefined && fact.origin !== 'unknown' && fact.value;
}

function nameOf(owner: ConfigNode): string {
  const own = ['name', 'username', 'id', 'uri'].map((key) => child(owner, key));
  for (const node of [...own, child(rootOf(owner.document), 'metadata', 'name')]) {
    const fact = textFact(node);
    if (fact !== undefined && fact.origin !== 'unknown') return fact.value;
  }
  return 'without a name';
}

/** Null for a reference, as `$ENV://NAME` and `$secret://vault/1/key`. */
function written(node: ConfigNode | null): ConfigNode | null {
  return typeof node?.value === 'string' && /^\$(?:env|secret):\/\//i.test(node.value) ? null : node;
}

function encodingOf(config: ConfigNode) {
  const algorithm = textFact(child(config, 'algorithm'));
  return {
    algorithm: algorithm === undefined ? 'HS256' : algorithm.origin === 'unknown' ? null : algorithm.value,
    ...(flagOf(child(config, 'base64_secret')) ? { encoding: 'base64' as const } : {}),
  };
}

function consumerFactsOf(config: ConfigNode): Facts {
  const key = child(config, 'public_key');
  return {
    keySource:
      key !== null
        ? explicitFact('static', key.keyAt)
        : explicitFact('shared-secret', (child(config, 'secret') ?? config).keyAt),
    algorithms: listFact(child(config, 'algorithm')),
    leeway: durationFact(child(config, 'lifetime_grace_period'), 's'),
  };
}

function localFactsOf(config: ConfigNode, isJwks: boolean): Facts {
  const key = child(config, 'public_key');
  const discovery = child(config, 'discovery');
  return {
    keySource: isJwks
      ? explicitFact('discovery', (discovery ?? config).keyAt)
      : explicitFact('static', (key ?? config).keyAt),
    ...(isJwks
      ? { discoveryUrl: textFact(discovery), keyCacheTtl: durationFact(child(config, 'jwk_expires_in'), 's') }
      : {}),
    issuers: issuersOf(config, discovery),
    audiences: audiencesOf(config),
    algorithms: algorithmsOf(config),
    leeway: durationFact(child(config, 'iat_slack'), 's'),
    verdictCacheTtl: mapFact(flagFact(child(config, 'jwt_verification_cache_ignore')), (off): Bound =>
      off ? ZERO : 'unbounded',
    ),
    tlsVerified: flagFact(child(config, 'ssl_verify')),
    missingTokenAllowed: passOf(config),
  };
}

function introspectionFactsOf(config: ConfigNode): Facts {
  const isJwks = flagFact(child(config, 'use_jwks'));
  return {
    keySource:
      isJwks?.origin === 'unknown'
        ? unknownConfigFact(isJwks.at, 'use_jwks is filled in elsewhere')
        : explicitFact('none', config.keyAt, 'tokens are introspected'),
    discoveryUrl: textFact(child(config, 'discovery')),
    introspectionCacheTtl: mapFact(durationFact(child(config, 'introspection_interval'), 's'), (time) =>
      time === 0 ? 'unbounded' : time,
    ),
    tlsVerified: flagFact(child(config, 'ssl_verify')),
    missingTokenAllowed: passOf(config),
  };
}

/** What is listed, else what the discovery document names. */
function issuersOf(config: ConfigNode, discovery: ConfigNode | null): ConfigFact<readonly string[]> {
  const listed = listFact(child(config, 'claim_validator', 'issuer', 'valid_issuers'));
  if (listed !== undefined) return listed;
  const url = textFact(discovery);
  const suffix = /\/\.well-known\/openid-configuration$/;
  return url === undefined || url.origin === 'unknown' || !suffix.test(url.value)
    ? unknownConfigFact((discovery ?? config).at, 'the discovery document names it')
    : derivedFact([url.value.replace(suffix, '')], url.at, 'discovery');
}

function audiencesOf(config: ConfigNode): ConfigFact<readonly string[]> | undefined {
  const matched = flagFact(child(config, 'claim_validator', 'audience', 'match_with_client_id'));
  if (matched === undefined || matched.origin === 'unknown') return matched;
  return matched.value ? mapFact(textFact(child(config, 'client_id')), (id): readonly string[] => [id]) : undefined;
}

function algorithmsOf(config: ConfigNode): ConfigFact<readonly string[]> | undefined {
  const expected = listFact(child(config, 'token_signing_alg_values_expected'));
  const none = child(config, 'accept_none_alg');
  if (!flagOf(none) || none === null || expected?.origin === 'unknown') return expected;
  return explicitFact(['none', ...(expected?.value ?? [])], none.at);
}

function passOf(config: ConfigNode): ConfigFact<boolean> | undefined {
  return flagOf(child(config, 'bearer_only'))
    ? undefined
    : mapFact(textFact(child(config, 'unauth_action')), (action) => action === 'pass');
}
