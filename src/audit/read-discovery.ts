import type { DiscoveryFacts, DiscoveryKind } from '../model/discovery.ts';
import type { Problem } from '../model/failure.ts';
import type { Location } from '../model/location.ts';
import { startOf } from '../model/location.ts';
import type { JsonNode } from '../token/json-positions.ts';
import { duplicateNames, readJson, toData } from '../token/json-positions.ts';
import type { Place } from '../token/read-jwks.ts';
import { lastMember } from '../token/read-jwks.ts';

/** Largest document that is read; the largest seen at a real issuer has 12 KiB. */
export const MAX_DISCOVERY_LENGTH: number = 256 * 1024;

/** What is known of a document beside its content. */
export interface DiscoveryOrigin {
  readonly kind: DiscoveryKind | null;
  readonly url: string | null;
  readonly expectedIssuer: string | null;
}

const UNKNOWN_ORIGIN: DiscoveryOrigin = { kind: null, url: null, expectedIssuer: null };

export interface DiscoveryReading {
  readonly discovery: DiscoveryFacts | null;
  readonly problems: readonly Problem[];
}

/**
 * Tells whether a text is meant to be a discovery document: a JSON object with the member `issuer` and one of those
 * that only such documents have. Objects that have them further down are configuration files of other programs.
 */
export function looksLikeDiscovery(text: string): boolean {
  if (text.length > MAX_DISCOVERY_LENGTH) return false;
  const begin = text.replace(/^\uFEFF/, '').trimStart();
  if (!begin.startsWith('{') || !/"issuer"\s*:/.test(begin) || !TELLING.some((name) => begin.includes(`"${name}"`))) {
    return false;
  }
  const reading = readJson('', text);
  if (!reading.ok || reading.root.kind !== 'object') return false;
  const { members } = reading.root;
  return lastMember(members, 'issuer') !== undefined && TELLING.some((name) => lastMember(members, name) !== undefined);
}

/** Members that other files with an `issuer` do not have: RFC 8414 section 2. */
const TELLING: readonly string[] = [
  'jwks_uri',
  'authorization_endpoint',
  'token_endpoint',
  'response_types_supported',
  'id_token_signing_alg_values_supported',
];

/** Reads one recorded document. A text that is no JSON object gives problems and no facts. */
export function readDiscovery(file: string, text: string, origin: DiscoveryOrigin = originOf(file)): DiscoveryReading {
  const reading = readJson(file, text);
  if (!reading.ok) return refused(reading.at, reading.message, reading.hint);
  if (reading.root.kind !== 'object') {
    return refused(startOf(file), 'a discovery document is a JSON object, this is not one', 'record the answer again');
  }
  return { discovery: discoveryFromNode(file, reading.root, reading.place, origin), problems: [] };
}

/** The same for a document that is a part of another text; null when it is no object. */
export function discoveryFromNode(
  file: string,
  node: JsonNode,
  place: Place,
  origin: DiscoveryOrigin,
): DiscoveryFacts | null {
  if (node.kind !== 'object') return null;
  const data = toData(node);
  const members: Readonly<Record<string, unknown>> = typeof data === 'object' && data !== null ? { ...data } : {};
  const at = place(node.start, Math.min(node.end, node.start + 1));
  return {
    ...origin,
    file,
    issuer: textOrNull(members['issuer']),
    jwksUri: textOrNull(members['jwks_uri']),
    members,
    duplicateMembers: duplicateNames(node.members),
    at,
    locate: (name) => {
      const member = lastMember(node.members, name);
      return member === undefined ? at : place(member.value.start, member.value.end);
    },
  };
}

/** The well-known names are registered; any other file may be either. */
function originOf(file: string): DiscoveryOrigin {
  const name = file.slice(file.lastIndexOf('/') + 1);
  if (name.startsWith('openid-configuration')) return { ...UNKNOWN_ORIGIN, kind: 'openid' };
  if (name.startsWith('oauth-authorization-server')) return { ...UNKNOWN_ORIGIN, kind: 'oauth' };
  return UNKNOWN_ORIGIN;
}

function refused(at: Location, message: string, hint: string): DiscoveryReading {
  return { discovery: null, problems: [{ code: 'discovery/unreadable', message, hint, at }] };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
