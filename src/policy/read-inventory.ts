import type { ValidDocument } from '../model/document.ts';
import { defaulted, explicit, unknownFact } from '../model/fact.ts';
import type { Fact } from '../model/fact.ts';
import type { Problem } from '../model/failure.ts';
import type {
  ChannelDeclaration,
  ChannelUse,
  Environment,
  EnvironmentClass,
  Inventory,
  IssuerDeclaration,
  Route,
  VerifierDeclaration,
} from '../model/inventory.ts';
import type { ChannelKey, ChannelType } from '../model/policy.ts';
import type { Cursor } from './facts.ts';
import {
  boundOf,
  boundOrUnknown,
  boundOrZero,
  child,
  cursorAt,
  flagOf,
  isGiven,
  items,
  placeOf,
  requiredText,
  textOf,
  textsOf,
  unknownName,
} from './facts.ts';

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
  const problems = [...checkReferences(spec), ...checkUnique(spec)];
  if (problems.length > 0) return { inventory: null, problems };
  const inventory: Inventory = {
    name: document.name,
    file: document.source.file,
    environments: items(child(spec, 'environments')).map(readEnvironment),
    issuers: items(child(spec, 'issuers')).map(readIssuer),
    channels: items(child(spec, 'channels')).map(readChannel),
    verifiers: items(child(spec, 'verifiers')).map(readVerifier),
  };
  return { inventory, problems };
}

function readEnvironment(at: Cursor): Environment {
  return {
    name: requiredText(child(at, 'name')),
    class: requiredText(child(at, 'class')) as EnvironmentClass, // an enum of the schema
    allow: textsOf(child(at, 'allow')),
    at: placeOf(child(at, 'name')),
  };
}

function readIssuer(at: Cursor): IssuerDeclaration {
  const edge = child(at, 'jwks_http');
  const refresh = child(at, 'refresh_token');
  const noDirective = 'RFC 5861: zero unless the directive is sent';
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
    removalDelay: boundOrZero(
      child(at, 'removal_delay'),
      'docs/formats.md: removing a key is one step unless declared',
    ),
    replicaConvergence: boundOrUnknown(child(at, 'replica_convergence'), 'replica_convergence'),
    edge: {
      maxAge: boundOrUnknown(child(edge, 'max_age'), 'jwks_http.max_age'),
      staleWhileRevalidate: boundOrZero(child(edge, 'stale_while_revalidate'), noDirective),
      staleIfError: boundOrZero(child(edge, 'stale_if_error'), noDirective),
    },
    accessTokenLifetime: boundOrUnknown(child(at, 'access_token_lifetime'), 'access_token_lifetime'),
    refreshToken: {
      rotation: flagOrUnknown(child(refresh, 'rotation'), 'refresh_token.rotation'),
      reuseDetection: readReuse(child(refresh, 'reuse_detection')),
      reuseGrace: boundOrUnknown(child(refresh, 'reuse_grace'), 'refresh_token.reuse_grace'),
      absoluteLifetime: boundOrUnknown(child(refresh, 'absolute_lifetime'), 'refresh_token.absolute_lifetime'),
      revokesAccessTokens: flagOrUnknown(
        child(refresh, 'revokes_access_tokens'),
        'refresh_token.revokes_access_tokens',
      ),
    },
    at: placeOf(child(at, 'name')),
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
    at: placeOf(child(at, 'name')),
  };
}

function readVerifier(at: Cursor): VerifierDeclaration {
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
      deployTime: boundOf(child(settings, 'deploy_time')),
    },
    channels: items(child(at, 'channels')).map(readUse),
    routes: items(child(at, 'routes')).map(readRoute),
    derivedSessionLifetime: boundOrZero(
      child(at, 'derived_session_lifetime'),
      'docs/formats.md: no derived sessions unless declared',
    ),
    at: placeOf(child(at, 'name')),
  };
}

function readUse(at: Cursor): ChannelUse {
  const failMode = child(at, 'fail_mode');
  const written = textOf(failMode);
  return {
    channel: requiredText(child(at, 'use')),
    interval: boundOrUnknown(child(at, 'poll_interval'), 'poll_interval'),
    negativeCache: boundOrZero(child(at, 'negative_cache'), 'docs/formats.md: no cache unless declared'),
    positiveCache: boundOrZero(child(at, 'positive_cache'), 'docs/formats.md: no cache unless declared'),
    fetchTimeout: boundOrUnknown(child(at, 'fetch_timeout'), 'fetch_timeout'),
    failMode:
      written === 'closed' || written === 'open'
        ? explicit(written, placeOf(failMode))
        : defaulted(
            'open',
            'docs/formats.md: assumed open unless declared, which is the weaker case',
            placeOf(failMode),
          ),
    at: placeOf(at),
  };
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
      return [
        {
          code: 'document/invalid',
          message: `the name "${requiredText(at)}" is used twice in ${list}, first on line ${placeOf(before).line}`,
          hint: 'rename one of the two',
          at: placeOf(at),
        },
      ];
    });
  });
}
