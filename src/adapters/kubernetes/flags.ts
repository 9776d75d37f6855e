import type {
  ConfigFact,
  ConfigSubject,
  IssuerConfig,
  IssuerFactMap,
  VerifierConfig,
  VerifierFactMap,
} from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import { millis } from '../../model/quantity.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, descendants, items, members, rootOf } from '../config-node.ts';
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
import { FLAG_SETTINGS } from './settings.ts';

const ID = 'kubernetes';

/** Flags of one API server, by name without dashes. A flag may be given more than once. */
interface Flags {
  readonly at: ConfigNode;
  readonly values: ReadonlyMap<string, readonly ConfigNode[]>;
}

/** Every place of a document that gives flags to an API server which say something about tokens. */
export function flagsOf(document: ConfigDocument): readonly Flags[] {
  const root = rootOf(document);
  return [...settingBlocks(root).flatMap(fromSettings), ...containersOf(root).flatMap(fromContainer)].filter(
    ({ values }) => values.has('oidc-issuer-url') || [...values.keys()].some((name) => SERVICE_ACCOUNT.test(name)),
  );
}

const SERVICE_ACCOUNT =
  /^service-account-(?:issuer|jwks-uri|extend-token-expiration|max-token-expiration|signing-key-file)$/;

const KUBEADM = ['apiServer', 'extraArgs'] as const;

/** kubeadm and what carries its configuration (Cluster API), k3s and RKE2, RKE. */
function settingBlocks(root: ConfigNode): readonly ConfigNode[] {
  const isKubeadm = child(root, 'kind')?.value === 'ClusterConfiguration';
  return [
    isKubeadm ? child(root, ...KUBEADM) : null,
    isKubeadm ? child(root, 'apiServerExtraArgs') : null,
    child(root, 'spec', 'kubeadmConfigSpec', 'clusterConfiguration', ...KUBEADM),
    child(root, 'spec', 'template', 'spec', 'kubeadmConfigSpec', 'clusterConfiguration', ...KUBEADM),
    child(root, 'kube-apiserver-arg'),
    child(root, 'services', 'kube-api', 'extra_args'),
  ].filter((node) => node !== null);
}

/** `{name: value}`, `[{name, value}]` of kubeadm v1beta4, or `[name=value]` of k3s. */
function fromSettings(block: ConfigNode): readonly Flags[] {
  const pairs: (readonly [string, ConfigNode])[] = [...members(block)];
  for (const item of items(block)) {
    const name = child(item, 'name');
    const value = child(item, 'value');
    if (name !== null && value !== null) pairs.push([String(name.value), value]);
  }
  return [{ at: block, values: grouped([...pairs, ...argumentPairs(items(block))]) }];
}

function containersOf(root: ConfigNode): readonly ConfigNode[] {
  return [...descendants(root)].filter(
    (node) => (child(node, 'command') !== null || child(node, 'args') !== null) && isApiServer(node),
  );
}

/** Other programs take flags of the same names: oauth2-proxy, kube-oidc-proxy. */
function isApiServer(container: ConfigNode): boolean {
  const words = [child(container, 'name'), child(container, 'image'), ...argumentsOf(container)];
  return words.some(
    (node) => typeof node?.value === 'string' && /(?:^|[/\s])kube-apiserver(?:[:@\s]|$)/.test(node.value),
  );
}

function argumentsOf(container: ConfigNode): readonly ConfigNode[] {
  return [...items(child(container, 'command')), ...items(child(container, 'args'))];
}

function fromContainer(container: ConfigNode): readonly Flags[] {
  return [{ at: container, values: grouped(argumentPairs(argumentsOf(container))) }];
}

/** `--name=value`, and `--name` with the value as the next item. */
function argumentPairs(nodes: readonly ConfigNode[]): readonly (readonly [string, ConfigNode])[] {
  return nodes.flatMap((node, index): readonly (readonly [string, ConfigNode])[] => {
    if (typeof node.value !== 'string') return [];
    const [, name, value] = /^(?:--)?([a-z][a-z\d-]*)(?:=(.*))?$/s.exec(node.value.trim()) ?? [];
    if (name === undefined) return [];
    if (value !== undefined) return [[name, withValue(node, value)]];
    const next = nodes[index + 1];
    const isSwitch = next === undefined || typeof next.value !== 'string' || next.value.startsWith('--');
    return [[name, isSwitch ? withValue(node, 'true') : next]];
  });
}

