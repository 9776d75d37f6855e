import type { ValidDocument } from '../model/document.ts';
import { readDrillGuards } from './read-drill-guards.ts';
import { explicit, unknownFact } from '../model/fact.ts';
import type { Fact } from '../model/fact.ts';
import type { Problem } from '../model/failure.ts';
import type {
  ChannelDeclaration,
  ChannelUse,
  ConfigReference,
  Environment,
  EnvironmentClass,
  Inventory,
  IssuerDeclaration,
  Route,
  VerifierDeclaration,
} from '../model/inventory.ts';
import type { ChannelKey, ChannelType } from '../model/policy.ts';
import type { Bound } from '../model/quantity.ts';
import { showText } from '../source/show-text.ts';
import { parseCidr } from './cidr.ts';
import type { Cursor } from './facts.ts';
import {
  boundOf,
  boundOrUnknown,
  boundOrZero,
  child,
  cursorAt,
  faultAt,
  flagOf,
  isGiven,
  items,
  placeOf,
  requiredText,
  textOf,
  textsOf,
  unknownName,
} from './facts.ts';
import { checkAddresses, readAddresses } from './read-addresses.ts';
import { byPosition } from './problem-order.ts';
import { readPool } from './read-pool.ts';
import { readFreshToken, readResponse } from './read-responses.ts';

/** Where the defaults below are listed. */
const PAGE = 'docs/formats.md';

export interface InventoryReading {
  readonly inventory: Inventory | null;
  readonly problems: readonly Problem[];
}

/**
 * Turns a schema-checked Inventory into facts with positions. What is not declared and has no default of ours is
 * `unknown`, so that predictions built on it are unknown instead of too good.
 */
export function readInventory(document: ValidDocument<unknown>): InventoryReading {
  const spec = cursorAt(document.source, '/spec');
  const problems = byPosition([
    ...checkReferences(spec),
    ...checkUnique(spec),
    ...checkNetworks(spec),
    ...checkAddresses(spec),
  ]);
  if (problems.length > 0) return { inventory: null, problems };
  const channels = items(child(spec, 'channels')).map(readChannel);
  const faults: Problem[] = [];
  const inventory: Inventory = {
    name: document.name,
    file: document.source.file,
    environments: items(child(spec, 'environments')).map((at) => readEnvironment(at, faults)),
    issuers: items(child(spec, 'issuers')).map(readIssuer),
    channels,
    verifiers: items(child(spec, 'verifiers')).map((at) => readVerifier(at, channels)),
    responses: items(child(spec, 'responses')).map(readResponse),
    freshTokens: items(child(spec, 'fresh_tokens')).map(readFreshToken),
  };
  return faults.length > 0 ? { inventory: null, problems: byPosition(faults) } : { inventory, problems };
}

function readEnvironment(at: Cursor, problems: Problem[]): Environment {
  const drills = child(at, 'drills');
  return {
    name: requiredText(child(at, 'name')),
    class: requiredText(child(at, 'class')) as EnvironmentClass, // an enum of the schema
    allow: textsOf(child(at, 'allow')),
    ...(isGiven(drills) ? { drills: readDrillGuards(drills, problems) } : {}),
    at: placeOf(child(at, 'name')),
  };
}

function readIssuer(at: Cursor): IssuerDeclaration {
  return {
    name: requiredText(child(at, 'name')),
    environment: requiredText(child(at, 'environment')),
    issuer: requiredText(child(at, 'issuer')),
    jwksUri: requiredText(child(at, 'jwks_uri')),
    tokenEndpoint: textOf(child(at, 'token_endpoint')),
    revocationEndpoint: textOf(child(at, 'revocation_endpoint')),
    introspectionEndpoint: textOf(child(at, 'introspection_endpoint')),
    admin: textOf(child(at, 'admin')),
    timeToAct: boundOrUnknown(child(at, 'time_to_act'), 'time_to_act'),
    removalDelay: boundOrZero(child(at, 'removal_delay'), `${PAGE}: removing a key is one step unless declared`),
    replicaConvergence: boundOrUnknown(child(at, 'replica_convergence'), 'replica_convergence'),
    edge: readEdge(child(at, 'jwks_http')),
    accessTokenLifetime: boundOrUnknown(child(at, 'access_token_lifetime'), 'access_token_lifetime'),
    refreshToken: readRefreshToken(child(at, 'refresh_token')),
    configs: readConfigReferences(child(at, 'config')),
    at: placeOf(child(at, 'name')),
  };
}

