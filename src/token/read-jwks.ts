import type { JwksFacts, KeyDiagnosis, KeyFacts } from '../model/key.ts';
import type { Location } from '../model/location.ts';
import { startOf } from '../model/location.ts';
import { analyseKey, factorSearch } from './analysis/analyse-key.ts';
import type { Blocklist } from './analysis/known-compromised.ts';
import { boundedPrimality } from './analysis/primality.ts';
import type { JsonMember, JsonNode } from './json-positions.ts';
import { duplicateNames, readJson, toData } from './json-positions.ts';
import type { JwksOrigin, JwksReading } from './key-facts.ts';
import { MAX_JWKS_LENGTH, MAX_KEYS, UNKNOWN_ORIGIN, describeKey } from './key-facts.ts';

export { readKeyFile } from './read-key-file.ts';

/**
 * Tells from the first 4 KiB whether a text is meant to be a JWK Set or a single JWK; costs microseconds. A member `keys`
 * that lists anything but objects belongs to somebody else.
 */
export function looksLikeJwks(text: string): boolean {
  const head = text
    .slice(0, 4096)
    .replace(/^\uFEFF/, '')
    .trimStart();
  return (
    // A template starts with two braces, whatever key set stands further down.
    /^\{(?![{%])/.test(head) &&
    (hasKeysOfItsOwn(head) || /^\{[^{}[\]]*"kty"\s*:/.test(head.replaceAll(/"(?:x5c|key_ops)"\s*:\s*\[[^\]]*\]?/g, '')))
  );
}

/** Whether the outermost object has a member `keys` that may list JWKs; that of an object inside is somebody else's. */
function hasKeysOfItsOwn(head: string): boolean {
  for (const { index } of head.matchAll(/"keys"\s*:\s*\[\s*(?:[{\]]|$)/g)) {
    const before = head.slice(0, index).replaceAll(/"(?:[^"\\]|\\.)*"/g, '');
    const depth = (before.match(/[{[]/g)?.length ?? 0) - (before.match(/[}\]]/g)?.length ?? 0);
    if (depth === 1) return true;
  }
  return false;
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
  const { place } = reading;
  const root = withJwkNames(reading.root);
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
  const isPrime = boundedPrimality();
  const factorOf = factorSearch(list.map(membersOf));
  const jwks: JwksFacts = {
    file,
    issuer: origin.issuer,
    environment: origin.environment,
    keys: readKeys(list, place, (members) => analyseKey(members, blocklist, isPrime, factorOf)),
    duplicateMembers: isSingle ? [] : duplicateNames(root.members),
    at: place(root.start, Math.min(root.end, root.start + 1)),
  };
  return { jwks, problems: [] };
}

/** A JWK as .NET writes its object `JsonWebKey`, in the file of IdentityServer's development key: `Kty`, `D`, null for none. */
function withJwkNames(root: JsonNode): JsonNode {
  if (root.kind !== 'object' || lastMember(root.members, 'Kty') === undefined) return root;
  const members = root.members
    .filter(({ value }) => value.kind !== 'scalar' || value.value !== null)
    .map((member) => ({ ...member, name: NET_NAMES[member.name] ?? member.name.toLowerCase() }));
  return { ...root, members };
}

const NET_NAMES: Readonly<Record<string, string>> = { KeyOps: 'key_ops', X5tS256: 'x5t#S256' };

/** Where a span of the text is. */
export type Place = (start: number, end: number) => Location;

/** What is wrong with one key, by its members. */
export type Examine = (members: Readonly<Record<string, unknown>>) => readonly KeyDiagnosis[];

/** Facts of the entries of one array `keys`. */
export function readKeys(list: readonly JsonNode[], place: Place, examine: Examine): readonly KeyFacts[] {
  return list.map((node, index) => keyFacts(node, { index, place, examine }));
}

interface Around {
  readonly index: number;
  readonly place: Place;
  readonly examine: Examine;
}

function keyFacts(node: JsonNode, { index, place, examine }: Around): KeyFacts {
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
  const members = membersOf(node);
  return describeKey(members, {
    index,
    at,
    locate: (name) => {
      const member = lastMember(node.members, name);
      return member === undefined ? at : place(member.value.start, member.value.end);
    },
    diagnoses: examine(members),
    duplicateMembers: duplicateNames(node.members),
  });
}

function membersOf(node: JsonNode): Readonly<Record<string, unknown>> {
  const data = node.kind === 'object' ? toData(node) : null;
  return typeof data === 'object' && data !== null ? { ...data } : {};
}

/** The entries of an array, null for anything else. */
export function itemsOf(node: JsonNode | undefined): readonly JsonNode[] | null {
  return node?.kind === 'array' ? node.items : null;
}

/** The member that counts when one name is written twice. */
export function lastMember(members: readonly JsonMember[], name: string): JsonMember | undefined {
  return members.findLast((member) => member.name === name);
}

function refused(at: Location, message: string, hint: string): JwksReading {
  return { jwks: null, problems: [{ code: 'jwks/unreadable', message, hint, at }] };
}

/** Whole megabytes for large files, as people name them. */
function showSize(length: number): string {
  return `${(length / (1024 * 1024)).toFixed(length < 10 * 1024 * 1024 ? 1 : 0)} MB`;
}
