import type { ConfigPair, ConfigSubject, IssuerConfig, VerifierConfig } from '../model/config.ts';
import { knownValue } from '../model/config.ts';
import { folderOf } from '../model/location.ts';
import type { LeaveOut } from '../source/config-document.ts';
import { leftOut } from '../source/problem.ts';

/**
 * Joins issuers and verifiers of a repository: by the reference that a file makes, by the key set's address, or by the
 * `iss` value. Environment overlays of one side pair with the same overlay of the other, or with its base.
 *
 * @param leaveOut told of verifiers that more issuers match than are compared
 */
export function pairConfigs(
  subjects: readonly ConfigSubject[],
  leaveOut: LeaveOut = () => undefined,
): readonly ConfigPair[] {
  const issuers = indexOf(subjects.filter((subject) => subject.kind === 'issuer'));
  const verifiers = subjects.filter((subject) => subject.kind === 'verifier');
  const cut: VerifierConfig[] = [];
  const all = verifiers.flatMap((verifier) => {
    const pairs = candidatesFor(verifier, issuers).flatMap((issuer): readonly ConfigPair[] => {
      const by = matchOf(issuer, verifier);
      return by === null ? [] : [{ issuer, verifier, by }];
    });
    if (pairs.length <= MAX_ISSUERS) return pairs;
    cut.push(verifier);
    return nearest(pairs, verifier.file);
  });
  const [first] = cut;
  if (first !== undefined) {
    const others = cut.length === 1 ? '' : ` and ${cut.length - 1} more verifiers`;
    const message = `more than ${MAX_ISSUERS} issuers match ${first.name}${others}; only the nearest ${MAX_ISSUERS} are compared`;
    leaveOut({ ...leftOut(first.at, message), hint: 'name the paths of one system at a time' });
  }
  return all;
}

/** Issuers by what a verifier may know of them, so that not each is held against each. */
interface IssuerIndex {
  /** Each with its place in the order of the run. */
  readonly order: ReadonlyMap<IssuerConfig, number>;
  readonly byWord: ReadonlyMap<string, readonly IssuerConfig[]>;
  /** Those that are known by the end of their `iss` value only, by that end. */
  readonly bySuffix: ReadonlyMap<string, readonly IssuerConfig[]>;
}

function indexOf(all: readonly IssuerConfig[]): IssuerIndex {
  const byWord = new Map<string, IssuerConfig[]>();
  const bySuffix = new Map<string, IssuerConfig[]>();
  for (const issuer of all) {
    const { jwksUri, issuer: iss } = issuer.facts;
    const words = [knownValue(jwksUri), knownValue(iss)].flatMap((url) =>
      typeof url === 'string' ? [plain(url)] : [],
    );
    for (const word of new Set([...words, ...namesOf(issuer)])) addTo(byWord, word, issuer);
    const suffix = knownValue(issuer.facts.issuerSuffix);
    if (suffix !== undefined) addTo(bySuffix, plain(suffix), issuer);
  }
  const order = new Map(all.map((issuer, index) => [issuer, index]));
  return { order, byWord, bySuffix };
}

function addTo(index: Map<string, IssuerConfig[]>, word: string, issuer: IssuerConfig): void {
  const known = index.get(word);
  if (known === undefined) index.set(word, [issuer]);
  else known.push(issuer);
}

/** Most issuers that one verifier is paired with: copies of one example may be there a thousand times. */
const MAX_ISSUERS = 100;

/** Issuers that may match, in the order of the run. */
function candidatesFor(verifier: VerifierConfig, { order, byWord, bySuffix }: IssuerIndex): readonly IssuerConfig[] {
  const { facts } = verifier;
  const reference = knownValue(facts.issuerReference);
  const urls = [
    knownValue(facts.jwksUri),
    ...(knownValue(facts.issuers) ?? []),
    ...named(knownValue(facts.discoveryUrl)),
  ];
  const words = [
    ...urls.flatMap((url) => (typeof url === 'string' ? [plain(url)] : [])),
    ...(reference === undefined ? [] : [inAdapter(verifier.adapter, reference), inFolder(verifier.file, reference)]),
  ];
  const suffixes = urls.flatMap((url) => (typeof url === 'string' ? segmentsOf(url) : []));
  const found = new Set([
    ...words.flatMap((word) => byWord.get(word) ?? []),
    ...suffixes.flatMap((suffix) => bySuffix.get(suffix) ?? []),
  ]);
  return [...found].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
}

