import type { Fact } from '../model/fact.ts';
import { derived } from '../model/fact.ts';
import type { IssuerHistory } from '../model/history.ts';
import type { Inventory, IssuerDeclaration } from '../model/inventory.ts';
import { showLocation } from '../model/location.ts';
import type { FetchFacts } from '../model/observation.ts';
import type { Bound, Millis } from '../model/quantity.ts';
import { freshnessOf } from '../predict/freshness.ts';

type Edge = IssuerDeclaration['edge'];

/**
 * Lets recorded headers of a key set say what shared caches may do with it, where the Inventory does not. Of several
 * fetches of the last observation the longest time counts, window by window.
 */
export function withRecordedEdges(
  inventories: readonly Inventory[],
  histories: readonly IssuerHistory[],
): readonly Inventory[] {
  if (histories.length === 0) return inventories;
  return inventories.map((inventory) => ({
    ...inventory,
    issuers: inventory.issuers.map((issuer) => {
      const edge = isDeclared(issuer.edge) ? null : recordedEdge(issuer, histories);
      return edge === null ? issuer : { ...issuer, edge };
    }),
  }));
}

/** With `jwks_http` in the Inventory somebody looked at the headers and wrote down what they say. */
function isDeclared({ maxAge, staleWhileRevalidate, staleIfError }: Edge): boolean {
  return [maxAge, staleWhileRevalidate, staleIfError].some(({ origin }) => origin !== 'unknown');
}

function recordedEdge(issuer: IssuerDeclaration, histories: readonly IssuerHistory[]): Edge | null {
  const fetches = histories
    .filter((history) => isOf(history, issuer))
    .flatMap(({ observations }) => observations.at(-1)?.fetches ?? [])
    .filter(({ set }) => set !== null);
  const readings = fetches.map((fetch) => ({ fetch, read: freshnessOf(fetch.headers) }));
  const fresh = longest(readings.map(({ fetch, read }) => ({ fetch, time: read.lifetime })));
  const stale = longest(readings.map(({ fetch, read }) => ({ fetch, time: read.staleWhileRevalidate })));
  const onError = longest(readings.map(({ fetch, read }) => ({ fetch, time: read.staleIfError })));
  return fresh === null || stale === null || onError === null
    ? null
    : { maxAge: fresh, staleWhileRevalidate: stale, staleIfError: onError };
}

function isOf(history: IssuerHistory, { issuer, jwksUri, environment }: IssuerDeclaration): boolean {
  const isSame = history.issuer === issuer || (history.issuer === null && history.jwksUri === jwksUri);
  return isSame && (history.environment === null || history.environment === environment);
}

/** Null when no answer was recorded, or one of them says nothing: caches then decide for themselves. */
function longest(times: readonly { readonly fetch: FetchFacts; readonly time: Millis | null }[]): Fact<Bound> | null {
  const [first, ...others] = times;
  if (first === undefined || times.some(({ time }) => time === null)) return null;
  const { fetch, time } = others.reduce((a, b) => (Number(b.time) > Number(a.time) ? b : a), first);
  return time === null ? null : derived<Bound>(time, `cache headers recorded at ${showLocation(fetch.at)}`, fetch.at);
}
