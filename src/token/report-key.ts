import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { FlattenedSign, flattenedVerify } from 'jose';
import { UserError } from '../model/failure.ts';
import type { ResultSignature } from '../model/stored-result.ts';
import { keyThumbprint } from './thumbprint.ts';

/** `typ` of signatures over drill results, so that no other JWS of the same key can pass for one (RFC 8725 section 3.11). */
const TYPE = 'firebreak-drill-result+jws';

const MAKE_ONE = 'make one with: openssl genpkey -algorithm ed25519 -out report.key';

/** A key that signs results. It belongs to nobody who is drilled. */
export interface ReportKey {
  readonly key: KeyObject;
  readonly alg: 'EdDSA' | 'ES256';
  /** RFC 7638 thumbprint of the public half. */
  readonly kid: string;
}

/** The text of a key file with the name to call it by. */
export interface KeyText {
  readonly file: string;
  readonly text: string;
}

/**
 * Reads a private key that signs: PKCS #8 in PEM or a JWK, Ed25519 or P-256. Nothing of the file is ever part of a message.
 *
 * @throws UserError drill/report-key for encrypted files, public keys and other kinds
 */
export function readSigningKey(source: KeyText): ReportKey {
  refuseEncrypted(source);
  const key = open(source, 'private');
  return reportKey(source, key, createPublicKey(key));
}

/**
 * Reads a public key that checks: SubjectPublicKeyInfo in PEM or a JWK, Ed25519 or P-256.
 *
 * @throws UserError drill/report-key, also for a private key, which has no business where results are checked
 */
export function readCheckingKey(source: KeyText): ReportKey {
  refuseEncrypted(source);
  if (/PRIVATE KEY-----/.test(source.text) || /"d"\s*:/.test(source.text))
    throw unusable(source.file, 'is a private key', 'check with the public one: openssl pkey -in report.key -pubout');
  const key = open(source, 'public');
  return reportKey(source, key, key);
}

/** Signs the payload, which is not part of what comes back. */
export async function signPayload(payload: string, { key, alg, kid }: ReportKey): Promise<ResultSignature> {
  const { protected: header, signature } = await new FlattenedSign(new TextEncoder().encode(payload))
    .setProtectedHeader({ alg, kid, typ: TYPE })
    .sign(key);
  return { protected: header ?? '', signature };
}

/** What one signature turned out to be. `other-key`: made by a key that is not the given one, so nothing is known. */
export type SignatureVerdict = 'valid' | 'invalid' | 'other-key';

/** Holds a signature over a payload against a public key. */
export async function checkPayload(
  payload: string,
  signature: ResultSignature,
  { key, alg, kid }: ReportKey,
): Promise<SignatureVerdict> {
  if (signerOf(signature) !== kid) return 'other-key';
  try {
    const { protectedHeader } = await flattenedVerify(
      { ...signature, payload: Buffer.from(payload, 'utf8').toString('base64url') },
      key,
      { algorithms: [alg] },
    );
    return protectedHeader?.typ === TYPE ? 'valid' : 'invalid';
  } catch {
    return 'invalid';
  }
}

/** `kid` that a signature names; null when its header cannot be read. Not to be trusted before the signature is checked. */
export function signerOf({ protected: header }: ResultSignature): string | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(header, 'base64url').toString('utf8'));
    const kid = typeof parsed === 'object' && parsed !== null && 'kid' in parsed ? parsed.kid : null;
    return typeof kid === 'string' ? kid : null;
  } catch {
    return null;
  }
}

function refuseEncrypted({ file, text }: KeyText): void {
  const isPem = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type:\s*4,ENCRYPTED/m.test(text);
  const isJwe = /"ciphertext"\s*:/.test(text) || /^\s*eyJ[\w-]*(?:\.[\w-]*){4}\s*$/.test(text);
  if (isPem || isJwe)
    throw unusable(
      file,
      'is encrypted, and no password is ever asked for',
      'give a key without a password from the secret store of your CI, or decrypt it first: openssl pkey -in FILE -out report.key',
    );
}

function open({ file, text }: KeyText, half: 'private' | 'public'): KeyObject {
  const make = half === 'private' ? createPrivateKey : createPublicKey;
  try {
    if (!text.trimStart().startsWith('{')) return make(text);
    return make({ key: JSON.parse(text) as JsonWebKey, format: 'jwk' }); // looked at by the import
  } catch {
    throw unusable(
      file,
      `holds no ${half} key`,
      half === 'private' ? MAKE_ONE : 'write the public half with: openssl pkey -in report.key -pubout -out report.pub',
    );
  }
}

function reportKey({ file }: KeyText, key: KeyObject, publicKey: KeyObject): ReportKey {
  const alg = algorithmOf(key);
  const kid = alg === null ? null : keyThumbprint({ ...publicKey.export({ format: 'jwk' }) });
  if (alg === null || kid === null)
    throw unusable(
      file,
      `is a key of another kind: ${key.asymmetricKeyType ?? key.type}`,
      `Ed25519 and P-256 sign results; ${MAKE_ONE}`,
    );
  return { key, alg, kid };
}

function algorithmOf(key: KeyObject): ReportKey['alg'] | null {
  if (key.asymmetricKeyType === 'ed25519') return 'EdDSA';
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? 'ES256' : null;
}

function unusable(file: string, what: string, hint: string): UserError {
  return new UserError('drill/report-key', `${file} ${what}`, { hint });
}
