import type { ConfigFact, VerifierFactMap } from '../../model/config.ts';
import type { Location } from '../../model/location.ts';
import type { Bound } from '../../model/quantity.ts';
import { ZERO, maxBound, millis, sumBounds } from '../../model/quantity.ts';
import { derivedFact, explicitFact, unknownConfigFact } from '../facts.ts';
import type { Directive } from './tree.ts';
import { everyDirective, inherited, isFilledIn, named, outwards, timeOf } from './tree.ts';

const PROXY = 'nginx.org: ngx_http_proxy_module';

export type KeyFacts = Pick<
  VerifierFactMap,
  'jwksUri' | 'upstreamKeyCacheTtl' | 'staleOnError' | 'fetchTimeout' | 'tlsVerified'
>;

/** Reads what `auth_jwt_key_request` directives say; those that many blocks inherit are read once. */
export function keyReader(): (requests: readonly Directive[]) => KeyFacts {
  const locations = new Map<Directive, Locations>();
  const facts = new Map<Directive, KeyFacts>();
  const ofRequest = (request: Directive): KeyFacts => {
    const known = facts.get(request);
    if (known !== undefined) return known;
    const server = serverOf(request);
    const around = locations.get(server) ?? locationsIn(server);
    locations.set(server, around);
    const read = keyFactsOfRequest(request, around);
    facts.set(request, read);
    return read;
  };
  return (requests) => keyFactsOf(requests, requests.map(ofRequest));
}

/** What the locations say that the subrequests go to. */
function keyFactsOf(requests: readonly Directive[], each: readonly KeyFacts[]): KeyFacts {
  const [only, ...others] = each;
  if (only === undefined || others.length === 0) return only ?? {};
  const at = requests[0]?.at;
  return {
    ...(at === undefined ? {} : { jwksUri: unknownConfigFact(at, 'there are several key sets') }),
    ...worstOf(each, 'upstreamKeyCacheTtl'),
    ...worstOf(each, 'staleOnError'),
    ...worstOf(each, 'fetchTimeout'),
    ...weakestTls(each),
  };
}

type BoundName = 'upstreamKeyCacheTtl' | 'staleOnError' | 'fetchTimeout';

function worstOf(each: readonly KeyFacts[], name: BoundName): KeyFacts {
  const facts = each.flatMap((one) => one[name] ?? []);
  const unknown = facts.find(({ origin }) => origin === 'unknown');
  if (unknown !== undefined) return { [name]: unknown };
  const known = facts.filter((fact) => fact.origin !== 'unknown');
  const worst = maxBound(known.map(({ value }) => value));
  const fact = known.find(({ value }) => value === worst);
  return fact === undefined ? {} : { [name]: fact };
}

function weakestTls(each: readonly KeyFacts[]): KeyFacts {
  const facts = each.flatMap(({ tlsVerified }) => tlsVerified ?? []);
  const weakest = facts.find((fact) => fact.origin !== 'unknown' && !fact.value) ?? facts[0];
  return weakest === undefined ? {} : { tlsVerified: weakest };
}

function keyFactsOfRequest(request: Directive, locations: Locations): KeyFacts {
  const uri = request.words[0] ?? '';
  const location = isFilledIn(uri) ? null : locationOf(locations, uri.replace(/\?[^]*$/, ''));
  if (location === null) {
    const elsewhere = unknownConfigFact(request.at, `location ${uri} is not in this file`);
    return {
      jwksUri: elsewhere,
      upstreamKeyCacheTtl: elsewhere,
      staleOnError: elsewhere,
      fetchTimeout: elsewhere,
      tlsVerified: elsewhere,
    };
  }
  const url = urlOf(location);
  return {
    jwksUri: url,
    ...cacheFactsOf(location),
    fetchTimeout: timeoutOf(location),
    ...tlsOf(location, url),
  };
}

function serverOf(request: Directive): Directive {
  const levels = [...outwards(request)];
  return levels.find(({ name }) => name === 'server') ?? levels.at(-1) ?? request;
}

/** Locations of one server by the path they are for. Patterns are not tried. */
interface Locations {
  readonly exact: ReadonlyMap<string, Directive>;
  readonly prefixes: ReadonlyMap<string, Directive>;
}

function locationsIn(server: Directive): Locations {
  const exact = new Map<string, Directive>();
  const prefixes = new Map<string, Directive>();
  for (const location of everyDirective(server)) {
    if (location.name !== 'location' || location.block === null) continue;
    const [modifier = '', path = modifier] = location.words;
    if (modifier.startsWith('~')) continue;
    const paths = modifier === '=' ? exact : prefixes;
    if (!paths.has(path)) paths.set(path, location);
  }
  return { exact, prefixes };
}

/** The location that takes a URI; null when none is written here. */
function locationOf({ exact, prefixes }: Locations, uri: string): Directive | null {
  const found = exact.get(uri);
  if (found !== undefined) return found;
  for (let length = uri.length; length > 0; length--) {
    const location = prefixes.get(uri.slice(0, length));
    if (location !== undefined) return location;
  }
  return null;
}

