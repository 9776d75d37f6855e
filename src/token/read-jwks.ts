import type { Problem } from '../model/failure.ts';
import type { JwksFacts, KeyDiagnosis, KeyFacts } from '../model/key.ts';
import type { Location } from '../model/location.ts';
import { startOf } from '../model/location.ts';
import { analyseKey, modulusOf } from './analysis/analyse-key.ts';
import type { Blocklist } from './analysis/known-compromised.ts';
import { bitLength, toHex } from './analysis/numbers.ts';
import type { JsonMember, JsonNode } from './json-positions.ts';
import { duplicateNames, readJson, toData } from './json-positions.ts';
import { keyThumbprint } from './thumbprint.ts';

/** Where the set belongs, when the inventory or the command says so. */
export interface JwksOrigin {
  readonly issuer: string | null;
  readonly environment: string | null;
}

export interface JwksReading {
  readonly jwks: JwksFacts | null;
  readonly problems: readonly Problem[];
}

/** Largest file that is read: 1 MiB holds over a thousand RSA keys with certificates. */
export const MAX_JWKS_LENGTH: number = 1024 * 1024;

/** Most keys of one set that are read; issuers have two to twenty. */
export const MAX_KEYS: number = 1000;

/** A set nobody has said anything about. */
export const UNKNOWN_ORIGIN: JwksOrigin = { issuer: null, environment: null };

/** RFC 7517 section 4, RFC 7518 section 6, RFC 8037 section 2, RFC 9964 section 3; `exp`, `iat`, `nbf`: OpenID Federation 1.0. */
const REGISTERED_MEMBERS: ReadonlySet<string> = new Set(
  (
    'kty use key_ops alg kid x5u x5c x5t x5t#S256 crv x y d n e p q dp dq qi oth k pub priv ext ' +
    'exp iat nbf revoked'
  ).split(' '),
);

/** Tells from the first 4 KiB whether a text is meant to be a JWK Set or a single JWK; costs microseconds. */
export function looksLikeJwks(text: string): boolean {
  const head = text
    .slice(0, 4096)
    .replace(/^\uFEFF/, '')
    .trimStart();
  return (
    head.startsWith('{') &&
    (/"keys"\s*:\s*\[/.test(head) ||
      /^\{[^{}[\]]*"kty"\s*:/.test(head.replaceAll(/"(?:x5c|key_ops)"\s*:\s*\[[^\]]*\]?/g, '')))
  );
}

/**
 * Reads a JWK Set (RFC 7517 section 5) or a single JWK as a set of one, with positions, and examines every key. A text
 * that is no set at all gives problems and no facts; a set with broken keys gives facts whose diagnoses tell. The block
 * list holds further keys whose private half is known.
 */
export function readJwks(
  file: string,
  text: string,
  origin: JwksOrigin = UNKNOWN_ORIGIN,
  blocklist: Blocklist | null = null,
): JwksReading {
  if (text.length > MAX_JWKS_LENGTH) {
    const message = `the file has ${showSize(text.length)}; a key set over 1 MiB is not read`;
    return refused(startOf(file), message, 'a JWK Set has some kilobytes; check what the address answered');
  }
  const reading = readJson(file, text);
  if (!reading.ok) {
    const isHtml = reading.message.startsWith('this is HTML');
    const message = isHtml ? 'this is HTML, not a JWK Set' : reading.message;
    return refused(reading.at, message, reading.hint);
  }
  const { root, place } = reading;
  if (root.kind !== 'object') {
    return refused(
      place(root.start, root.end),
      'a JWK Set is a JSON object with a member keys, this is not an object',
      'wrap the keys: {"keys": [...]}',
    );
  }
  const keys = lastMember(root.members, 'keys');
  const isSingle = keys === undefined && lastMember(root.members, 'kty') !== undefined;
  const list = isSingle ? [root] : itemsOf(keys?.value);
  if (list === null) {
    const node = keys?.value ?? root;
    const message =
      keys === undefined ? 'this JSON has no member keys: it is not a JWK Set' : 'member keys is not an array';
    return refused(place(node.start, node.end), message, 'a JWK Set is {"keys": [...]} (RFC 7517 section 5)');
  }
  if (list.length > MAX_KEYS) {
    const message = `the set has ${list.length} keys; a set of over ${MAX_KEYS} is not read`;
    return refused(startOf(file), message, 'verifiers fetch this set often; publish the keys in use and the next one');
  }
  const jwks: JwksFacts = {
    file,
    issuer: origin.issuer,
    environment: origin.environment,
    keys: list.map((node, index) => keyFacts(node, index, place, blocklist)),
    duplicateMembers: isSingle ? [] : duplicateNames(root.members),
    at: place(root.start, Math.min(root.end, root.start + 1)),
  };
  return { jwks, problems: [] };
}

type Place = (start: number, end: number) => Location;

function keyFacts(node: JsonNode, index: number, place: Place, blocklist: Blocklist | null): KeyFacts {
  const at = place(node.start, Math.min(node.end, node.start + 1));
  if (node.kind !== 'object') {
    const malformed: KeyDiagnosis = {
      weakness: 'malformed',
      severity: 'error',
      message: 'entry of keys is not an object',
      member: null,
    };
    return describeKey({}, { index, at, locate: () => at, diagnoses: [malformed], duplicateMembers: [] });
  }
  const data = toData(node);
  const members: Readonly<Record<string, unknown>> = typeof data === 'object' && data !== null ? { ...data } : {};
  return describeKey(members, {
    index,
    at,
    locate: (name) => {
      const member = lastMember(node.members, name);
      return member === undefined ? at : place(member.value.start, member.value.end);
    },
    diagnoses: analyseKey(members, blocklist),
    duplicateMembers: duplicateNames(node.members),
  });
}

type Found = Pick<KeyFacts, 'index' | 'at' | 'locate' | 'diagnoses' | 'duplicateMembers'>;

/** Facts of one key from its members as data; also for keys that do not come from JSON. */
export function describeKey(members: Readonly<Record<string, unknown>>, seen: Found): KeyFacts {
  const modulus = modulusOf(members);
  const operations = members['key_ops'];
  return {
    ...seen,
    kid: textOrNull(members['kid']),
    kty: textOrNull(members['kty']),
    alg: textOrNull(members['alg']),
    use: textOrNull(members['use']),
    keyOps: Array.isArray(operations) ? operations.filter((each) => typeof each === 'string') : null,
    crv: textOrNull(members['crv']),
    modulusBits: modulus === null ? null : bitLength(modulus),
    modulusHex: modulus === null ? null : toHex(modulus),
    thumbprint: keyThumbprint(members),
    unknownMembers: Object.keys(members).filter((name) => !REGISTERED_MEMBERS.has(name)),
  };
}

function itemsOf(node: JsonNode | undefined): readonly JsonNode[] | null {
  return node?.kind === 'array' ? node.items : null;
}

function lastMember(members: readonly JsonMember[], name: string): JsonMember | undefined {
  return members.findLast((member) => member.name === name);
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function refused(at: Location, message: string, hint: string): JwksReading {
  return { jwks: null, problems: [{ code: 'jwks/unreadable', message, hint, at }] };
}

/** Whole megabytes for large files, as people name them. */
function showSize(length: number): string {
  return `${(length / (1024 * 1024)).toFixed(length < 10 * 1024 * 1024 ? 1 : 0)} MB`;
}
