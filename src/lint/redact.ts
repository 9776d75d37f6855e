import type { ConfigSubject } from '../model/config.ts';
import type { Location } from '../model/location.ts';
import { endOfQuotedLine } from '../source/quoted.ts';

/** What code frames may show of a file. Masks keep the length, so that positions hold. */

/** JWK members that are public: RFC 7517 section 4, RFC 7518 section 6, RFC 8037 section 2, RFC 9964 section 3. */
const PUBLIC_MEMBERS: ReadonlySet<string> = new Set(
  'keys kty use key_ops alg kid x5u x5c x5t x5t#S256 crv x y n e pub ext exp iat nbf revoked'.split(' '),
);

const MASK = '•';

/** Any text: signatures of tokens and bodies of private keys are masked. */
export function redactText(text: string): string {
  // Most texts hold neither, and are many.
  if (!text.includes('eyJ') && !text.includes('-----BEGIN')) return text;
  return text
    .replaceAll(/[\w.-]+/g, maskSignature)
    .replaceAll(
      /(-----BEGIN [A-Z ]*PRIVATE KEY-----)([\s\S]*?)(?=-----END|$)/g,
      (_, head: string, body: string) => head + masked(body),
    );
}

/** What follows the second dot after `eyJ`. Works on whole runs, so that no part of one is looked at twice. */
function maskSignature(run: string): string {
  const start = run.search(/\beyJ/);
  const dot = start < 0 ? -1 : run.indexOf('.', start);
  const second = dot < 0 ? -1 : run.indexOf('.', dot + 1);
  return second < 0 ? run : run.slice(0, second + 1) + masked(run.slice(second + 1));
}

/** A token file: header and claims stay, the rest goes; what does not look like a token could be any secret. */
export function redactToken(text: string): string {
  const redacted = redactText(text);
  return /^\s*eyJ[\w-]*\.[\w-]*\./.test(text) ? redacted : masked(redacted);
}

/**
 * A key set: every text and long number under a member that is not known to be public. Works on tokens of JSON instead
 * of its grammar, because broken files are shown too.
 */
export function redactJwks(text: string): string {
  return redactMembers(text, (member) => PUBLIC_MEMBERS.has(member));
}

/** JWK members that are secret: RFC 7518 sections 6.2.2, 6.3.2 and 6.4, RFC 9964. */
const SECRET_MEMBERS: ReadonlySet<string> = new Set('d p q dp dq qi oth r t k priv seed'.split(' '));

/** A history or discovery document: what an issuer shows to everybody, but for the secret members of a JWK. */
export function redactHistory(text: string): string {
  return redactMembers(redactText(text), (member) => !SECRET_MEMBERS.has(member));
}

function redactMembers(text: string, isPublic: (member: string) => boolean): string {
  const parts: string[] = [];
  let member = '';
  let from = 0;
  const values = /"|\d{6,}/g;
  for (let match = values.exec(text); match !== null; match = values.exec(text)) {
    const { 0: mark, index } = match;
    if (mark === '"') values.lastIndex = endOfQuotedLine(text, index);
    const end = values.lastIndex;
    const found = text.slice(index, end);
    if (mark === '"' && /^\s*:/.test(text.slice(end, end + 64))) member = found.slice(1, -1);
    else if (!isPublic(member)) {
      parts.push(text.slice(from, index), maskMember(found));
      from = end;
    }
  }
  return parts.join('') + text.slice(from);
}

function maskMember(found: string): string {
  return found.startsWith('"') && found.length > 1
    ? `"${masked(found.slice(1, -1))}${found.endsWith('"') ? '"' : MASK}`
    : masked(found);
}

/** Names of settings whose values are secrets in most products. */
const SECRET_SETTING =
  /((?:secret|password|passwd|private_?-?key|api_?-?key|signing_?-?key|credentials?|client_?-?secret)[\w-]{0,200}["']?\s*[:=]\s*)(\S[^\n]*)/gi;

/** A configuration file of another product: secrets that were found in it, and whatever a setting's name calls one. */
export function redactConfig(text: string, subjects: readonly ConfigSubject[]): string {
  const lines = text.split('\n');
  // Subjects may share one list of secrets.
  for (const secrets of new Set(subjects.map((subject) => subject.secrets))) {
    for (const { at } of secrets) maskPlace(lines, at);
  }
  return redactText(lines.join('\n')).replaceAll(
    SECRET_SETTING,
    (_, name: string, value: string) => name + value.replaceAll(/[^\s"',{}[\]]/g, MASK),
  );
}

function maskPlace(lines: string[], at: Location): void {
  for (let number = at.line; number <= at.endLine; number += 1) {
    const line = lines[number - 1];
    if (line === undefined) return;
    const from = number === at.line ? at.column - 1 : 0;
    const to = number === at.endLine ? at.endColumn - 1 : line.length;
    lines[number - 1] = line.slice(0, from) + masked(line.slice(from, to)) + line.slice(to);
  }
}

function masked(text: string): string {
  return text.replaceAll(/\S/g, MASK);
}
