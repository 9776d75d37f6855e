import type { ConfigFact, ConfigRemark, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import { millis } from '../../model/quantity.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, isMapping, items } from '../config-node.ts';
import { tlsOfFetch } from './cluster.ts';
import type { EnvoyRequirement } from './requirement.ts';
import { PROTO, settings } from './settings.ts';
import {
  completeFacts,
  derivedFact,
  durationFact,
  explicitFact,
  flagFact,
  listFact,
  mapFact,
  numberFact,
  textFact,
  unknownConfigFact,
} from '../facts.ts';
import { inlineJwksOf } from '../inline-jwks.ts';

/** A provider with the requirements of its filter. */
export interface EnvoyProvider {
  readonly name: string;
  readonly label: string;
  readonly node: ConfigNode;
  readonly requirements: readonly EnvoyRequirement[];
  /** Some request passes the filter without being looked at. */
  readonly leavesOpen: boolean;
}

export function readProvider(provider: EnvoyProvider): VerifierConfig {
  const { node, label } = provider;
  const remote = child(node, 'remote_jwks|remoteJwks');
  const inline = inlineJwksOf(inlineOf(node));
  return {
    kind: 'verifier',
    adapter: 'envoy',
    name: label,
    file: node.document.file,
    at: node.keyAt,
    profile: null,
    product: productOf(node),
    secrets: inline.secrets,
    remarks: remarksOf(provider),
    inlineKeys: inline.keys,
    facts: completeFacts<VerifierFactMap>(
      remote === null ? settings.filter(({ fact }) => !OF_REMOTE_KEYS.has(fact)) : settings,
      'verifier',
      {
        ...claimChecks(provider),
        ...keyFacts(node, remote, inline.isShared),
        ...requestFacts(provider),
      },
      node.keyAt,
    ),
  };
}

/** Facts that keys in the file do not have. */
const OF_REMOTE_KEYS: ReadonlySet<string> = new Set(['keyCacheTtl', 'staleOnError', 'refetchOnUnknownKid']);

function productOf(node: ConfigNode): VerifierConfig['product'] {
  if (child(node, 'remote_jwks|remoteJwks') === null) {
    return child(node, 'local_jwks|localJwks') === null ? null : { id: 'static-keys', version: null };
  }
  const isAsync = child(node, 'remote_jwks|remoteJwks', 'async_fetch|asyncFetch') !== null;
  return { id: isAsync ? 'envoy-jwt-authn-async' : 'envoy/jwt_authn', version: null };
}

type Read = { readonly [Name in keyof VerifierFactMap]?: VerifierFactMap[Name] | undefined };

function claimChecks(provider: EnvoyProvider): Read {
  const { node } = provider;
  const lifetime = protoDuration(child(node, 'max_lifetime|maxLifetime'));
  return {
    issuers: mapFact(textFact(child(node, 'issuer')), (text) => (text === '' ? null : [text])),
    audiences: audiencesOf(provider),
    requiresExp:
      lifetime === undefined
        ? flagFact(child(node, 'require_expiration|requireExpiration'))
        : derivedFact(true, lifetime.at, `${PROTO}, max_lifetime refuses a token without exp`),
    maxLifetime: lifetime,
    leeway: leewayOf(child(node, 'clock_skew_seconds|clockSkewSeconds')),
  };
}

/** @see Envoy: authenticator.cc, `clock_skew_seconds() == 0 ? kClockSkewInSecond : clock_skew_seconds()` */
function leewayOf(node: ConfigNode | null): ConfigFact<Bound> | undefined {
  const written = durationFact(node, 's');
  return written !== undefined && written.origin !== 'unknown' && written.value === 0 ? undefined : written;
}

/** Audiences of rules replace those of the provider; only where every rule has some, they are all that counts. */
function audiencesOf({ name, node, requirements }: EnvoyProvider): VerifierFactMap['audiences'] | undefined {
  const own = mapFact(listFact(child(node, 'audiences')), (list) => (list.length === 0 ? null : list));
  const uses = requirements.flatMap(({ providers }) => providers.filter((use) => use.name === name));
  const lists = uses.flatMap(({ audiences }) => audiences ?? []);
  const first = lists[0];
  if (own !== undefined || first === undefined || lists.length < uses.length) return own;
  const facts = lists.map((list) => listFact(list));
  const known = facts.flatMap((fact) => (fact === undefined || fact.origin === 'unknown' ? [] : fact.value));
  return facts.some((fact) => fact?.origin === 'unknown') || known.length === 0
    ? unknownConfigFact(first.at, 'the audiences of its rules are filled in elsewhere')
    : derivedFact([...new Set(known)], first.at, 'of provider_and_audiences in the rules');
}

function keyFacts(node: ConfigNode, remote: ConfigNode | null, isShared: boolean): Read {
  const local = child(node, 'local_jwks|localJwks');
  if (remote === null) {
    return local === null
      ? { keySource: unknownConfigFact(node.at, 'where its keys come from is not in the file') }
      : { keySource: explicitFact(isShared ? 'shared-secret' : 'static', local.keyAt) };
  }
  const asyncFetch = child(remote, 'async_fetch|asyncFetch');
  return {
    keySource: explicitFact('jwks', remote.keyAt),
    jwksUri: textFact(child(remote, 'http_uri|httpUri', 'uri')),
    tlsVerified: tlsOfFetch(node),
    keyCacheTtl: protoDuration(child(remote, 'cache_duration|cacheDuration')),
    fetchTimeout: protoDuration(child(remote, 'http_uri|httpUri', 'timeout')),
    staleOnError:
      asyncFetch === null
        ? undefined
        : derivedFact(
            'unbounded',
            asyncFetch.keyAt,
            'async_fetch: jwks_async_fetcher.cc replaces a set only by one that was fetched',
          ),
  };
}

function requestFacts({ name, node, requirements, leavesOpen }: EnvoyProvider): Read {
  const mine = requirements.filter((each) => concerns(each, name));
  const missing = mine.flatMap((each) => each.missing ?? [])[0];
  const failed = mine.flatMap((each) => each.failed ?? [])[0];
  const cache = child(node, 'jwt_cache_config|jwtCacheConfig');
  const params = listFact(child(node, 'from_params|fromParams'));
  const elsewhere = child(node, 'from_headers|fromHeaders') ?? child(node, 'from_cookies|fromCookies');
  const headers = claimHeadersOf(node);
  return {
    missingTokenAllowed: mine.length === 0 ? undefined : allowance(missing, node),
    failedTokenAllowed: mine.length === 0 ? undefined : allowance(failed, node),
    verdictCacheTtl:
      cache === null ? undefined : explicitFact('unbounded', cache.keyAt, 'a cached verdict ends with exp'),
    queryTokenAccepted:
      mapFact(params, (names) => names.length > 0) ??
      (elsewhere === null ? undefined : derivedFact(false, elsewhere.keyAt, 'only the locations that are written')),
    forwardsToken: flagFact(child(node, 'forward')),
    claimHeaders:
      headers.length === 0
        ? undefined
        : leavesOpen
          ? derivedFact({ names: headers, stripped: false }, node.keyAt, 'where no rule asks for a token')
          : explicitFact({ names: headers, stripped: true }, node.keyAt),
  };
}

function allowance(allowing: ConfigNode | undefined, node: ConfigNode): ConfigFact<boolean> {
  return allowing === undefined
    ? explicitFact(false, node.keyAt, 'every rule with it requires a token')
    : explicitFact(true, allowing.keyAt);
}

/** Whether a requirement lets this provider verify something: `allow_missing` alone asks all of them. */
function concerns(requirement: EnvoyRequirement, name: string): boolean {
  const { providers, isTemplated, missing, unverified } = requirement;
  if (providers.some((use) => use.name === name)) return true;
  return providers.length === 0 && !isTemplated && missing !== null && unverified === null;
}

function claimHeadersOf(node: ConfigNode): readonly string[] {
  const nodes = [
    child(node, 'forward_payload_header|forwardPayloadHeader'),
    ...items(child(node, 'claim_to_headers|claimToHeaders')).map((entry) => child(entry, 'header_name|headerName')),
  ];
  return nodes.flatMap((each) => {
    const fact = textFact(each);
    return fact === undefined || fact.origin === 'unknown' || fact.value === '' ? [] : [fact.value];
  });
}

/** A protobuf duration: `300s`, or a message with seconds and nanos. */
function protoDuration(node: ConfigNode | null): ConfigFact<Bound> | undefined {
  if (node === null || !isMapping(node.value)) return durationFact(node, 's');
  const seconds = numberFact(child(node, 'seconds'));
  const nanos = numberFact(child(node, 'nanos'));
  if (seconds?.origin === 'unknown') return seconds;
  if (nanos?.origin === 'unknown') return nanos;
  const total = (seconds?.value ?? 0) * 1000 + (nanos?.value ?? 0) / 1_000_000;
  return total < 0 || !Number.isSafeInteger(Math.round(total))
    ? unknownConfigFact(node.at, 'its value is not understood')
    : explicitFact(millis(total), node.at);
}

/** The key set that stands in the file, as text or as Base64 of it. */
function inlineOf(provider: ConfigNode): ConfigNode | null {
  const local = child(provider, 'local_jwks|localJwks');
  const bytes = child(local, 'inline_bytes|inlineBytes');
  if (typeof bytes?.value !== 'string') return child(local, 'inline_string|inlineString');
  const { document, pointer, at, keyAt } = bytes;
  return { document, pointer, at, keyAt, value: Buffer.from(bytes.value, 'base64').toString('utf8') };
}

function remarksOf({ name, node, requirements }: EnvoyProvider): readonly ConfigRemark[] {
  const remarks: ConfigRemark[] = [];
  const skew = child(node, 'clock_skew_seconds|clockSkewSeconds');
  if (skew?.value === 0) {
    remarks.push({
      kind: 'ignored-setting',
      message: 'clock_skew_seconds: 0 counts as unset, so 60s hold; the least that can be set is 1',
      at: skew.at,
    });
  }
  if (!requirements.some((each) => each.isTemplated || concerns(each, name))) {
    remarks.push({
      kind: 'ignored-setting',
      message: 'no rule that is reached asks for it, so no token is verified with it',
      at: node.keyAt,
    });
  }
  return remarks;
}
