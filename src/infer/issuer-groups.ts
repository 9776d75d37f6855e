import type { ClientConfig, ConfigPair, IssuerConfig, VerifierConfig } from '../model/config.ts';
import { knownValue } from '../model/config.ts';
import type { DiscoveryFacts } from '../model/discovery.ts';
import type { Estate } from '../model/finding.ts';
import type { IssuerHistory } from '../model/history.ts';
import type { KeyFacts } from '../model/key.ts';
import { issuerName, slugOf, uniqueNames } from './names.ts';
import { placed, sourceOf } from './provenance.ts';

/** Everything that sources say of one issuer. */
export interface IssuerGroup {
  /** Name of it in the Inventory, and of its TokenPolicy. */
  readonly name: string;
  readonly issuer: string;
  /** Where `issuer` comes from. */
  readonly issuerNote: string;
  readonly configs: readonly IssuerConfig[];
  readonly clients: readonly ClientConfig[];
  readonly verifiers: readonly VerifierConfig[];
  /** What it answered; null for an issuer that nobody asked. */
  readonly served: { readonly history: IssuerHistory; readonly keys: readonly KeyFacts[] } | null;
  readonly discovery: DiscoveryFacts | null;
}

interface Draft {
  readonly issuer: string;
  readonly issuerNote: string;
  readonly configs: IssuerConfig[];
  readonly verifiers: Set<VerifierConfig>;
  history: IssuerHistory | null;
  discovery: DiscoveryFacts | null;
}

/** Stands for a host that no source tells (RFC 2606 section 3). */
const UNKNOWN_HOST = 'https://id.example.com';

/** Most issuers of one verifier that are taken over. */
const MAX_ISSUERS = 50;

/** Joins what was recorded, what configures issuers and what trusts them, by the `iss` value; sorted by name. */
export function issuerGroups(estate: Estate): readonly IssuerGroup[] {
  const drafts = new Map<string, Draft>();
  addRecorded(estate, drafts);
  const issuers = baseOnly(estate.configs.filter((config) => config.kind === 'issuer'));
  const verifiers = baseOnly(estate.configs.filter((config) => config.kind === 'verifier')).filter(usesIssuer);
  const isNamed = ({ facts }: IssuerConfig): boolean => typeof knownValue(facts.issuer) === 'string';
  for (const config of issuers.filter(isNamed)) addIssuer(config, drafts, estate.pairs);
  for (const verifier of verifiers) addTrusted(verifier, drafts);
  for (const config of issuers.filter((each) => !isNamed(each))) addIssuer(config, drafts, estate.pairs);
  for (const verifier of verifiers) addUntold(verifier, drafts);
  const unique = uniqueNames();
  return [...drafts.values()].map((draft) => finished(draft, unique(issuerName(draft.issuer)), estate));
}

function finished({ history, ...draft }: Draft, name: string, { configs, jwks }: Estate): IssuerGroup {
  const keys = jwks.filter(({ file }) => file === history?.file).flatMap((set) => set.keys);
  const clients = configs.filter((config) => config.kind === 'client');
  return {
    ...draft,
    name,
    verifiers: [...draft.verifiers],
    clients: clients.filter((client) =>
      draft.configs.some(({ file, name: issuer }) => file === client.file && issuer === client.issuer),
    ),
    served: history === null ? null : { history, keys },
  };
}

/** Overlays are left to those who know which of them is deployed. */
function baseOnly<Config extends IssuerConfig | VerifierConfig>(configs: readonly Config[]): readonly Config[] {
  const byPlace = new Map<string, Config>();
  for (const config of configs) {
    const place = JSON.stringify([config.file, config.name]);
    if (!byPlace.has(place) || config.profile === null) byPlace.set(place, config);
  }
  return [...byPlace.values()];
}

/** Secrets that two services share have no issuer to speak of. */
function usesIssuer({ facts }: VerifierConfig): boolean {
  const source = knownValue(facts.keySource);
  return source !== 'shared-secret' && source !== 'none' && knownValue(facts.signatureVerified) !== false;
}

