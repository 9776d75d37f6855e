/**
 * Reads a compact JWS without trusting it. Strict on purpose: two parsers that disagree on a token are an attack, so
 * everything another library might read in a second way (padding, duplicate members, a second encoding of the same
 * octets) is refused here.
 */
import { createHash } from 'node:crypto';
import type { UnverifiedToken } from '../model/decision.ts';

export type DecodedToken =
  | {
      readonly ok: true;
      readonly token: UnverifiedToken;
      /** The token as given, without surrounding white space. */
      readonly compact: string;
      /** First 12 hex digits of the SHA-256 of `compact`: names the token in logs and reports. */
      readonly fingerprint: string;
      /** Header and payload as given, the signature replaced by words: safe to print. */
      readonly shown: string;
    }
  | { readonly ok: false; readonly message: string; readonly hint: string };

/** Longest token that is read: 64 KiB. HTTP servers refuse header fields long before that (Node: 16 KiB in total). */
export const MAX_TOKEN_LENGTH: number = 64 * 1024;

/** Deepest nesting of header and claims; deeper values would only exhaust the stack of whoever prints them. */
const MAX_DEPTH = 32;

/** RFC 7515 section 2: base64url without padding, line breaks, white space or other characters. */
const BASE64URL = /^[A-Za-z0-9_-]*$/;

/**
 * Decodes a compact JWS (RFC 7515 section 7.1) whose payload is a JWT claims set (RFC 7519 section 7.2). An empty
 * third segment is read, so that an unsecured token (`alg` none) can be judged and refused by name.
 */
export function decodeToken(text: string): DecodedToken {
  if (text.length > MAX_TOKEN_LENGTH) {
    return failed(
      `token of ${text.length} characters is longer than the limit of ${MAX_TOKEN_LENGTH}`,
      'pass one compact JWT, not a file of them',
    );
  }
  const compact = text.trim();
  const scheme = /^(bearer|dpop)\s/i.exec(compact)?.[1];
  if (scheme !== undefined) return failed(`token starts with the scheme name ${scheme}`, 'pass only what follows it');
  const segments = compact.split('.');
  const [header, payload, signature] = segments;
  if (segments.length !== 3 || header === undefined || payload === undefined || signature === undefined) {
    return wrongShape(compact, segments.length);
  }
  const problem = ['header', 'payload', 'signature'].map((part, index) => checkSegment(part, segments[index] ?? ''));
  const first = problem.find((message) => message !== null);
  if (typeof first === 'string') return failed(first, 'copy the token again: all of it, nothing but it');

  const headerJson = parseObject('header', header);
  if (!headerJson.ok) return failed(headerJson.message, 'the token does not come from a JWT library; ask its issuer');
  const claimsJson = parseObject('payload', payload);
  if (!claimsJson.ok) return failed(claimsJson.message, 'the payload must be a JWT claims set (RFC 7519 section 7.2)');
  if (headerJson.value['b64'] === false) {
    return failed('token says b64 false, an unencoded payload', 'RFC 7797 section 7 forbids it for JWTs');
  }
  return {
    ok: true,
    token: { header: headerJson.value, claims: claimsJson.value },
    compact,
    fingerprint: createHash('sha256').update(compact, 'utf8').digest('hex').slice(0, 12),
    shown: `${header}.${payload}.[signature removed]`,
  };
}

/**
 * The header of a compact JWE (RFC 7516 section 7.1) with the fingerprint of the token; null for anything else. What is
 * encrypted stays unknown.
 */
export function readEncryptedHeader(
  text: string,
): { readonly header: Readonly<Record<string, unknown>>; readonly fingerprint: string } | null {
  const compact = text.length > MAX_TOKEN_LENGTH ? '' : text.trim();
  const segments = compact.split('.');
  const [header = ''] = segments;
  // The key and the text may be empty, as with direct encryption; what an attacker wrote elsewhere is no matter here.
  if (segments.length !== 5 || !segments.every((segment) => BASE64URL.test(segment))) return null;
  const parsed = parseObject('header', header);
  if (!parsed.ok || typeof parsed.value['enc'] !== 'string') return null;
  return { header: parsed.value, fingerprint: createHash('sha256').update(compact, 'utf8').digest('hex').slice(0, 12) };
}

function failed(message: string, hint: string): DecodedToken {
  return { ok: false, message, hint };
}

function wrongShape(compact: string, count: number): DecodedToken {
  if (compact === '') return failed('token is empty', 'pass a compact JWT: three base64url segments with dots');
  if (compact.startsWith('{')) {
    return failed('token is in a JSON serialization', 'a JWT is always in compact form (RFC 7519 section 3)');
  }
  if (count === 5) {
    return failed(
      'token is encrypted (JWE, five segments): its claims cannot be read without the decryption key',
      'decrypt it first and pass the signed token inside',
    );
  }
  return failed(
    `token has ${count} dot-separated ${count === 1 ? 'segment' : 'segments'}, a signed JWT has three`,
    count === 1 ? 'an opaque token has no claims to check; ask its issuer by introspection' : 'copy the whole token',
  );
}

/** RFC 7515 section 2 and RFC 4648 section 3.5: one text per sequence of octets. */
function checkSegment(part: string, text: string): string | null {
  if (text === '' && part !== 'signature') return `${part} of the token is empty`;
  if (!BASE64URL.test(text)) {
    return `${part} of the token holds characters that base64url does not have`;
  }
  if (text.length % 4 === 1) return `${part} of the token has a length that base64url cannot have`;
  if (Buffer.from(text, 'base64url').toString('base64url') !== text) {
    return `${part} of the token has unused bits that are not zero`;
  }
  return null;
}

type ParsedObject =
  | { readonly ok: true; readonly value: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly message: string };

function parseObject(part: string, segment: string): ParsedObject {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(segment, 'base64url'));
  } catch {
    return { ok: false, message: `${part} of the token is not UTF-8` };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, message: `${part} of the token is not JSON` };
  }
  if (!isObject(value)) return { ok: false, message: `${part} of the token is not a JSON object` };
  const structure = checkStructure(text);
  if (structure !== null) return { ok: false, message: `${part} of the token ${structure}` };
  return { ok: true, value };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const JSON_TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/**
 * Finds members written twice (RFC 7515 section 4, RFC 7519 section 4: names must be unique) and runaway nesting in a
 * text that JSON.parse has accepted. Names are compared unescaped: `"\u0061lg"` is `alg`.
 */
function checkStructure(text: string): string | null {
  const stack: (Set<string> | null)[] = [];
  let pending: string | null = null;
  for (const [mark] of text.matchAll(JSON_TOKEN)) {
    if (mark.startsWith('"')) {
      pending = mark;
      continue;
    }
    if (mark === '{' || mark === '[') stack.push(mark === '{' ? new Set() : null);
    if (stack.length > MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH} levels`;
    if (mark === '}' || mark === ']') stack.pop();
    if (mark === ':' && pending !== null) {
      const names = stack.at(-1);
      const name = String(JSON.parse(pending));
      if (names?.has(name) === true) return `has a member twice: ${JSON.stringify(name.slice(0, 40))}`;
      names?.add(name);
    }
    pending = null;
  }
  return null;
}
