import { createHash, randomUUID } from 'node:crypto';
import { CompactSign, calculateJwkThumbprint } from 'jose';
import type { JWK } from 'jose';
import type { SigningKey } from './mint.ts';

/** Parts of a proof that differ from those of an honest one. */
export interface ProofChanges {
  readonly htm?: string;
  readonly htu?: string;
  /** Seconds since the epoch. */
  readonly iat?: number;
  /** Null leaves it out. */
  readonly ath?: string | null;
  readonly typ?: string;
}

/** Makes a proof of possession for one request with one token (RFC 9449 section 4.2). `now` is in seconds. */
export function makeProof(
  key: SigningKey,
  request: { readonly method: string; readonly url: string; readonly token: string; readonly now: number },
  changes: ProofChanges = {},
): Promise<string> {
  const { origin, pathname } = new URL(request.url);
  const ath = changes.ath === undefined ? tokenHash(request.token) : changes.ath;
  const claims = {
    jti: randomUUID(),
    htm: changes.htm ?? request.method,
    htu: changes.htu ?? `${origin}${pathname}`,
    iat: changes.iat ?? request.now,
    ...(ath === null ? {} : { ath }),
  };
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ typ: changes.typ ?? 'dpop+jwt', alg: key.alg, jwk: bare(key.publicJwk) })
    .sign(key.privateKey);
}

/** Base64url of the SHA-256 of a token (RFC 9449 section 4.2, `ath`). */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** Value of `cnf.jkt` for tokens that are bound to this key (RFC 9449 section 6.1). */
export function keyThumbprint({ publicJwk }: SigningKey): Promise<string> {
  return calculateJwkThumbprint(bare(publicJwk));
}

/** Only what makes the key: proofs need no kid, and some verifiers refuse members that they do not expect. */
function bare({ kty, crv, x, y, n, e }: JWK): JWK {
  return JSON.parse(JSON.stringify({ kty, crv, x, y, n, e })) as JWK;
}
