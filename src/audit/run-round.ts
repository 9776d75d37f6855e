import type { DiscoveryKind } from '../model/discovery.ts';
import type { DocumentFetcher, FetchedDocument } from '../model/ports.ts';
import { readJson, toData } from '../token/json-positions.ts';
import { wellKnownUrls } from './issuer-urls.ts';
import { MAX_DISCOVERY_LENGTH } from './read-discovery.ts';
import type { AuditedIssuer, RoundAnswers } from './round.ts';

/** Largest key set that is fetched; `lint` reads no larger one either. */
const MAX_SET_BYTES = 1024 * 1024;

/** One fetch with everything in it: a verifier that waits longer for its keys is down. */
const TIMEOUT_MS = 5000;

/** Fetches under way at a time: enough for a round of seconds, too few to be felt. */
const CONCURRENCY = 4;

/** Addresses of one host that are asked. */
const MAX_ADDRESSES = 16;

/**
 * Fetches that find every one of four replicas behind a balancer with 99 % certainty: r ln(r / 0.01) with r = 4, the
 * coupon collector's bound.
 */
export const DEFAULT_FETCHES = 24;

export interface RoundOptions {
  /** Fetches of the key set, over all addresses together; every address is asked at least once. */
  readonly fetches: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/**
 * Asks an issuer once: its metadata under every well-known address, then its key set so many times, over every address
 * that its host has. Never throws; what brought nothing is an answer too.
 */
export async function runRound(
  { issuer, jwksUri: declared }: AuditedIssuer,
  fetcher: DocumentFetcher,
  { fetches, time }: RoundOptions,
): Promise<RoundAnswers> {
  const discovery = await discover(issuer, fetcher);
  const jwksUri = declared ?? discovery.map(({ answer }) => jwksUriIn(answer)).find((uri) => uri !== null) ?? null;
  if (jwksUri === null) return { time, jwksUri, discovery, keySets: [] };
  return { time, jwksUri, discovery, keySets: await fetchKeySets(jwksUri, fetcher, fetches) };
}

type Discovered = RoundAnswers['discovery'];

/** The first address that answers counts for each kind; where none does, the first one says why. */
async function discover(issuer: string, fetcher: DocumentFetcher): Promise<Discovered> {
  const candidates = wellKnownUrls(issuer);
  const answers = await inPool(
    candidates.map(({ kind, url }) => async () => {
      const answer = await fetcher.get({ url, address: null, maxBytes: MAX_DISCOVERY_LENGTH, timeoutMs: TIMEOUT_MS });
      return { kind, url, answer };
    }),
  );
  return (['openid', 'oauth'] as const).flatMap((kind: DiscoveryKind) => {
    const ofKind = answers.filter((each) => each.kind === kind);
    const chosen = ofKind.find(({ answer }) => answer.ok) ?? ofKind[0];
    return chosen === undefined ? [] : [chosen];
  });
}

function jwksUriIn(answer: FetchedDocument): string | null {
  if (!answer.ok) return null;
  const reading = readJson('', answer.body);
  if (!reading.ok) return null;
  const data = toData(reading.root);
  const uri: unknown = typeof data === 'object' && data !== null && 'jwks_uri' in data ? data.jwks_uri : null;
  return typeof uri === 'string' && URL.canParse(uri) ? uri : null;
}

async function fetchKeySets(
  url: string,
  fetcher: DocumentFetcher,
  fetches: number,
): Promise<readonly FetchedDocument[]> {
  const get = (address: string | null) => (): Promise<FetchedDocument> =>
    fetcher.get({ url, address, maxBytes: MAX_SET_BYTES, timeoutMs: TIMEOUT_MS });
  const { allowed } = await fetcher.resolve(url);
  // Without an address, one fetch tells why.
  if (allowed.length === 0) return [await get(null)()];
  const addresses = allowed.slice(0, MAX_ADDRESSES);
  const first = await inPool(addresses.map(get));
  // An address that does not answer is not asked again: twenty timeouts say no more than one.
  const alive = addresses.filter((_, index) => first[index]?.ok === true);
  const rest = Math.max(0, fetches - first.length);
  if (alive.length === 0) return first;
  const more = Array.from({ length: rest }, (_, index) => get(alive[index % alive.length] ?? null));
  return [...first, ...(await inPool(more))];
}

/** Runs tasks a few at a time; results in the order of the tasks. */
async function inPool<T>(tasks: readonly (() => Promise<T>)[]): Promise<readonly T[]> {
  const results: T[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < tasks.length; index = next++) {
      const task = tasks[index];
      if (task !== undefined) results[index] = await task();
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, tasks.length) }, work));
  return results;
}
