import { compareText } from '../model/compare-text.ts';
import type { JsonMember, JsonNode } from '../token/json-positions.ts';
import { readJson, toData } from '../token/json-positions.ts';
import { itemsOf, lastMember } from '../token/read-jwks.ts';

/** Members that may be kept as they are: RFC 7517 section 4, RFC 7518 section 6, RFC 8037 section 2, RFC 9964. */
const PUBLIC: ReadonlySet<string> = new Set(
  'kty use key_ops alg kid x5u x5c x5t x5t#S256 crv x y n e pub ext exp iat nbf revoked state status'.split(' '),
);

/**
 * Stands for every other value. Eight letters of base64url without loose bits, so that a private member which was
 * published by mistake is found in the history as it was found on the wire, without its value.
 */
const REDACTED = '"redacted"';

/** Most keys of a set that is kept. */
const MAX_KEYS = 1000;

export type PublicSet = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

/**
 * A fetched key set as one line of JSON for the history: the public members only, sorted by name, the keys by kid and
 * content. Members written twice stay twice. Two answers that say the same give the same text.
 */
export function publicSet(body: string): PublicSet {
  const reading = readJson('', body);
  if (!reading.ok) return { ok: false, message: `answers no JSON: ${reading.message}` };
  const { root } = reading;
  if (root.kind !== 'object') return { ok: false, message: 'answers JSON that is no object' };
  const all = root.members.filter(({ name }) => name === 'keys');
  const keys = itemsOf(lastMember(root.members, 'keys')?.value);
  if (keys === null) return { ok: false, message: 'answers JSON without a list "keys"' };
  if (keys.length > MAX_KEYS)
    return { ok: false, message: `answers ${keys.length} keys; over ${MAX_KEYS} are not read` };
  const written = all.map(({ value }) => `"keys":${keyList(itemsOf(value) ?? [])}`);
  return { ok: true, text: `{${written.join(',')}}` };
}

function keyList(keys: readonly JsonNode[]): string {
  const texts = keys.map((node) => ({ kid: kidOf(node), text: publicKey(node) }));
  texts.sort((a, b) => compareText(a.kid, b.kid) || compareText(a.text, b.text));
  return `[${texts.map(({ text }) => text).join(',')}]`;
}

function kidOf(node: JsonNode): string {
  const kid = node.kind === 'object' ? lastMember(node.members, 'kid')?.value : undefined;
  return kid?.kind === 'scalar' && typeof kid.value === 'string' ? kid.value : '';
}

/** An entry that is no object could be anything; only that it is there is kept. */
function publicKey(node: JsonNode): string {
  if (node.kind !== 'object') return 'null';
  const isSymmetric = node.members.some(
    ({ name, value }) => name === 'kty' && value.kind === 'scalar' && value.value === 'oct',
  );
  const members = [...node.members].sort((a, b) => compareText(a.name, b.name));
  return `{${members.map((member) => publicMember(member, isSymmetric)).join(',')}}`;
}

function publicMember({ name, value }: JsonMember, isSymmetric: boolean): string {
  const isKept = PUBLIC.has(name) && !(isSymmetric && !['kty', 'kid', 'use', 'alg', 'key_ops'].includes(name));
  return `${JSON.stringify(name)}:${isKept ? flat(value) : REDACTED}`;
}

/** Scalars, and lists of them as in x5c and key_ops; nothing that is registered nests deeper. */
function flat(node: JsonNode): string {
  if (node.kind === 'scalar') return JSON.stringify(node.value);
  if (node.kind === 'array' && node.items.every(({ kind }) => kind === 'scalar')) return JSON.stringify(toData(node));
  return REDACTED;
}
