import type { ConfigRemark, ConfigSubject, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import { isFiniteBound, millis } from '../../model/quantity.ts';
import type { Adapter } from '../adapter.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, items, members } from '../config-node.ts';
import {
  completeFacts,
  derivedFact,
  durationFact,
  explicitFact,
  flagFact,
  listFact,
  mapFact,
  textFact,
} from '../facts.ts';
import { inlineJwksOf } from '../inline-jwks.ts';
import { readAuthorization } from './authorization.ts';
import { CONTROL_PLANE_VARIABLES, readControlPlane } from './control-plane.ts';
import { joinPolicies } from './join.ts';
import { scopeOf } from './scope.ts';
import { settings } from './settings.ts';
import type { KubernetesResource } from '../kubernetes-resources.ts';
import { resourcesOf } from '../kubernetes-resources.ts';
import { rememberedOfText } from '../of-text.ts';

const GROUP = 'security.istio.io';

/** Fields of a JWTRule (Istio 1.28). */
const KNOWN = new Set(
  'issuer audiences jwksUri jwks_uri jwks fromHeaders fromParams fromCookies outputPayloadToHeader forwardOriginalToken outputClaimToHeaders timeout spaceDelimitedClaims'.split(
    ' ',
  ),
);

/** Reads the policies of a mesh that speak of JWTs, and joins those for the same workloads. */
const mayHoldControlPlane = rememberedOfText((text) => CONTROL_PLANE_VARIABLES.test(text));

export const adapter: Adapter = {
  id: 'istio',
  title: 'Istio',
  role: 'service mesh',
  reads:
    '`RequestAuthentication` and `AuthorizationPolicy` (security.istio.io), several in a file and over all files of a run, and the variables of istiod that decide how keys are fetched: in its Deployment, an IstioOperator, an Istio resource or Helm values.',
  assumes: [
    'The root namespace is istio-system, and policies of resources that are not in the run do not exist.',
    'Policies with action CUSTOM are not looked at: an external authorizer may refuse what passes here.',
    'Tokens are taken for verified at one place; a token that passed a gateway may be verified again at a sidecar.',
  ],
  sources: [
    'https://istio.io/latest/docs/reference/config/security/request_authentication/',
    'https://istio.io/latest/docs/reference/config/security/authorization-policy/',
    'https://istio.io/latest/docs/reference/commands/pilot-discovery/',
  ],
  settings,
  examples: [
    {
      file: 'orders.yaml',
      text: `apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  jwtRules:
    - issuer: https://id.example.com
      jwksUri: https://id.example.com/jwks.json
      audiences: [orders]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  action: ALLOW
  rules:
    - from: [{ source: { requestPrincipals: ['https://id.example.com/*'] } }]
`,
    },
  ],
  mayHold: (_file, text) => text.includes(GROUP) || CONTROL_PLANE_VARIABLES.test(text),
  recognise: (document) =>
    resourcesOf(document).some(isPolicy) || (mayHoldControlPlane(document.text) && readControlPlane(document) !== null),
  read(document) {
    const policies = resourcesOf(document).filter(isPolicy);
    if (policies.length > 0) return policies.flatMap(readPolicy);
    const plane = mayHoldControlPlane(document.text) ? readControlPlane(document) : null;
    return plane === null ? [] : [plane];
  },
  join: joinPolicies,
};

function isPolicy({ group, kind }: KubernetesResource): boolean {
  return group === GROUP && (kind === 'RequestAuthentication' || kind === 'AuthorizationPolicy');
}

function readPolicy(resource: KubernetesResource): readonly ConfigSubject[] {
  if (resource.kind === 'AuthorizationPolicy') return readAuthorization(resource);
  const names = new Set<string>();
  return items(child(resource.node, 'spec', 'jwtRules|jwt_rules')).map((rule, index) => {
    const issuer = textFact(child(rule, 'issuer'));
    const shown = issuer !== undefined && issuer.origin !== 'unknown' ? issuer.value : `number ${index + 1}`;
    const plain = `RequestAuthentication ${resource.label} ${shown}`;
    const name = names.has(plain) ? `${plain} #${index + 1}` : plain;
    names.add(name);
    return readRule(resource, rule, name);
  });
}

function readRule(resource: KubernetesResource, rule: ConfigNode, name: string): VerifierConfig {
  const inline = inlineJwksOf(child(rule, 'jwks'));
  const isInline = child(rule, 'jwks') !== null;
  return {
    kind: 'verifier',
    adapter: 'istio',
    name,
    file: rule.document.file,
    at: rule.at,
    profile: null,
    product: { id: isInline ? 'static-keys' : 'istio', version: null },
    secrets: inline.secrets,
    remarks: remarksOf(rule),
    inlineKeys: inline.keys,
    scope: scopeOf(resource),
    facts: completeFacts<VerifierFactMap>(
      isInline ? settings.filter(({ fact }) => !OF_FETCHED_KEYS.has(fact)) : settings,
      'verifier',
      {
        issuers: mapFact(textFact(child(rule, 'issuer')), (text) => (text === '' ? null : [text])),
        audiences: mapFact(listFact(child(rule, 'audiences')), (list) => (list.length === 0 ? null : list)),
        forwardsToken: flagFact(child(rule, 'forwardOriginalToken')),
        queryTokenAccepted: queryTokens(rule),
        claimHeaders: claimHeaders(rule),
        ...keysOf(rule, inline.isShared),
      },
      rule.at,
    ),
  };
}

/** Facts that keys in the resource do not have. */
const OF_FETCHED_KEYS: ReadonlySet<string> = new Set(['keyCacheTtl', 'staleOnError', 'refetchOnUnknownKid']);

function keysOf(
  rule: ConfigNode,
  isShared: boolean,
): { readonly [Name in keyof VerifierFactMap]?: VerifierFactMap[Name] | undefined } {
  const inline = child(rule, 'jwks');
  if (inline !== null) return { keySource: explicitFact(isShared ? 'shared-secret' : 'static', inline.keyAt) };
  const uri = child(rule, 'jwksUri|jwks_uri');
  const issuer = textFact(child(rule, 'issuer'));
  // The attempts of istiod are a second apart.
  const timeout = durationFact(child(rule, 'timeout'), 's');
  const wait =
    timeout === undefined || timeout.origin === 'unknown' || !isFiniteBound(timeout.value)
      ? timeout
      : derivedFact(millis(timeout.value + 1000), timeout.at, 'timeout, and a second until the next attempt');
  if (uri !== null) return { keySource: explicitFact('jwks', uri.keyAt), jwksUri: textFact(uri), fetchTimeout: wait };
  return {
    keySource: derivedFact('discovery', rule.at, 'neither jwksUri nor jwks is written'),
    discoveryUrl:
      issuer === undefined || issuer.origin === 'unknown'
        ? issuer
        : derivedFact(
            `${issuer.value.replace(/\/$/, '')}/.well-known/openid-configuration`,
            issuer.at,
            'of the issuer, as neither jwksUri nor jwks is written',
          ),
    fetchTimeout: wait,
  };
}

function queryTokens(rule: ConfigNode): VerifierFactMap['queryTokenAccepted'] {
  const params = child(rule, 'fromParams');
  if (params !== null) return mapFact(listFact(params), (list) => list.length > 0);
  const elsewhere = child(rule, 'fromHeaders') ?? child(rule, 'fromCookies');
  return elsewhere === null ? undefined : derivedFact(false, elsewhere.keyAt, 'only the locations that are written');
}

function claimHeaders(rule: ConfigNode): VerifierFactMap['claimHeaders'] {
  const nodes = [
    child(rule, 'outputPayloadToHeader'),
    ...items(child(rule, 'outputClaimToHeaders')).map((entry) => child(entry, 'header')),
  ].filter((node) => node !== null);
  const [first] = nodes;
  if (first === undefined) return undefined;
  const names = nodes.flatMap((node) => {
    const fact = textFact(node);
    return fact === undefined || fact.origin === 'unknown' ? [] : [fact.value];
  });
  return explicitFact({ names, stripped: true }, first.at);
}

/** The public half of Istio's sample key; the private half stands beside it. */
const SAMPLE_KID = 'DHFbpoIUqrY8t2zpA2qXfCmr5VO5ZEr4RzHU_-envvQ';

function isSampleKeys(url: string): boolean {
  return url.includes('/istio/istio/') && url.endsWith('/security/tools/jwt/samples/jwks.json');
}

function remarksOf(rule: ConfigNode): readonly ConfigRemark[] {
  const unknown: readonly ConfigRemark[] = members(rule)
    .filter(([key]) => !KNOWN.has(key) && !key.includes('\uE000'))
    .map(([key, node]) => ({
      kind: 'unknown-setting',
      message: `a JWT rule has no field "${key}"; Kubernetes refuses or drops it`,
      at: node.keyAt,
    }));
  const uri = child(rule, 'jwksUri|jwks_uri');
  const inline = child(rule, 'jwks');
  const issuer = child(rule, 'issuer');
  const samples: ConfigRemark[] = [];
  if (uri !== null && typeof uri.value === 'string' && isSampleKeys(uri.value)) {
    samples.push({
      kind: 'sample-value',
      message: "jwksUri is the key set of Istio's samples, whose private key is published: anybody can make tokens",
      at: uri.at,
    });
  }
  if (inline !== null && typeof inline.value === 'string' && inline.value.includes(SAMPLE_KID)) {
    samples.push({
      kind: 'sample-value',
      message: "jwks holds the key of Istio's samples, whose private key is published: anybody can make tokens",
      at: inline.at,
    });
  }
  if (samples.length === 0 && issuer?.value === 'testing@secure.istio.io') {
    samples.push({
      kind: 'sample-value',
      message: "issuer testing@secure.istio.io is the one of Istio's samples",
      at: issuer.at,
    });
  }
  return [...unknown, ...samples];
}