/** Without `jwks_http` nobody looked at the headers; with it, a directive that is not named was not sent. */
function readEdge(at: Cursor): IssuerDeclaration['edge'] {
  const directive = (name: string, section: number): Fact<Bound> =>
    isGiven(at)
      ? boundOrZero(child(at, name), `RFC 5861 section ${section}: the directive is not sent`)
      : boundOrUnknown(child(at, name), 'jwks_http');
  return {
    maxAge: boundOrUnknown(child(at, 'max_age'), 'jwks_http.max_age'),
    staleWhileRevalidate: directive('stale_while_revalidate', 3),
    staleIfError: directive('stale_if_error', 4),
  };
}

function readRefreshToken(at: Cursor): IssuerDeclaration['refreshToken'] {
  return {
    rotation: flagOrUnknown(child(at, 'rotation'), 'refresh_token.rotation'),
    reuseDetection: readReuse(child(at, 'reuse_detection')),
    reuseGrace: boundOrUnknown(child(at, 'reuse_grace'), 'refresh_token.reuse_grace'),
    absoluteLifetime: boundOrUnknown(child(at, 'absolute_lifetime'), 'refresh_token.absolute_lifetime'),
    revokesAccessTokens: flagOrUnknown(child(at, 'revokes_access_tokens'), 'refresh_token.revokes_access_tokens'),
  };
}

function flagOrUnknown(at: Cursor, what: string): Fact<boolean> {
  return flagOf(at) ?? unknownFact(false, `${what} is not declared`, placeOf(at));
}

function readReuse(at: Cursor): Fact<'revoke_family' | 'reject' | 'off'> {
  const written = textOf(at);
  if (written === 'revoke_family' || written === 'reject' || written === 'off') return explicit(written, placeOf(at));
  return unknownFact('off', 'refresh_token.reuse_detection is not declared', placeOf(at));
}

function readChannel(at: Cursor): ChannelDeclaration {
  return {
    name: requiredText(child(at, 'name')),
    type: requiredText(child(at, 'type')) as ChannelType, // an enum of the schema
    url: textOf(child(at, 'url')),
    keys: textsOf(child(at, 'keys')) as readonly ChannelKey[], // an enum of the schema
    delivery: textOf(child(at, 'delivery')) === 'push' ? 'push' : 'poll',
    storeLag: boundOrUnknown(child(at, 'store_lag'), 'store_lag'),
    entryLifetime: boundOf(child(at, 'entry_lifetime')),
    at: placeOf(child(at, 'name')),
  };
}

function readVerifier(at: Cursor, channels: readonly ChannelDeclaration[]): VerifierDeclaration {
  const library = child(at, 'library');
  const settings = child(at, 'settings');
  return {
    name: requiredText(child(at, 'name')),
    owner: textOf(child(at, 'owner')),
    environment: requiredText(child(at, 'environment')),
    issuer: requiredText(child(at, 'issuer')),
    policy: textOf(child(at, 'policy')),
    library: isGiven(library)
      ? { name: requiredText(child(library, 'name')), version: textOf(child(library, 'version')), at: placeOf(library) }
      : null,
    settings: {
      keyCacheTtl: boundOf(child(settings, 'key_cache_ttl')),
      cooldown: boundOf(child(settings, 'cooldown')),
      fetchTimeout: boundOf(child(settings, 'fetch_timeout')),
      verdictCacheTtl: boundOf(child(settings, 'verdict_cache_ttl')),
      leeway: boundOf(child(settings, 'leeway')),
      requiresExp: flagOf(child(settings, 'requires_exp')),
      verifiesExp: flagOf(child(settings, 'verifies_exp')),
      upstreamCacheTtl: boundOf(child(settings, 'upstream_cache_ttl')),
      staleOnError: boundOf(child(settings, 'stale_on_error')),
      lastKnownGood: boundOf(child(settings, 'last_known_good')),
      propagation: boundOf(child(settings, 'propagation')),
      requestGap: boundOf(child(settings, 'request_gap')),
      deployTime: boundOf(child(settings, 'deploy_time')),
    },
    configs: readConfigReferences(child(at, 'config')),
    channels: items(child(at, 'channels')).map((use) => readUse(use, channels)),
    routes: items(child(at, 'routes')).map(readRoute),
    ...readPool(child(at, 'pool')),
    ...readAddresses(child(at, 'addresses')),
    derivedSessionLifetime: boundOrZero(
      child(at, 'derived_session_lifetime'),
      `${PAGE}: no derived sessions unless declared`,
    ),
    at: placeOf(child(at, 'name')),
  };
}

