import { createHash, randomBytes } from 'node:crypto';
import { CompactSign, exportJWK, generateKeyPair } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { Secret } from '../model/secret.ts';

/** Algorithms of keys that this program makes. ES256 and Ed25519 keys are made in under a millisecond, RSA takes a tenth of a second. */
export type CanaryAlgorithm = 'ES256' | 'Ed25519' | 'RS256' | 'HS256';

/** A key of this process. The private half cannot be exported, so no report, journal or dump of ours can hold it. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: CanaryAlgorithm;
  readonly publicJwk: JWK & { readonly kid: string };
  readonly privateKey: CryptoKey;
  /** Of HS256 keys, base64url: whoever verifies needs the secret too. */
  readonly secret?: Secret;
}

/** RFC 7518 section 3.2: a secret as long as the hash, in bytes. */
const SECRET_BYTES = 32;

/** Makes a fresh key pair whose private half stays in this process; RS256 keys have 2048 bits. `kid` names the key in the set. */
export async function generateSigningKey(alg: CanaryAlgorithm, kid: string): Promise<SigningKey> {
  if (alg === 'HS256') return generateSecret(kid);
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: false });
  return { kid, alg, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }, privateKey };
}

async function generateSecret(kid: string): Promise<SigningKey> {
  const bytes = randomBytes(SECRET_BYTES);
  return {
    kid,
    alg: 'HS256',
    // Nothing of a secret is public but its name.
    publicJwk: { kty: 'oct', kid, alg: 'HS256', use: 'sig' },
    privateKey: await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']),
    secret: new Secret(bytes.toString('base64url'), `secret ${kid}`),
  };
}

/** Signs claims as a compact JWS (RFC 7515 section 7.1); `alg` and `kid` always come from the key. */
export function signToken(
  key: SigningKey,
  header: Readonly<Record<string, unknown>>,
  claims: Readonly<Record<string, unknown>>,
): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ ...header, alg: key.alg, kid: key.kid })
    .sign(key.privateKey);
}

/**
 * The same header and claims with a signature that cannot hold: well-formed, of the same length, under a `kid` that
 * verifiers know, so that none of them fetches keys because of it. A token without a signature comes back as it is.
 *
 * One byte changes, in the second half and not the last. That is enough for certain: an RSA signature is the only one
 * for its message, in ECDSA only s and n - s go with an r (FIPS 186-5 section 6.4.2; they differ in the lowest bit),
 * and in Ed25519 only one S below the group order goes with an R (RFC 8032 section 5.1.7).
 */
export function breakSignature(compact: string): string {
  const [header = '', payload = '', signature = ''] = compact.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  const at = bytes.length - 1 - (bytes.length >> 2);
  const byte = bytes[at];
  if (byte !== undefined) bytes[at] = byte ^ 0x5a;
  return `${header}.${payload}.${bytes.toString('base64url')}`;
}

/** An opaque token with another character in its middle, which no issuer has given out. */
export function breakOpaque(text: string): string {
  const at = text.length >> 1;
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
}

/** Names a token without showing it: the first 12 hex digits of its SHA-256. */
export function tokenFingerprint(compact: string): string {
  return createHash('sha256').update(compact).digest('hex').slice(0, 12);
}