function withValue({ document, pointer, at, keyAt }: ConfigNode, value: string): ConfigNode {
  return { document, pointer, value, at, keyAt };
}

function grouped(pairs: readonly (readonly [string, ConfigNode])[]): Flags['values'] {
  const values = new Map<string, ConfigNode[]>();
  for (const [name, node] of pairs) {
    const plain = name.replace(/^--/, '');
    values.set(plain, [...(values.get(plain) ?? []), node]);
  }
  return values;
}

/** The OIDC authenticator of a set of flags, and the issuer of service account tokens. */
export function readFlags(document: ConfigDocument, flags: Flags): readonly ConfigSubject[] {
  const isIssuer = [...flags.values.keys()].some((name) => SERVICE_ACCOUNT.test(name));
  return [
    ...(flags.values.has('oidc-issuer-url') ? [readVerifier(document, flags)] : []),
    ...(isIssuer ? [readIssuer(document, flags)] : []),
  ];
}

function last(flags: Flags, name: string): ConfigNode | null {
  return flags.values.get(name)?.at(-1) ?? null;
}

function readVerifier(document: ConfigDocument, flags: Flags): VerifierConfig {
  const url = last(flags, 'oidc-issuer-url');
  const issuer = textFact(url);
  return {
    kind: 'verifier',
    adapter: ID,
    name: `oidc ${issuer !== undefined && issuer.origin !== 'unknown' ? issuer.value : 'flags'}`,
    file: document.file,
    at: url?.at ?? flags.at.at,
    profile: null,
    product: { id: 'kube-apiserver', version: null },
    secrets: [],
    remarks: [],
    inlineKeys: [],
    facts: completeFacts<VerifierFactMap>(
      FLAG_SETTINGS,
      'verifier',
      {
        issuers: mapFact(issuer, (text) => [text]),
        audiences: listFact(last(flags, 'oidc-client-id')),
        algorithms: listFact(last(flags, 'oidc-signing-algs'), /,/),
        keySource: url === null ? undefined : explicitFact('discovery', url.at),
        discoveryUrl: wellKnownOf(issuer),
        missingTokenAllowed: flagFact(last(flags, 'anonymous-auth')),
      },
      url?.at ?? flags.at.at,
    ),
  };
}

/** Where the discovery document of an issuer is looked for, unless another address is written. */
export function wellKnownOf(issuer: ConfigFact<string> | undefined): VerifierFactMap['discoveryUrl'] {
  if (issuer === undefined || issuer.origin === 'unknown') return issuer;
  const address = `${issuer.value.replace(/\/$/, '')}/.well-known/openid-configuration`;
  return derivedFact(address, issuer.at, 'OpenID Connect Discovery 1.0 section 4: issuer and the well-known path');
}

function readIssuer(document: ConfigDocument, flags: Flags): IssuerConfig {
  const named = flags.values.get('service-account-issuer')?.[0] ?? null;
  const at = (named ?? flags.at).at;
  return {
    kind: 'issuer',
    adapter: ID,
    name: 'service accounts',
    file: document.file,
    at,
    profile: null,
    product: null,
    secrets: [],
    remarks: [],
    inlineKeys: [],
    facts: completeFacts<IssuerFactMap>(
      FLAG_SETTINGS,
      'issuer',
      {
        issuer: textFact(named),
        jwksUri: textFact(last(flags, 'service-account-jwks-uri')),
        accessTokenLifetime: lifetimeOf(flags),
      },
      at,
    ),
  };
}

/** A year where it is extended, which is the default; else what each pod asks for, up to the maximum. */
function lifetimeOf(flags: Flags): IssuerFactMap['accessTokenLifetime'] {
  const extended = flagFact(last(flags, 'service-account-extend-token-expiration'));
  if (extended === undefined || extended.origin === 'unknown') return extended;
  if (extended.value) return derivedFact<Bound>(millis(31_536_000_000), extended.at, 'extended to a year');
  const most = durationFact(last(flags, 'service-account-max-token-expiration'), 's');
  return most ?? unknownConfigFact(extended.at, 'every pod asks for its own, 1h7s where it says nothing');
}
