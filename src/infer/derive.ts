import type { ConfigFact, ConfigSubject, VerifierConfig } from '../model/config.ts';
import { knownValue } from '../model/config.ts';
import type { Millis } from '../model/quantity.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound, maxBound, showBound } from '../model/quantity.ts';
import type { IssuerGroup } from './issuer-groups.ts';
import { withoutCredentials } from './issuer-groups.ts';
import { placed, sourceOf } from './provenance.ts';

/** A value with the sentence that says where it comes from. */
export interface Told<T> {
  readonly value: T;
  readonly note: string;
}

/** One fact of some subject. */
export interface Said<T> {
  readonly value: T;
  readonly source: string;
}

/** What each subject says of a fact, in their order; those that say nothing are left out. */
export function saidBy<Subject extends ConfigSubject, T>(
  subjects: readonly Subject[],
  name: string,
  factOf: (subject: Subject) => ConfigFact<T> | undefined,
): readonly Said<T>[] {
  return subjects.flatMap((subject) => {
    const fact = factOf(subject);
    const value = knownValue(fact);
    return fact === undefined || value === undefined ? [] : [{ value, source: sourceOf(subject, name, fact) }];
  });
}

/** Why nothing is known: what the first subject with an unreadable fact says, or that the sources are silent. */
export function silence<Subject extends ConfigSubject>(
  subjects: readonly Subject[],
  name: string,
  factOf: (subject: Subject) => ConfigFact<unknown> | undefined,
): string {
  for (const subject of subjects) {
    const fact = factOf(subject);
    if (fact?.origin === 'unknown') return sourceOf(subject, name, fact);
  }
  const [first] = subjects;
  return first === undefined ? 'not visible in any source' : `not visible in ${first.file}`;
}

/** The limit of a policy: what is configured where that is tighter than recommended, else the recommendation. */
export function capped(said: readonly Said<Bound>[], cap: Millis, missing: string): Told<string> {
  const worst = maxBound(said.map(({ value }) => value));
  const source = said.find(({ value }) => value === worst)?.source;
  if (source === undefined) return { value: showBound(cap), note: `${missing}: the recommended limit holds` };
  if (isFiniteBound(worst) && worst > 0 && worst <= cap) return { value: showBound(worst), note: source };
  const over = worst === 0 ? `${source} says 0s` : `${source} says ${showBound(worst)}, over what is recommended`;
  return { value: showBound(cap), note: over };
}

/** Asymmetric algorithms that are safe for tokens which others verify (RFC 7518 section 3.1, RFC 8037, RFC 9864). */
const SAFE_ALGORITHM = /^(?:(?:RS|PS)(?:256|384|512)|ES256|ES384|ES512|EdDSA|Ed25519)$/;

/** Algorithms that an issuer signs access tokens with, and those that are left out because nobody should accept them. */
export function algorithmsOf(group: IssuerGroup): {
  readonly safe: readonly Said<string>[];
  readonly unsafe: readonly string[];
} {
  const found = algorithmsOfKeys(group);
  const configured = [
    ...saidBy(group.configs, 'signingAlgorithms', ({ facts }) => facts.signingAlgorithms),
    ...saidBy(group.clients, 'signingAlgorithms', ({ facts }) => facts.signingAlgorithms),
  ];
  const accepted = saidBy(group.verifiers, 'algorithms', acceptedAlgorithms);
  const chosen = [...found, ...flat(configured)];
  // What verifiers accept is wider than what is used: it counts where nothing else is known.
  const all = chosen.length > 0 ? chosen : flat(accepted);
  const safe = new Map(all.filter(({ value }) => SAFE_ALGORITHM.test(value)).map((each) => [each.value, each]));
  const offered = [...flat(configured), ...flat(accepted), ...advertised(group)].map(({ value }) => value);
  return {
    safe: [...safe.values()].sort((a, b) => (a.value < b.value ? -1 : 1)),
    unsafe: [...new Set(offered.filter((value) => !SAFE_ALGORITHM.test(value)))].sort(),
  };
}

function acceptedAlgorithms({ facts }: VerifierConfig): ConfigFact<readonly string[]> | undefined {
  const fact = facts.algorithms;
  if (fact === undefined || fact.origin === 'unknown') return fact;
  const { value } = fact;
  return typeof value === 'string' ? undefined : { ...fact, value };
}

