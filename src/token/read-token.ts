import { createHash } from 'node:crypto';
import type { Problem } from '../model/failure.ts';
import type { EncryptedToken, TokenFacts } from '../model/key.ts';
import { startOf } from '../model/location.ts';
import { analyseKey } from './analysis/analyse-key.ts';
import { decodeToken, readEncryptedHeader } from './decode.ts';
import { guessSecret } from './guess-secret.ts';
import { findPublicKeySecret } from './public-key-secret.ts';
import { findPublishedSigner } from './published-signer.ts';

export interface TokenReading {
  readonly token: TokenFacts | null;
  /** Set for an encrypted token, of which no more than the header is known. */
  readonly encrypted?: EncryptedToken;
  readonly problems: readonly Problem[];
}

export interface TokenOptions {
  /** HMAC secrets to try beside the built-in ones. */
  readonly words?: readonly string[];
  /** Texts of the key sets and PEM files of the run; asked for when the token is signed with an HMAC. */
  readonly keyTexts?: () => readonly string[];
}

/**
 * Reads a file that holds one compact JWT. Nothing is verified but whether a well-known secret signed it; the signature
 * does not leave this function.
 */
export function readToken(file: string, text: string, options: TokenOptions = {}): TokenReading {
  const encrypted = readEncryptedHeader(text);
  if (encrypted !== null) return { token: null, encrypted: { file, ...encrypted, at: startOf(file) }, problems: [] };
  const decoded = decodeToken(text);
  if (!decoded.ok) {
    const problem: Problem = {
      code: 'token/unreadable',
      message: decoded.message,
      hint: decoded.hint,
      at: startOf(file),
    };
    return { token: null, problems: [problem] };
  }
  const { header, claims } = decoded.token;
  const { alg } = header;
  const isHmac = typeof alg === 'string' && /^HS\d+$/.test(alg);
  const problems: Problem[] = [];
  const leaveOut = (message: string): void => {
    const hint = 'name the token and the key sets of its issuer, without the others';
    problems.push({ code: 'config/left-out', message, hint, at: startOf(file) });
  };
  const nonceDigest = nonceOf(decoded.compact, alg);
  const token: TokenFacts = {
    file,
    header,
    claims,
    shown: decoded.shown,
    fingerprint: decoded.fingerprint,
    guessedSecret: guessSecret(decoded.compact, alg, options.words ?? []),
    publicKeySecret: isHmac
      ? findPublicKeySecret(decoded.compact, alg, { keyTexts: options.keyTexts?.() ?? [], leaveOut })
      : null,
    ...(nonceDigest === null ? {} : { nonceDigest }),
    publishedSigner: findPublishedSigner(decoded.compact, alg),
    length: decoded.compact.length,
    embeddedKeys: [
      ...embedded('header.jwk', header['jwk']),
      ...embedded('claims.cnf.jwk', memberOf(claims['cnf'], 'jwk')),
    ],
    at: startOf(file),
  };
  return { token, problems };
}

/** RFC 7518 section 3.4: the first half of an ECDSA signature is r, which a signer must never use twice. */
function nonceOf(compact: string, alg: unknown): string | null {
  const octets = typeof alg === 'string' ? ({ ES256: 64, ES256K: 64, ES384: 96, ES512: 132 }[alg] ?? null) : null;
  const signature = Buffer.from(compact.split('.')[2] ?? '', 'base64url');
  if (octets === null || signature.length !== octets) return null;
  return createHash('sha256')
    .update(signature.subarray(0, octets / 2))
    .digest('hex')
    .slice(0, 16);
}

function embedded(member: string, key: unknown): NonNullable<TokenFacts['embeddedKeys']> {
  if (typeof key !== 'object' || key === null || Array.isArray(key)) return [];
  return [{ member, diagnoses: analyseKey({ ...key }) }];
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
}