function urlOf(location: Directive): ConfigFact<string | null> {
  const [pass] = named(location, 'proxy_pass');
  const word = pass?.words[0];
  if (pass === undefined || word === undefined) {
    return unknownConfigFact(location.at, 'the key location has no proxy_pass');
  }
  const [setter, ...others] = (word.match(VARIABLE) ?? []).flatMap((variable) => setterOf(location, variable) ?? []);
  const value = word.replaceAll(VARIABLE, (variable) => setterOf(location, variable)?.words.at(-1) ?? variable);
  // A whole address is better shown where it is written.
  const isSet = word.startsWith('$') && others.length === 0;
  const at = isSet && setter !== undefined ? setter.at : pass.at;
  if (isFilledIn(value)) return unknownConfigFact(at, 'it is filled in elsewhere');
  const [, host = '', path = ''] = /^[a-z]+:\/\/([^/]+)([^]*)$/i.exec(value) ?? [];
  if (host === '') return unknownConfigFact(at, 'the address of the key set is not understood');
  if (upstreamsOf(location).includes(host)) return unknownConfigFact(at, `it is a server of upstream ${host}`);
  if (path !== '') return explicitFact(value, at);
  // Without a path in proxy_pass the server is asked for the URI of the subrequest, or what rewrite makes of it.
  const uri = location.words.at(-1) ?? '';
  return named(location, 'rewrite').length > 0
    ? unknownConfigFact(at, 'the path is made by rewrite')
    : derivedFact(`${value}${uri}`, at, 'proxy_pass without a path, so the path of the location');
}

const VARIABLE = /\$\{?\w+\}?/g;

/** What gives a variable one fixed value: `set`, or a `map` with nothing but a default. */
function setterOf(block: Directive, variable: string): Directive | null {
  const plain = variable.replaceAll(/[{}]/g, '');
  for (const level of outwards(block)) {
    const set = named(level, 'set').find(({ words }) => words[0] === plain);
    if (set !== undefined) return set;
    const map = named(level, 'map').find(({ words }) => words[1] === plain);
    const [only, ...others] = map?.block ?? [];
    if (only?.name === 'default' && others.length === 0) return only;
  }
  return null;
}

function upstreamsOf(block: Directive): readonly string[] {
  return [...outwards(block)].flatMap((level) => named(level, 'upstream')).map(({ words }) => words[0] ?? '');
}

function cacheFactsOf(location: Directive): KeyFacts {
  const [cache] = inherited(location, 'proxy_cache');
  if (cache === undefined || cache.words[0] === 'off') {
    const at = (cache ?? location).at;
    const none = cache === undefined ? ('default' as const) : ('explicit' as const);
    const source = `${PROXY}, proxy_cache is off unless set`;
    return {
      upstreamKeyCacheTtl: { origin: none, value: ZERO, at, source, versions: null },
      staleOnError: { origin: none, value: ZERO, at, source, versions: null },
    };
  }
  return { upstreamKeyCacheTtl: cacheTtlOf(location, cache), staleOnError: staleOf(location, cache) };
}

function cacheTtlOf(location: Directive, cache: Directive): ConfigFact<Bound> {
  const valid = inherited(location, 'proxy_cache_valid').find(({ words }) => {
    const codes = words.slice(0, -1);
    return codes.length === 0 || codes.includes('200') || codes.includes('any');
  });
  if (valid === undefined) return unknownConfigFact(cache.at, 'Cache-Control or Expires of the key set decides');
  const text = valid.words.at(-1) ?? '';
  const time = isFilledIn(text) ? null : timeOf(text);
  if (time === null) return unknownConfigFact(valid.at, 'its value is not understood');
  const ignored = inherited(location, 'proxy_ignore_headers').flatMap(({ words }) => words);
  const isFixed = ['Cache-Control', 'Expires'].every((header) =>
    ignored.some((word) => word.toLowerCase() === header.toLowerCase()),
  );
  return explicitFact(time, valid.at, isFixed ? null : 'unless Cache-Control or Expires of the key set says otherwise');
}

/** Cases of proxy_cache_use_stale in which the issuer did not answer. */
const FAILURE = /^(?:error|timeout|invalid_header|http_5\d\d)$/;

function staleOf(location: Directive, cache: Directive): ConfigFact<Bound> {
  const [use] = inherited(location, 'proxy_cache_use_stale');
  const source = `${PROXY}, proxy_cache_use_stale is off unless set`;
  if (use === undefined) return { origin: 'default', value: ZERO, at: cache.at, source, versions: null };
  return explicitFact(use.words.some((word) => FAILURE.test(word)) ? 'unbounded' : ZERO, use.at);
}

function timeoutOf(location: Directive): ConfigFact<Bound> {
  const parts = ['proxy_connect_timeout', 'proxy_send_timeout', 'proxy_read_timeout'].map((name) => {
    const [directive] = inherited(location, name);
    const text = directive?.words[0];
    return { directive, time: text === undefined ? millis(60_000) : timeOf(text) };
  });
  const written = parts.find(({ directive }) => directive !== undefined)?.directive;
  const source = `${PROXY}, proxy_connect_timeout, proxy_send_timeout and proxy_read_timeout`;
  const times = parts.flatMap(({ time }) => time ?? []);
  if (times.length < parts.length) return unknownConfigFact(location.at, 'its value is not understood');
  const value = sumBounds(times);
  return written === undefined
    ? { origin: 'default', value, at: location.at, source: `${source}: 60s each`, versions: null }
    : derivedFact(value, written.at, source);
}

function tlsOf(location: Directive, url: ConfigFact<string | null>): KeyFacts {
  const word = named(location, 'proxy_pass')[0]?.words[0] ?? '';
  const address = url.origin === 'unknown' ? word : (url.value ?? '');
  if (!/^https:/i.test(address)) return {};
  const [verify] = inherited(location, 'proxy_ssl_verify');
  return {
    tlsVerified: verify === undefined ? unverified(location.at) : explicitFact(verify.words[0] === 'on', verify.at),
  };
}

function unverified(at: Location): ConfigFact<boolean> {
  return {
    origin: 'default',
    value: false,
    at,
    source: `${PROXY}, proxy_ssl_verify is off unless set`,
    versions: null,
  };
}