function flat(said: readonly Said<readonly string[]>[]): readonly Said<string>[] {
  return said.flatMap(({ value, source }) => value.map((each) => ({ value: each, source })));
}

const CURVE_ALGORITHMS: Readonly<Record<string, string>> = {
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
  Ed25519: 'EdDSA',
};

function algorithmsOfKeys({ served }: IssuerGroup): readonly Said<string>[] {
  return (served?.keys ?? []).flatMap(({ alg, kty, crv, use, at }) => {
    if (use === 'enc') return [];
    const byKind = kty === 'RSA' ? 'RS256' : CURVE_ALGORITHMS[crv ?? ''];
    const value = alg ?? byKind;
    const what = alg === null ? 'what its published keys are for' : 'alg of its published keys';
    return value === undefined ? [] : [{ value, source: placed(at, what) }];
  });
}

function advertised({ discovery }: IssuerGroup): readonly Said<string>[] {
  if (discovery === null) return [];
  const name = 'id_token_signing_alg_values_supported';
  const list = discovery.members[name];
  const texts = Array.isArray(list) ? list.filter((each): each is string => typeof each === 'string') : [];
  return texts.map((value) => ({ value, source: placed(discovery.locate(name), name) }));
}

/** A member of the discovery document that is a URL. */
export function endpointOf({ discovery }: IssuerGroup, member: string): Told<string> | null {
  const value = discovery?.members[member];
  if (discovery === null || typeof value !== 'string' || !isUrl(value)) return null;
  return { value: withoutCredentials(value), note: placed(discovery.locate(member), member) };
}

/** The notation that Inventories and policies take for addresses. */
export function isUrl(text: string): boolean {
  return /^https?:\/\/[^\s/]/.test(text) && URL.canParse(text);
}

/** Where the keys are. */
export function jwksUriOf(group: IssuerGroup): Told<string> {
  const { served, configs, verifiers, issuer } = group;
  const recorded = served?.history.jwksUri ?? null;
  if (served !== null && recorded !== null && isUrl(recorded))
    return { value: withoutCredentials(recorded), note: placed(served.history.at, 'jwks_uri') };
  const advertisedUri = endpointOf(group, 'jwks_uri');
  if (advertisedUri !== null) return advertisedUri;
  const said = [
    ...saidBy(configs, 'jwksUri', ({ facts }) => facts.jwksUri),
    ...saidBy(verifiers, 'jwksUri', ({ facts }) => facts.jwksUri),
  ];
  for (const { value, source } of said)
    if (value !== null && isUrl(value)) return { value: withoutCredentials(value), note: source };
  const base = isUrl(issuer) ? issuer.replace(/[?#].*$/, '').replace(/\/+$/, '') : 'https://id.example.com';
  return { value: `${base}/.well-known/jwks.json`, note: 'not visible in any source: write where its keys are' };
}

/** What its tokens may be meant for. */
export function audiencesOf({ verifiers, configs, clients }: IssuerGroup): Told<readonly string[]> {
  const said = [
    ...saidBy(verifiers, 'audiences', ({ facts }) => facts.audiences),
    ...saidBy(configs, 'audiences', ({ facts }) => facts.audiences),
  ].flatMap(({ value, source }) => (value === null ? [] : value.map((each) => ({ value: each, source }))));
  const servers = clients.filter(({ facts }) => knownValue(facts.resourceServer) === true);
  const all = [...said, ...saidBy(servers, 'clientId', ({ facts }) => facts.clientId)].filter(
    ({ value }) => value !== '',
  );
  const values = [...new Set(all.map(({ value }) => value))].sort();
  if (values.length === 0) return { value: ['https://api.example.com'], note: noAudience(clients) };
  const sources = [...new Set(all.map(({ source }) => source))];
  const more = sources.length > 3 ? ` and ${sources.length - 3} more places` : '';
  return { value: values, note: `${sources.slice(0, 3).join(', ')}${more}` };
}

function noAudience(clients: IssuerGroup['clients']): string {
  const [first] = clients;
  const why =
    first === undefined
      ? 'not visible in any source'
      : `none of the ${clients.length} clients in ${first.file} only takes tokens`;
  return `${why}: write what your services call themselves`;
}