function readConfigReferences(at: Cursor): readonly ConfigReference[] {
  return items(at).map((config) => ({
    file: requiredText(child(config, 'file')),
    name: textOf(child(config, 'name')),
    at: placeOf(child(config, 'file')),
  }));
}

function readUse(at: Cursor, channels: readonly ChannelDeclaration[]): ChannelUse {
  const channel = requiredText(child(at, 'use'));
  const positive = child(at, 'positive_cache');
  const isIntrospection = channels.some(({ name, type }) => name === channel && type === 'introspection');
  return {
    channel,
    interval: boundOrUnknown(child(at, 'poll_interval'), 'poll_interval'),
    negativeCache: boundOrZero(child(at, 'negative_cache'), `${PAGE}: no cache unless declared`),
    positiveCache: isIntrospection
      ? boundOrUnknown(positive, 'positive_cache')
      : boundOrZero(positive, `${PAGE}: only introspection answers say that a token is good`),
    fetchTimeout: boundOrUnknown(child(at, 'fetch_timeout'), 'fetch_timeout'),
    failMode: readFailMode(child(at, 'fail_mode')),
    at: placeOf(at),
  };
}

/** Open is the weaker case, so it is what an undeclared mode counts as. */
function readFailMode(at: Cursor): Fact<'closed' | 'open'> {
  const written = textOf(at);
  return written === 'closed' || written === 'open'
    ? explicit(written, placeOf(at))
    : unknownFact('open', 'fail_mode is not declared', placeOf(at));
}

function readRoute(at: Cursor): Route {
  return {
    url: requiredText(child(at, 'url')),
    method: textOf(child(at, 'method')) ?? 'GET',
    at: placeOf(child(at, 'url')),
  };
}

function namesIn(list: Cursor): readonly string[] {
  return items(list).map((item) => requiredText(child(item, 'name')));
}

function checkReferences(spec: Cursor): readonly Problem[] {
  const environments = namesIn(child(spec, 'environments'));
  const issuers = namesIn(child(spec, 'issuers'));
  const channels = namesIn(child(spec, 'channels'));
  const wrong = (at: Cursor, kind: string, names: readonly string[]): readonly Problem[] =>
    names.includes(requiredText(at)) ? [] : [unknownName(at, kind, names)];
  return [
    ...items(child(spec, 'issuers')).flatMap((issuer) =>
      wrong(child(issuer, 'environment'), 'environment', environments),
    ),
    ...items(child(spec, 'verifiers')).flatMap((verifier) => [
      ...wrong(child(verifier, 'environment'), 'environment', environments),
      ...wrong(child(verifier, 'issuer'), 'issuer', issuers),
      ...items(child(verifier, 'channels')).flatMap((use) => wrong(child(use, 'use'), 'channel', channels)),
    ]),
    ...items(child(spec, 'responses')).flatMap((response) => [
      ...(isGiven(child(response, 'channel')) ? wrong(child(response, 'channel'), 'channel', channels) : []),
      ...(isGiven(child(response, 'issuer')) ? wrong(child(response, 'issuer'), 'issuer', issuers) : []),
      ...items(child(response, 'verifiers')).flatMap((each) =>
        wrong(each, 'verifier', namesIn(child(spec, 'verifiers'))),
      ),
    ]),
    ...items(child(spec, 'fresh_tokens')).flatMap((fresh) => wrong(child(fresh, 'issuer'), 'issuer', issuers)),
  ];
}

function checkUnique(spec: Cursor): readonly Problem[] {
  return ['environments', 'issuers', 'channels', 'verifiers'].flatMap((list) => {
    const seen = new Map<string, Cursor>();
    return items(child(spec, list)).flatMap((item): readonly Problem[] => {
      const at = child(item, 'name');
      const before = seen.get(requiredText(at));
      seen.set(requiredText(at), at);
      if (before === undefined) return [];
      const { line, column } = placeOf(before);
      return [
        faultAt(
          at,
          `the name "${requiredText(at)}" is used twice in ${list}, first at line ${line}, column ${column}`,
          'rename one of the two',
        ),
      ];
    });
  });
}

/** An entry with a slash that is no network would match nothing, and every request would be refused. */
function checkNetworks(spec: Cursor): readonly Problem[] {
  return items(child(spec, 'environments'))
    .flatMap((environment) => items(child(environment, 'allow')))
    .filter((entry) => requiredText(entry).includes('/') && parseCidr(requiredText(entry)) === null)
    .map((entry) =>
      faultAt(
        entry,
        `${showText(requiredText(entry))} is not a network`,
        'write a host without scheme and path, or a CIDR such as 10.0.0.0/8',
      ),
    );
}
