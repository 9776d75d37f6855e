import { fromHttpDate } from '../model/instant.ts';
import type { Millis } from '../model/quantity.ts';
import { millis } from '../model/quantity.ts';

/** What decides how long shared caches may hand out a response without asking its origin. */
export type FreshnessOrigin = 's-maxage' | 'max-age' | 'expires' | 'heuristic' | 'forbidden' | 'none';

/** How long a recorded HTTP response may be served by shared caches. */
export interface Freshness {
  /**
   * F: time for which the response is fresh. Where nothing says so, the heuristic that RFC 9111 section 4.2.2 suggests;
   * null when that has nothing to go by either, so that caches decide alone.
   */
  readonly lifetime: Millis | null;
  /** `forbidden`: no-store, no-cache or private. `none`: neither lifetime nor validator with a date. */
  readonly origin: FreshnessOrigin;
  /** W_s: served stale while a cache fetches again (RFC 5861 section 3); zero where must-revalidate rules it out. */
  readonly staleWhileRevalidate: Millis;
  /** I_s: served stale while the origin fails (RFC 5861 section 4); zero where must-revalidate rules it out. */
  readonly staleIfError: Millis;
  /** How old the response was on arrival; above zero a shared cache served it (RFC 9111 section 5.1). */
  readonly age: Millis;
}

/** Longest time that is read: RFC 9111 section 1.2.2 lets caches cut off at 2^31 seconds. */
const MAX_SECONDS = 2 ** 31;

/** RFC 9111 section 4.2.2: a fraction that is typical; caches warn, and most of them end, after a day. */
const HEURISTIC_SHARE = 0.1;
const LONGEST_HEURISTIC = 86_400_000;

/** Fields with directives: for every cache, and for shared caches that know RFC 9213. */
const DIRECTIVE_FIELDS = ['cache-control', 'cdn-cache-control'] as const;

/**
 * Reads the cache headers of a response the way the most lenient shared cache does: of two values for one directive the
 * larger counts, since a bound must hold for every cache, those that know CDN-Cache-Control (RFC 9213) and those that do
 * not. RFC 9111 sections 4.2.1 and 5.2.2.
 *
 * @param recorded names in any case; several lines of one header joined by commas
 */
export function freshnessOf(recorded: Readonly<Record<string, string>>): Freshness {
  const headers = Object.fromEntries(Object.entries(recorded).map(([name, value]) => [name.toLowerCase(), value]));
  const fields = DIRECTIVE_FIELDS.filter((field) => headers[field] !== undefined);
  const [first, ...others] = (fields.length === 0 ? ['cache-control'] : fields).map((field) =>
    readingOf(headers, readDirectives(headers[field] ?? '')),
  );
  return others.reduce(longer, first ?? readingOf(headers, new Map()));
}

function readingOf(headers: Readonly<Record<string, string>>, directives: Directives): Freshness {
  const lifetime = lifetimeOf(headers, directives);
  const mayBeStale =
    lifetime.origin !== 'forbidden' && !directives.has('must-revalidate') && !directives.has('proxy-revalidate');
  return {
    ...lifetime,
    staleWhileRevalidate: (mayBeStale ? secondsOf(directives, 'stale-while-revalidate') : null) ?? millis(0),
    staleIfError: (mayBeStale ? secondsOf(directives, 'stale-if-error') : null) ?? millis(0),
    age: secondsOf(readDirectives(`age=${headers['age'] ?? '0'}`), 'age') ?? millis(0),
  };
}

/** Of two readings by different caches the longer one, each window on its own. */
function longer(a: Freshness, b: Freshness): Freshness {
  const isLonger = a.lifetime !== null && (b.lifetime === null || b.lifetime > a.lifetime);
  const { lifetime, origin } = isLonger ? b : a;
  const of = (x: Millis, y: Millis): Millis => (x > y ? x : y);
  return {
    lifetime,
    origin,
    staleWhileRevalidate: of(a.staleWhileRevalidate, b.staleWhileRevalidate),
    staleIfError: of(a.staleIfError, b.staleIfError),
    age: a.age,
  };
}

type Directives = ReadonlyMap<string, readonly (string | null)[]>;

function lifetimeOf(
  headers: Readonly<Record<string, string>>,
  directives: Directives,
): Pick<Freshness, 'lifetime' | 'origin'> {
  // no-cache="field" and private="field" speak of that header field only (RFC 9111 sections 5.2.2.4 and 5.2.2.7).
  if (['no-store', 'no-cache', 'private'].some((name) => directives.get(name)?.includes(null) === true)) {
    return { lifetime: millis(0), origin: 'forbidden' };
  }
  for (const origin of ['s-maxage', 'max-age'] as const) {
    const lifetime = secondsOf(directives, origin);
    if (lifetime !== null) return { lifetime, origin };
  }
  const date = timeOf(headers['date']);
  const { expires } = headers;
  if (expires !== undefined) {
    // "0" and other values that are no date mean the past (RFC 9111 section 5.3).
    const end = timeOf(expires);
    if (end !== null && date === null) return { lifetime: null, origin: 'none' };
    return { lifetime: millis(end === null || date === null ? 0 : Math.max(0, end - date)), origin: 'expires' };
  }
  const modified = timeOf(headers['last-modified']);
  if (date === null || modified === null) return { lifetime: null, origin: 'none' };
  const guess = Math.min(Math.max(0, date - modified) * HEURISTIC_SHARE, LONGEST_HEURISTIC);
  return { lifetime: millis(Math.round(guess)), origin: 'heuristic' };
}

/** Directives with their arguments, quotes removed; names have no case. */
function readDirectives(header: string): Directives {
  const found = new Map<string, (string | null)[]>();
  for (const part of header.matchAll(/([^\s,=]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,]*)))?/g)) {
    const [, name = '', quoted, plain] = part;
    const key = name.toLowerCase();
    found.set(key, [...(found.get(key) ?? []), quoted ?? plain ?? null]);
  }
  return found;
}

/** Null when the directive is absent. A value that is no number makes the response stale (RFC 9111 section 4.2.1). */
function secondsOf(directives: Directives, name: string): Millis | null {
  const values = directives.get(name);
  if (values === undefined) return null;
  const seconds = values.map((value) => (value !== null && /^\d+$/.test(value) ? Number(value) : 0));
  return millis(Math.min(Math.max(...seconds), MAX_SECONDS) * 1000);
}

function timeOf(text: string | undefined): number | null {
  return text === undefined ? null : fromHttpDate(text);
}