function addRecorded({ histories = [], discovery = [] }: Estate, drafts: Map<string, Draft>): void {
  for (const history of histories) {
    if (history.issuer === null) continue;
    draftOf(drafts, history.issuer, placed(history.at, 'issuer')).history = history;
  }
  for (const document of discovery) {
    if (document.issuer === null) continue;
    const draft = draftOf(drafts, document.issuer, placed(document.locate('issuer'), 'issuer'));
    draft.discovery = draft.discovery ?? document;
  }
}

function addIssuer(config: IssuerConfig, drafts: Map<string, Draft>, pairs: readonly ConfigPair[]): void {
  const { issuer: fact } = config.facts;
  const iss = knownValue(fact);
  if (fact !== undefined && typeof iss === 'string' && iss !== '') {
    draftOf(drafts, iss, sourceOf(config, 'issuer', fact)).configs.push(config);
    return;
  }
  const suffix = knownValue(config.facts.issuerSuffix);
  const partners = new Set(pairs.filter(({ issuer }) => issuer === config).map(({ verifier }) => verifier));
  const known = [...drafts.values()].find(
    (draft) =>
      (suffix !== undefined && plain(draft.issuer).endsWith(plain(suffix))) ||
      [...draft.verifiers].some((verifier) => partners.has(verifier)),
  );
  const path = suffix ?? `/${slugOf(config.name.split(' ').at(-1) ?? '', config.adapter)}`;
  const draft =
    known ?? draftOf(drafts, UNKNOWN_HOST + path, `${config.file} does not name the host: write yours in its place`);
  draft.configs.push(config);
}

function addTrusted(verifier: VerifierConfig, drafts: Map<string, Draft>): void {
  const { issuers: fact, discoveryUrl } = verifier.facts;
  for (const issuer of (knownValue(fact) ?? []).slice(0, MAX_ISSUERS)) {
    if (fact !== undefined && issuer !== '')
      draftOf(drafts, issuer, sourceOf(verifier, 'issuers', fact)).verifiers.add(verifier);
  }
  const discovery = knownValue(discoveryUrl);
  const isNew = ![...drafts.values()].some(({ verifiers }) => verifiers.has(verifier));
  if (isNew && discoveryUrl !== undefined && typeof discovery === 'string' && discovery !== '') {
    const issuer = discovery.replace(/\/\.well-known\/[\w-]+$/, '');
    draftOf(drafts, issuer, sourceOf(verifier, 'discoveryUrl', discoveryUrl)).verifiers.add(verifier);
  }
}

/** A verifier whose issuer no file tells: the one with its key set, or the only one there is, or the host of its keys. */
function addUntold(verifier: VerifierConfig, drafts: Map<string, Draft>): void {
  const all = [...drafts.values()];
  if (all.some(({ verifiers }) => verifiers.has(verifier))) return;
  const jwksUri = knownValue(verifier.facts.jwksUri) ?? null;
  const host = jwksUri !== null && URL.canParse(jwksUri) ? new URL(jwksUri).origin : 'null';
  const sameHost = host === 'null' ? [] : all.filter(({ issuer }) => issuer.startsWith(host));
  const [known] = sameHost.length > 0 ? sameHost : all;
  const isSure = sameHost.length === 1 || (host === 'null' && all.length === 1);
  if (isSure && known !== undefined) {
    known.verifiers.add(verifier);
    return;
  }
  const note = `${verifier.file}:${verifier.at.line} checks no issuer: write what its tokens say in iss`;
  draftOf(drafts, host === 'null' ? UNKNOWN_HOST : host, note).verifiers.add(verifier);
}

function draftOf(drafts: Map<string, Draft>, written: string, issuerNote: string): Draft {
  const issuer = withoutCredentials(written);
  const key = plain(issuer);
  const known = drafts.get(key);
  if (known !== undefined) return known;
  const draft: Draft = { issuer, issuerNote, configs: [], verifiers: new Set(), history: null, discovery: null };
  drafts.set(key, draft);
  return draft;
}

/** An address with a password in it is written down without. */
export function withoutCredentials(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  if (url.username === '' && url.password === '') return text;
  url.username = '';
  url.password = '';
  return url.href;
}

/** Two spellings that people mean as one. */
function plain(url: string): string {
  return url.replace(/(?<!\/)\/+$/, '');
}