/** Most segments of an address that are looked at, from its end. */
const MAX_SEGMENTS = 32;

/** Every run of whole segments, as `/realms/acme` is one of a discovery address: what a known end may be. */
function segmentsOf(url: string): readonly string[] {
  const slashes = [...plain(url).matchAll(/\//g)].map(({ index }) => index).slice(-MAX_SEGMENTS);
  const ends = [...slashes, plain(url).length];
  return slashes.flatMap((from) => ends.filter((end) => end > from).map((end) => url.slice(from, end)));
}

/** Those with issuers in the folders that a file shares most of its path with. */
function nearest(pairs: readonly ConfigPair[], file: string): readonly ConfigPair[] {
  const folders = folderOf(file).split('/');
  const apart = ({ issuer }: ConfigPair): number => {
    const others = folderOf(issuer.file).split('/');
    const first = folders.findIndex((folder, index) => folder !== others[index]);
    return first < 0 ? 0 : folders.length - first;
  };
  return pairs
    .map((pair) => ({ pair, distance: apart(pair) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MAX_ISSUERS)
    .map(({ pair }) => pair);
}

/** What a reference may call an issuer, as `isReferredTo` has it. */
function namesOf({ adapter, file, name }: IssuerConfig): readonly string[] {
  return [inAdapter(adapter, name), inFolder(file, `${adapter}/${name}`)];
}

function inAdapter(adapter: string, name: string): string {
  return `adapter ${adapter} ${name}`;
}

function inFolder(file: string, name: string): string {
  return `folder ${folderOf(file)} ${name}`;
}

function matchOf(issuer: IssuerConfig, verifier: VerifierConfig): ConfigPair['by'] | null {
  if (isForOthers(issuer, verifier)) return null;
  if (isReferredTo(issuer, verifier)) return 'reference';
  const jwksUri = knownValue(issuer.facts.jwksUri) ?? null;
  const usedUri = knownValue(verifier.facts.jwksUri) ?? null;
  if (jwksUri !== null && jwksUri === usedUri) return 'jwks_uri';
  const iss = knownValue(issuer.facts.issuer) ?? null;
  const suffix = knownValue(issuer.facts.issuerSuffix);
  const wanted = [...(knownValue(verifier.facts.issuers) ?? []), ...named(knownValue(verifier.facts.discoveryUrl))].map(
    plain,
  );
  if (iss !== null && wanted.includes(plain(iss))) return 'issuer';
  if (suffix !== undefined && wanted.some((each) => each.endsWith(plain(suffix)))) return 'issuer';
  if (suffix !== undefined && usedUri?.includes(`${plain(suffix)}/`) === true) return 'jwks_uri';
  return null;
}

/** Whether one issuer has an entry for each audience, and this is another's. */
function isForOthers({ facts }: IssuerConfig, verifier: VerifierConfig): boolean {
  const given = knownValue(facts.audiences) ?? null;
  const wanted = knownValue(verifier.facts.audiences) ?? null;
  return given !== null && wanted !== null && !wanted.some((audience) => given.includes(audience));
}

/** By its name alone within one adapter; with the adapter in front only within a folder, where such names are unique. */
function isReferredTo(issuer: IssuerConfig, verifier: VerifierConfig): boolean {
  const reference = knownValue(verifier.facts.issuerReference);
  if (issuer.adapter === verifier.adapter && reference === issuer.name) return true;
  return reference === `${issuer.adapter}/${issuer.name}` && folderOf(issuer.file) === folderOf(verifier.file);
}

function named(url: string | null | undefined): readonly string[] {
  return url === null || url === undefined ? [] : [url.replace(/\/\.well-known\/[\w-]+$/, '')];
}

/** Two spellings that people mean as one; whether a verifier takes them for one is a rule's question. */
function plain(url: string): string {
  return url.replace(/(?<!\/)\/+$/, '');
}
