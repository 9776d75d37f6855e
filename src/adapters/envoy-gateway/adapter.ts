import type { ConfigRemark, ConfigSubject, RouteConfig, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import type { Adapter } from '../adapter.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, items } from '../config-node.ts';
import { readLogin } from './login.ts';
import { joinRoutes, readGatewayRoute, targetsOf } from './routes.ts';
import { settings } from './settings.ts';
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
import { inlineJwksOf } from '../inline-jwks.ts';
import type { KubernetesResource } from '../kubernetes-resources.ts';
import { resourcesOf } from '../kubernetes-resources.ts';
import { rememberedOfText } from '../of-text.ts';

const GROUP = 'gateway.envoyproxy.io';

/** Reads policies of Envoy Gateway that ask for a token or a login. */
export const adapter: Adapter = {
  id: 'envoy-gateway',
  title: 'Envoy Gateway',
  role: 'gateway',
  reads:
    '`SecurityPolicy` (gateway.envoyproxy.io/v1alpha1) with `spec.jwt` or `spec.oidc`, Helm templates included, and the routes of the Gateway API in the same file that it is attached to.',
  assumes: [
    'Policies and routes that are in no file of the run do not exist.',
    'Policies that select their targets by label are not followed to their routes.',
  ],
  sources: [
    'https://gateway.envoyproxy.io/docs/api/extension_types/#securitypolicy',
    'https://gateway.envoyproxy.io/docs/tasks/security/jwt-authentication/',
  ],
  settings,
  examples: [
    {
      file: 'orders.yaml',
      text: `apiVersion: gateway.envoyproxy.io/v1alpha1
kind: SecurityPolicy
metadata: { name: orders }
spec:
  targetRefs:
    - { group: gateway.networking.k8s.io, kind: HTTPRoute, name: orders }
  jwt:
    providers:
      - name: login
        issuer: https://id.example.com
        audiences: [orders]
        remoteJWKS: { uri: https://id.example.com/jwks.json, cacheDuration: 60s }
`,
    },
  ],
  mayHold: (_file, text) => text.includes(GROUP) && text.includes('SecurityPolicy'),
  recognise: (document) => resourcesOf(document).some((resource) => isPolicy(resource) || isRouteBeside(resource)),
  read: (document) =>
    resourcesOf(document).flatMap((resource) =>
      isPolicy(resource) ? readPolicy(resource) : isRouteBeside(resource) ? readGatewayRoute(resource) : [],
    ),
  join: joinRoutes,
};

function isPolicy({ group, kind, node }: KubernetesResource): boolean {
  if (group !== GROUP || kind !== 'SecurityPolicy') return false;
  return child(node, 'spec', 'jwt') !== null || child(node, 'spec', 'oidc') !== null;
}

const hasPolicy = rememberedOfText(
  (text) => /^kind:\s*["']?SecurityPolicy\b/m.test(text) && /^[ \t]+(?:jwt|oidc):/m.test(text),
);

/** A route of the Gateway API in a file that also holds a policy with tokens. */
function isRouteBeside({ group, kind, node }: KubernetesResource): boolean {
  return (
    group === 'gateway.networking.k8s.io' &&
    (kind === 'HTTPRoute' || kind === 'GRPCRoute') &&
    hasPolicy(node.document.text)
  );
}

function readPolicy(resource: KubernetesResource): readonly ConfigSubject[] {
  const { node, label } = resource;
  const jwt = child(node, 'spec', 'jwt');
  const oidc = child(node, 'spec', 'oidc');
  const providers = items(child(jwt, 'providers')).map((provider, index) => {
    const name = textFact(child(provider, 'name'));
    const shown = name !== undefined && name.origin !== 'unknown' ? name.value : `number ${index + 1}`;
    return readProvider(resource, provider, `SecurityPolicy ${label} provider ${shown}`);
  });
  const logins = oidc === null ? [] : readLogin(label, oidc);
  const names = [...providers, ...logins].filter(({ kind }) => kind === 'verifier').map(({ name }) => name);
  return [...providers, ...logins, routeOf(resource, names)];
}

function routeOf(resource: KubernetesResource, verifiers: readonly string[]): RouteConfig {
  const { node, label } = resource;
  const jwt = child(node, 'spec', 'jwt');
  const block = jwt ?? child(node, 'spec', 'oidc') ?? node;
  const missing = passes(jwt);
  return {
    kind: 'route',
    adapter: 'envoy-gateway',
    name: `SecurityPolicy ${label}`,
    file: node.document.file,
    at: block.keyAt,
    profile: null,
    secrets: [],
    remarks: [],
    verifiers,
    scope: targetsOf(resource),
    facts: {
      paths: unknownConfigFact(block.keyAt, 'the routes that it is attached to say'),
      requirement:
        // A login has to happen, or a token has to be there, whatever the other says of missing ones.
        child(node, 'spec', 'oidc') !== null
          ? explicitFact('required', block.keyAt)
          : (mapFact(missing, (allowed) => (allowed ? 'optional' : 'required')) ??
            explicitFact('required', block.keyAt)),
    },
  };
}

function passes(jwt: ConfigNode | null): VerifierFactMap['missingTokenAllowed'] {
  const open = flagFact(child(jwt, 'failOpen'));
  return open !== undefined && open.origin !== 'unknown' && open.value ? open : flagFact(child(jwt, 'optional'));
}

function readProvider(resource: KubernetesResource, provider: ConfigNode, name: string): VerifierConfig {
  const remote = child(provider, 'remoteJWKS');
  const local = child(provider, 'localJWKS');
  const inline = inlineJwksOf(child(local, 'inline'));
  const jwt = child(resource.node, 'spec', 'jwt');
  return {
    kind: 'verifier',
    adapter: 'envoy-gateway',
    name,
    file: provider.document.file,
    at: provider.at,
    profile: null,
    product: { id: remote === null ? 'static-keys' : 'envoy-gateway', version: null },
    secrets: inline.secrets,
    remarks: remarksOf(provider),
    inlineKeys: inline.keys,
    facts: completeFacts<VerifierFactMap>(
      remote === null ? settings.filter(({ fact }) => !OF_REMOTE_KEYS.has(fact)) : settings,
      'verifier',
      {
        issuers: mapFact(textFact(child(provider, 'issuer')), (text) => (text === '' ? null : [text])),
        audiences: mapFact(listFact(child(provider, 'audiences')), (list) => (list.length === 0 ? null : list)),
        keySource:
          remote !== null
            ? explicitFact('jwks', remote.keyAt)
            : local === null
              ? undefined
              : explicitFact(inline.isShared ? 'shared-secret' : 'static', local.keyAt),
        jwksUri: textFact(child(remote, 'uri')),
        keyCacheTtl: durationFact(child(remote, 'cacheDuration'), 's'),
        fetchTimeout: durationFact(child(remote, 'backendSettings', 'timeout', 'http', 'requestTimeout'), 's'),
        missingTokenAllowed: passes(jwt),
        failedTokenAllowed: flagFact(child(jwt, 'failOpen')),
        queryTokenAccepted: queryTokens(child(provider, 'extractFrom')),
        claimHeaders: claimHeaders(provider),
        denylistClaims: deniedClaims(resource.node),
      },
      provider.at,
    ),
  };
}

/** Facts that keys in the resource do not have. */
const OF_REMOTE_KEYS: ReadonlySet<string> = new Set([
  'keyCacheTtl',
  'fetchTimeout',
  'staleOnError',
  'refetchOnUnknownKid',
]);

function queryTokens(extract: ConfigNode | null): VerifierFactMap['queryTokenAccepted'] {
  if (extract === null) return undefined;
  const params = listFact(child(extract, 'params'));
  return mapFact(params, (list) => list.length > 0) ?? derivedFact(false, extract.keyAt, 'only the locations written');
}

function claimHeaders(provider: ConfigNode): VerifierFactMap['claimHeaders'] {
  const nodes = items(child(provider, 'claimToHeaders')).map((entry) => child(entry, 'header'));
  const names = nodes.flatMap((node) => {
    const fact = textFact(node);
    return fact === undefined || fact.origin === 'unknown' ? [] : [fact.value];
  });
  const [first] = nodes;
  return first === undefined || first === null ? undefined : explicitFact({ names, stripped: true }, first.at);
}

/** Claims by whose values rules with action Deny refuse tokens. */
function deniedClaims(node: ConfigNode): VerifierFactMap['denylistClaims'] {
  const claims = items(child(node, 'spec', 'authorization', 'rules'))
    .filter((rule) => child(rule, 'action')?.value === 'Deny')
    .flatMap((rule) => items(child(rule, 'principal', 'jwt', 'claims')))
    .map((claim) => child(claim, 'name'))
    .filter((name) => name !== null && typeof name.value === 'string');
  const [first] = claims;
  if (first === undefined || first === null) return undefined;
  return explicitFact([...new Set(claims.map((name) => String(name?.value)))].sort(), first.at);
}

function isSampleKeys(url: string): boolean {
  return url.includes('/envoyproxy/gateway/') && url.endsWith('/examples/kubernetes/jwt/jwks.json');
}

/** Id of the key of the example that verifies with keys in the resource. */
const SAMPLE_KID = 'b520b3c2c4bd75a10e9cebc9576933dc';

function remarksOf(provider: ConfigNode): readonly ConfigRemark[] {
  const uri = child(provider, 'remoteJWKS', 'uri');
  const inline = child(provider, 'localJWKS', 'inline');
  if (uri !== null && typeof uri.value === 'string' && isSampleKeys(uri.value)) {
    return [
      {
        kind: 'sample-value',
        message:
          "remoteJWKS is the key set of Envoy Gateway's examples, whose private key is published: anybody can make tokens",
        at: uri.at,
      },
    ];
  }
  if (inline !== null && typeof inline.value === 'string' && inline.value.includes(SAMPLE_KID)) {
    return [
      {
        kind: 'sample-value',
        message:
          "localJWKS holds the key of Envoy Gateway's examples, whose private key is published: anybody can make tokens",
        at: inline.at,
      },
    ];
  }
  return [];
}
