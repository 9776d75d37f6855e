import { UserError } from '../../../model/failure.ts';
import { isMapping } from '../arguments.ts';

/** Members that only private and symmetric keys have (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1). */
const PRIVATE_MEMBERS: readonly string[] = ['d', 'k', 'p', 'q', 'dp', 'dq', 'qi', 'oth'];

type Jwk = Readonly<Record<string, unknown>>;

interface KeySet {
  readonly rest: Readonly<Record<string, unknown>>;
  readonly keys: readonly Jwk[];
}

/** What undoing an edit of a key set needs to know, all of it public. */
export interface KeySetEdit {
  readonly kid: string;
  /** The text before the edit. */
  readonly before: string;
  /** How the kids of this run begin: its other steps may edit the same text in between. */
  readonly prefix: string;
}

/**
 * Reads a key set (RFC 7517 section 5).
 *
 * @param place for messages
 * @throws UserError jwks/unreadable, also when it holds private keys: its text would stand in the journal
 */
function readKeySet(text: string, place: string): KeySet {
  let data: unknown;
  try {
    data = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw unreadable(place, 'is not JSON');
  }
  const keys = isMapping(data) ? data['keys'] : undefined;
  if (!isMapping(data) || !Array.isArray(keys) || !keys.every(isMapping)) {
    throw unreadable(place, 'is not a key set: it has no list "keys"');
  }
  if (keys.some((key) => PRIVATE_MEMBERS.some((member) => member in key))) {
    throw unreadable(place, 'holds private keys, which a drill does not touch');
  }
  return { rest: data, keys };
}

/** The text with the key in it; the same text when it is there already. @throws UserError jwks/unreadable */
export function withKey(text: string, jwk: Jwk, place: string): string {
  const { rest, keys } = readKeySet(text, place);
  if (keys.some(({ kid }) => kid === jwk['kid'])) return text;
  return written({ rest, keys: [...keys, jwk] }, text);
}

/** The text without the key; the same text when it is not there. @throws UserError jwks/unreadable */
export function withoutKey(text: string, kid: string, place: string): string {
  const { rest, keys } = readKeySet(text, place);
  const kept = keys.filter((key) => key['kid'] !== kid);
  return kept.length === keys.length ? text : written({ rest, keys: kept }, text);
}

/** Names of the keys that have one. @throws UserError jwks/unreadable */
export function kidsOf(text: string, place: string): readonly string[] {
  return readKeySet(text, place).keys.flatMap(({ kid }) => (typeof kid === 'string' ? [kid] : []));
}

/** @throws UserError jwks/unreadable */
export function hasKey(text: string, kid: string, place: string): boolean {
  return readKeySet(text, place).keys.some((key) => key['kid'] === kid);
}

/**
 * The text after undo: the one from before byte for byte, or as much of it as other steps of this run leave. Null when
 * somebody else has changed the key set meanwhile and our key is still in it.
 *
 * @throws UserError jwks/unreadable
 */
export function undoneKeySet(current: string, { kid, before, prefix }: KeySetEdit, place: string): string | null {
  const kept = withoutKey(current, kid, place);
  if (meaning(withoutRun(kept, prefix, place)) === meaning(withoutRun(before, prefix, place))) {
    return meaning(kept) === meaning(before) ? before : kept;
  }
  return kept === current ? current : null;
}

/** The key set as others have it, whatever this run has added. */
function withoutRun(text: string, prefix: string, place: string): string {
  const { rest, keys } = readKeySet(text, place);
  return written({ rest, keys: keys.filter(({ kid }) => typeof kid !== 'string' || !kid.startsWith(prefix)) }, text);
}

function meaning(text: string): string {
  return JSON.stringify(JSON.parse(text.replace(/^\uFEFF/, '')));
}

/** In the layout of the text it replaces, so that a difference shows only what changed. */
function written({ rest, keys }: KeySet, like: string): string {
  const indent = /\n([ \t]+)"/.exec(like)?.[1];
  const mark = like.startsWith('\uFEFF') ? '\uFEFF' : '';
  return `${mark}${JSON.stringify({ ...rest, keys }, null, indent)}${like.endsWith('\n') ? '\n' : ''}`;
}

function unreadable(place: string, why: string): UserError {
  return new UserError('jwks/unreadable', `${place} ${why}`, { hint: 'name the public key set that verifiers fetch' });
}
