/** Tokens of rule examples. Their signatures are words, but where the rule is about the signature. */
import { createHmac } from 'node:crypto';
import { policyText } from './example-documents.ts';

type Members = Readonly<Record<string, unknown>>;

/** 2025-01-01T00:00:00Z, in seconds: examples are never from the future. */
const ISSUED_AT = 1_735_689_600;

/** Header of an access token that is as it should be. */
export const HEADER: Members = { alg: 'ES256', typ: 'at+jwt', kid: 'ec-1' };

/** Claims of an access token that is as it should be, with a life of 10 minutes. */
export const CLAIMS: Members = {
  iss: 'https://id.example.com',
  aud: 'orders',
  sub: 'user-1',
  jti: 'a1b2',
  iat: ISSUED_AT,
  exp: ISSUED_AT + 600,
};

/** A token file. An unsecured token has no signature. */
export function tokenText(header: Members, claims: Members): string {
  return `${encode(header)}.${encode(claims)}.${header['alg'] === 'none' ? '' : encode('signature')}\n`;
}

/** A token file with an HMAC under a secret. */
export function hmacTokenText(header: Members, claims: Members, secret: string): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}\n`;
}

/** A token file whose signature is put together from octets in base64url. */
export function signedTokenText(header: Members, claims: Members, signature: readonly string[]): string {
  const octets = Buffer.concat(signature.map((part) => Buffer.from(part, 'base64url')));
  return `${encode(header)}.${encode(claims)}.${octets.toString('base64url')}\n`;
}

/** A policy that governs the tokens above. `keys` is YAML of `spec.keys` without indentation. */
export function ordersPolicy(keys = 'kid_required: true'): string {
  return policyText(
    'orders',
    `
issuers:
  - issuer: https://id.example.com
tokens:
  access_token:
    typ: [at+jwt]
    algorithms: [ES256]
    audiences: [orders]
    lifetime: { max: 10m }
    clock_skew: { max: 30s }
keys: { ${keys} }
`,
  );
}

function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

/** A token file with an encrypted token, of which only the header is real. */
export function encryptedTokenText(header: Members): string {
  return `${[header, 'key', 'vector', 'text', 'tag'].map(encode).join('.')}\n`;
}
