import type { ConfigSubject, RouteConfig, VerifierConfig, VerifierFactMap } from '../model/config.ts';
import { ZERO, millis } from '../model/quantity.ts';
import type { ConfigDocument } from '../source/config-document.ts';
import type { Adapter, Setting } from './adapter.ts';
import type { ConfigNode } from './config-node.ts';
import { child, items, rootOf } from './config-node.ts';
import { completeFacts, durationFact, explicitFact, flagFact, listFact, mapFact, textFact } from './facts.ts';

const ROUTER = 'Apollo Router 2: apollo-router/src/plugins/authentication';

const settings: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'issuers',
    setting: 'authentication.router.jwt.jwks[].issuers',
    absent: { origin: 'default', value: null, source: `${ROUTER}/mod.rs, issuers` },
    note: 'Older versions have one `issuer`.',
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'authentication.router.jwt.jwks[].audiences',
    absent: { origin: 'default', value: null, source: `${ROUTER}/mod.rs, audiences` },
  },
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: 'authentication.router.jwt.jwks[].algorithms',
    absent: { origin: 'default', value: 'any', source: `${ROUTER}/mod.rs, algorithms` },
  },
  {
    on: 'verifier',
    fact: 'requiresExp',
    setting: 'authentication.router.jwt.jwks[].allow_missing_exp',
    absent: { origin: 'default', value: true, source: `${ROUTER}/mod.rs, allow_missing_exp` },
  },
  { on: 'verifier', fact: 'jwksUri', setting: 'authentication.router.jwt.jwks[].url', absent: null },
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: 'authentication.router.jwt.jwks[].poll_interval',
    unit: 's',
    absent: {
      origin: 'default',
      value: millis(60_000),
      source: `${ROUTER}/jwks.rs, DEFAULT_AUTHENTICATION_DOWNLOAD_INTERVAL`,
    },
  },
  {
    on: 'verifier',
    fact: 'staleOnError',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'unbounded',
      source: `${ROUTER}/jwks.rs keeps the last set while a poll fails`,
    },
    note: 'The old keys stay for as long as polling fails.',
  },
  {
    on: 'verifier',
    fact: 'refetchOnUnknownKid',
    setting: null,
    absent: { origin: 'platform', value: 'never', source: `${ROUTER}/jwks.rs polls only` },
  },
  {
    on: 'verifier',
    fact: 'failedTokenAllowed',
    setting: 'authentication.router.jwt.on_error',
    absent: { origin: 'default', value: false, source: `${ROUTER}/mod.rs, on_error` },
    note: '`Continue` lets the request through without claims.',
  },
  {
    on: 'verifier',
    fact: 'missingTokenAllowed',
    setting: 'authorization.require_authentication',
    absent: {
      origin: 'default',
      value: true,
      source: 'Apollo Router 2: apollo-router/src/plugins/authorization/mod.rs, require_authentication',
    },
    note: 'Without it a request that carries no token is served; only fields marked `@authenticated` are held back.',
  },
];

/** Reads the `authentication.router.jwt` block of a router configuration. */
export const adapter: Adapter = {
  id: 'apollo-router',
  title: 'Apollo Router',
  role: 'gateway',
  reads:
    'The `authentication.router.jwt` block of a router configuration (YAML), of version 1 and 2, and the same block below `router.configuration` of Helm values.',
  assumes: [
    '`@authenticated` directives of the schema are not seen, so a missing token counts as allowed unless the router demands one.',
  ],
  sources: ['https://www.apollographql.com/docs/graphos/routing/security/jwt', ROUTER],
  settings,
  examples: [
    {
      file: 'router.yaml',
      text: `authentication:
  router:
    jwt:
      jwks:
        - url: https://id.example.com/jwks.json
          issuers: [https://id.example.com]
          audiences: [orders]
          algorithms: [ES256]
authorization:
  require_authentication: true
`,
    },
  ],
  mayHold: (_file, text) => text.includes('authentication:') && text.includes('jwks:'),
  recognise: (document) => jwtBlock(document) !== null,
  read(document) {
    const jwt = jwtBlock(document);
    if (jwt === null) return [];
    return items(child(jwt, 'jwks')).flatMap((entry, index) => readEntry(document, jwt, entry, index));
  },
};

function configurationOf(document: ConfigDocument): ConfigNode {
  const root = rootOf(document);
  return child(root, 'router', 'configuration') ?? root;
}

function jwtBlock(document: ConfigDocument): ConfigNode | null {
  const jwt = child(configurationOf(document), 'authentication', 'router', 'jwt');
  return child(jwt, 'jwks') === null ? null : jwt;
}

function readEntry(
  document: ConfigDocument,
  jwt: ConfigNode,
  entry: ConfigNode,
  index: number,
): readonly ConfigSubject[] {
  const url = textFact(child(entry, 'url'));
  const onError = child(jwt, 'on_error');
  const name = `jwks ${url !== undefined && url.origin !== 'unknown' ? url.value : index}`;
  const required = flagFact(child(configurationOf(document), 'authorization', 'require_authentication'));
  const verifier: VerifierConfig = {
    kind: 'verifier',
    adapter: adapter.id,
    name,
    file: document.file,
    at: entry.at,
    profile: null,
    product: { id: 'apollo-router', version: null },
    secrets: [],
    remarks: [],
    inlineKeys: [],
    facts: completeFacts<VerifierFactMap>(
      settings,
      'verifier',
      {
        issuers: listFact(child(entry, 'issuers|issuer')),
        audiences: listFact(child(entry, 'audiences')),
        algorithms: listFact(child(entry, 'algorithms')),
        requiresExp: mapFact(flagFact(child(entry, 'allow_missing_exp')), (allowed) => !allowed),
        jwksUri: url,
        keySource: url === undefined ? undefined : explicitFact('jwks', entry.at),
        keyCacheTtl: durationFact(child(entry, 'poll_interval'), 's'),
        failedTokenAllowed: mapFact(textFact(onError), (word) => word.toLowerCase() === 'continue'),
        missingTokenAllowed: mapFact(required, (demanded) => !demanded),
        fetchTimeout: undefined,
        verdictCacheTtl: {
          origin: 'platform',
          value: ZERO,
          at: entry.at,
          source: `${ROUTER} caches no decisions`,
          versions: null,
        },
      },
      entry.at,
    ),
  };
  const route: RouteConfig = {
    kind: 'route',
    adapter: adapter.id,
    name: `route * of ${name}`,
    file: document.file,
    at: jwt.at,
    profile: null,
    secrets: [],
    remarks: [],
    verifiers: [name],
    facts: {
      paths: explicitFact(['*'], jwt.at),
      ...(verifier.facts.missingTokenAllowed === undefined
        ? {}
        : { requirement: mapRequirement(verifier.facts.missingTokenAllowed) }),
    },
  };
  return [verifier, route];
}

function mapRequirement(
  missingAllowed: NonNullable<VerifierFactMap['missingTokenAllowed']>,
): NonNullable<RouteConfig['facts']['requirement']> {
  return missingAllowed.origin === 'unknown'
    ? missingAllowed
    : { ...missingAllowed, value: missingAllowed.value ? 'optional' : 'required' };
}
