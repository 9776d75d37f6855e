import type { ConfigPair, ConfigSubject, IssuerConfig, VerifierConfig } from '../model/config.ts';
import { knownValue } from '../model/config.ts';

/**
 * Joins issuers and verifiers of a repository: by the reference that a file makes, by the key set's address, or by the
 * `iss` value. Environment overlays of one side pair with the same overlay of the other, or with its base.
 */
export function pairConfigs(subjects: readonly ConfigSubject[]): readonly ConfigPair[] {
  const issuers = indexOf(subjects.filter((subject) => subject.kind === 'issuer'));
  const verifiers = subjects.filter((subject) => subject.kind === 'verifier');
  return verifiers.flatMap((verifier) =>
    candidatesFor(verifier, issuers).flatMap((issuer) => {
      const by = matchOf(issuer, verifier);
      return by === null ? [] : [{ issuer, verifier, by }];
    }),
  );
}

/** Issuers by what a verifier may know of them, so that not each is held against each. */
interface IssuerIndex {
  readonly all: readonly IssuerConfig[];
  readonly byWord: ReadonlyMap<string, readonly IssuerConfig[]>;
  /** Those that are known by the end of their `iss` value only. */
  readonly withSuffix: readonly IssuerConfig[];
}

function indexOf(all: readonly IssuerConfig[]): IssuerIndex {
  const byWord = new Map<string, IssuerConfig[]>();
  for (const issuer of all) {
    const { jwksUri, issuer: iss } = issuer.facts;
    const words = [knownValue(jwksUri), knownValue(iss)].flatMap((url) =>
      typeof url === 'string' ? [plain(url)] : [],
    );
    for (const word of new Set([...words, issuer.name, `${issuer.adapter}/${issuer.name}`])) {
      const known = byWord.get(word);
      if (known === undefined) byWord.set(word, [issuer]);
      else known.push(issuer);
    }
  }
  return { all, byWord, withSuffix: all.filter(({ facts }) => knownValue(facts.issuerSuffix) !== undefined) };
}

/** Issuers that may match, in the order of the run. */
function candidatesFor({ facts }: VerifierConfig, { all, byWord, withSuffix }: IssuerIndex): readonly IssuerConfig[] {
  const urls = [
    knownValue(facts.jwksUri),
    ...(knownValue(facts.issuers) ?? []),
    ...named(knownValue(facts.discoveryUrl)),
  ];
  const words = [
    ...urls.flatMap((url) => (typeof url === 'string' ? [plain(url)] : [])),
    knownValue(facts.issuerReference),
  ];
  const found = new Set([...words.flatMap((word) => byWord.get(word ?? '') ?? []), ...withSuffix]);
  return found.size === 0 ? [] : all.filter((issuer) => found.has(issuer));
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

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1);
}

function named(url: string | null | undefined): readonly string[] {
  return url === null || url === undefined ? [] : [url.replace(/\/\.well-known\/[\w-]+$/, '')];
}

/** Two spellings that people mean as one; whether a verifier takes them for one is a rule's question. */
function plain(url: string): string {
  return url.replace(/(?<!\/)\/+$/, '');
}
