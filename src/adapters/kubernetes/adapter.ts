import type { ConfigSubject, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import type { Location } from '../../model/location.ts';
import type { Bound } from '../../model/quantity.ts';
import { millis, minBound } from '../../model/quantity.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { Adapter } from '../adapter.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, descendants, items, rootOf } from '../config-node.ts';
import { parseInside } from '../embedded.ts';
import { completeFacts, derivedFact, explicitFact, flagFact, listFact, mapFact, textFact } from '../facts.ts';
import { flagsOf, readFlags, wellKnownOf } from './flags.ts';
import { FILE_SETTINGS, FLAG_SETTINGS } from './settings.ts';

const MARKS = /kind["']?:\s*["']?(?:AuthenticationConfiguration|ClusterConfiguration)\b/;

/** Reads what an API server is told about tokens: by its own configuration file or by flags. */
export const adapter: Adapter = {
  id: 'kubernetes',
  title: 'Kubernetes API server',
  role: 'resource server',
  reads:
    'AuthenticationConfiguration (v1alpha1, v1beta1, v1), also inside a ConfigMap or another manifest; the flags `--oidc-*`, `--anonymous-auth` and `--service-account-*` in static pods, kubeadm configurations and patches, Cluster API, k3s, RKE2 and RKE.',
  assumes: [
    'The audience of service account tokens and the keys they are verified with are not read.',
    'Webhook authenticators and `--token-auth-file` are not read.',
    'Positions in a manifest that is a text inside another one are those of the text.',
  ],
  sources: [
    'https://kubernetes.io/docs/reference/access-authn-authz/authentication/#using-authentication-configuration',
    'https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/',
  ],
  settings: [...FILE_SETTINGS, ...FLAG_SETTINGS.filter((setting) => !FILE_SETTINGS.includes(setting))],
  examples: [
    {
      file: 'authentication.yaml',
      text: `apiVersion: apiserver.config.k8s.io/v1
kind: AuthenticationConfiguration
anonymous: { enabled: false }
jwt:
  - issuer:
      url: https://id.example.com
      audiences: [cluster-prod]
    claimValidationRules:
      - expression: "claims.exp - claims.nbf <= 3600"
        message: tokens may live for an hour
    claimMappings:
      username: { claim: sub, prefix: "oidc:" }
`,
    },
    {
      file: 'kubeadm.yaml',
      note: 'The same issuer by flags, with other algorithms and no cap on the life of a token.',
      text: `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
apiServer:
  extraArgs:
    - { name: oidc-issuer-url, value: https://id.example.com }
    - { name: oidc-client-id, value: cluster-prod }
    - { name: oidc-signing-algs, value: ES256 }
`,
    },
  ],
  mayHold: (_file, text) =>
    MARKS.test(text) || /\b(?:oidc-issuer-url|service-account-(?:issuer|jwks-uri))\b/.test(text),
  recognise: (document) => documentsIn(document).some((each) => isAuthentication(each) || flagsOf(each).length > 0),
  read: (document) => documentsIn(document).flatMap(readDocument),
};

function readDocument(document: ConfigDocument): readonly ConfigSubject[] {
  if (!isAuthentication(document)) return flagsOf(document).flatMap((flags) => readFlags(document, flags));
  const root = rootOf(document);
  return items(child(root, 'jwt')).map((entry, index) => readAuthenticator(document, root, entry, index));
}

function isAuthentication(document: ConfigDocument): boolean {
  const root = rootOf(document);
  return (
    child(root, 'kind')?.value === 'AuthenticationConfiguration' &&
    /^apiserver\.config\.k8s\.io\/v1(?:alpha1|beta1)?$/.test(String(child(root, 'apiVersion')?.value)) &&
    items(child(root, 'jwt')).length > 0
  );
}

/** The document, and those that are texts inside it: ConfigMaps, files of Cluster API, patches of kind. */
function documentsIn(document: ConfigDocument): readonly ConfigDocument[] {
  if (document.format !== 'yaml' && document.format !== 'json') return [];
  const inner = [...descendants(rootOf(document))].flatMap((node) => {
    const { value, at } = node;
    if (typeof value !== 'string' || !MARKS.test(value)) return [];
    return parseInside(document, 'inner.yaml', value, () => at);
  });
  return [document, ...inner];
}

function readAuthenticator(
  document: ConfigDocument,
  root: ConfigNode,
  entry: ConfigNode,
  index: number,
): VerifierConfig {
  const issuer = child(entry, 'issuer');
  const url = textFact(child(issuer, 'url'));
  const rules = items(child(entry, 'claimValidationRules')).map((rule) => child(rule, 'expression'));
  return {
    kind: 'verifier',
    adapter: adapter.id,
    name: `jwt ${url !== undefined && url.origin !== 'unknown' ? url.value : index}`,
    file: document.file,
    at: entry.at,
    profile: null,
    product: { id: 'kube-apiserver', version: null },
    secrets: [],
    remarks: [],
    inlineKeys: [],
    facts: completeFacts<VerifierFactMap>(
      FILE_SETTINGS,
      'verifier',
      {
        issuers: mapFact(url, (text) => [text]),
        audiences: listFact(child(issuer, 'audiences')),
        keySource: explicitFact('discovery', entry.at),
        discoveryUrl: textFact(child(issuer, 'discoveryURL')) ?? wellKnownOf(url),
        maxLifetime: lifetimeOf(rules),
        denylistClaims: denylistOf(rules),
        missingTokenAllowed: anonymousOf(child(root, 'anonymous')),
      },
      entry.at,
    ),
  };
}

/** Conditions restrict it to some paths, such as health checks: then no word on the API. */
function anonymousOf(anonymous: ConfigNode | null): VerifierFactMap['missingTokenAllowed'] {
  return items(child(anonymous, 'conditions')).length > 0 ? undefined : flagFact(child(anonymous, 'enabled'));
}

/** Texts of the rules that must all hold. An alternative inside one makes it no bound. */
function conditions(
  rules: readonly (ConfigNode | null)[],
): readonly { readonly text: string; readonly at: Location }[] {
  return rules.flatMap((node) =>
    node === null || typeof node.value !== 'string' || node.value.includes('||')
      ? []
      : [{ text: node.value, at: node.at }],
  );
}

/** The official example writes `claims.exp - claims.nbf <= 86400`. */
function lifetimeOf(rules: readonly (ConfigNode | null)[]): VerifierFactMap['maxLifetime'] {
  const caps = conditions(rules).flatMap(({ text, at }) => {
    const [, seconds] = /claims\.exp\s*-\s*claims\.(?:nbf|iat)\s*<=?\s*(\d{1,9})\b/.exec(text) ?? [];
    return seconds === undefined ? [] : [{ at, value: millis(Number(seconds) * 1000) }];
  });
  const [first] = caps;
  if (first === undefined) return undefined;
  return derivedFact<Bound>(minBound(caps.map(({ value }) => value)), first.at, 'a rule on exp and nbf or iat');
}

/** Claims of which an expression refuses listed values. */
function denylistOf(rules: readonly (ConfigNode | null)[]): VerifierFactMap['denylistClaims'] {
  const refusal = /!\s*(?:\(\s*)?claims\.(\w+)\s+in\s+\[|claims\.(\w+)\s*!=\s*['"][^'"]/g;
  const refusals = conditions(rules).flatMap(({ text, at }) =>
    [...text.matchAll(refusal)].map(([, listed, single]) => ({ at, claim: listed ?? single ?? '' })),
  );
  const [first] = refusals;
  if (first === undefined) return undefined;
  return derivedFact([...new Set(refusals.map(({ claim }) => claim))], first.at, 'values that a rule refuses');
}
