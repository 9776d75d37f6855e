/** A candidate as somebody would really show it: signed, with its proof, at an issuer that publishes the key. */
import type { KeyObject } from 'node:crypto';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { CompactSign, calculateJwkThumbprint, exportJWK } from 'jose';
import type { Candidate } from '../diff/candidate.ts';
import { keyFor } from './keys.ts';
import { signCompact } from './signature.ts';

/** A key under its name. */
export interface PublishedKey {
  readonly kid: string | null;
  readonly algorithm: string;
  readonly key: KeyObject;
}

/** Everything a verifier can see or fetch. */
export interface Presented {
  readonly candidate: Candidate;
  readonly compact: string;
  /** DPoP proof (RFC 9449 section 4). */
  readonly proof: string | null;
  /** DER of the client's certificate (RFC 8705 section 3). */
  readonly certificate: Buffer | null;
  /** What the verifier has from its last look at the key source. */
  readonly cached: readonly PublishedKey[];
  /** What the key source holds now. */
  readonly current: readonly PublishedKey[];
  /** The key that the header brings or points to. */
  readonly fromHeader: PublishedKey | null;
  /** `jti` of proofs seen before. */
  readonly seen: ReadonlySet<string>;
}

/** Nonce that the verifier gave out (RFC 9449 section 9). */
export const NONCE = 'witness-nonce';
export const PROOF_TARGET: { readonly htm: string; readonly htu: string } = {
  htm: 'GET',
  htu: 'https://witness.example/resource',
};

/** Null when the algorithm cannot be spoken here. */
export async function mint(candidate: Candidate): Promise<Presented | null> {
  const { point, token } = candidate;
  const key = await keyFor(point.algorithm, point.keyBits);
  if (key === null) return null;
  const holder = point.binding === 'dpop' ? await keyFor(point.proofAlgorithm, 2048) : null;
  if (point.binding === 'dpop' && holder === null) return null;
  const certificate = point.binding === 'mtls' ? randomBytes(600) : null;
  const cnf = await confirmation(holder?.verify ?? null, certificate);
  const header = {
    ...token.header,
    alg: point.algorithm,
    ...(point.keySource === 'jwk' ? { jwk: await exportJWK(key.verify) } : {}),
  };
  const compact = await signCompact(header, { ...token.claims, ...cnf }, key.sign);
  const { proof, jti } = holder === null ? { proof: null, jti: '' } : await mintProof(candidate, holder, compact);
  return {
    candidate,
    compact,
    proof,
    certificate,
    ...publish(candidate, key.verify),
    seen: seenBefore(candidate, jti),
  };
}

function seenBefore({ point }: Candidate, jti: string): ReadonlySet<string> {
  return new Set(point.proofUse === 'replayed' ? [jti] : []);
}

async function confirmation(holder: KeyObject | null, certificate: Buffer | null): Promise<object> {
  if (holder !== null) return { cnf: { jkt: await calculateJwkThumbprint(await exportJWK(holder)) } };
  return certificate === null
    ? {}
    : { cnf: { 'x5t#S256': createHash('sha256').update(certificate).digest('base64url') } };
}

/** `unknown`: the set holds the key under another name than the header says. */
function publish({ point, token }: Candidate, key: KeyObject): Pick<Presented, 'cached' | 'current' | 'fromHeader'> {
  const { algorithm, keySource } = point;
  const named = typeof token.header['kid'] === 'string' ? token.header['kid'] : null;
  const kid = point.kid === 'unknown' || named === null ? 'some-other-kid' : named;
  const published = { kid, algorithm, key };
  if (keySource === 'jku' || keySource === 'x5u' || keySource === 'jwk') {
    return { cached: [], current: [], fromHeader: published };
  }
  return { cached: point.kid === 'new' ? [] : [published], current: [published], fromHeader: null };
}

async function mintProof(
  { point, context }: Candidate,
  holder: { readonly sign: KeyObject; readonly verify: KeyObject },
  compact: string,
): Promise<{ readonly proof: string; readonly jti: string }> {
  const jti = randomUUID();
  const claims = {
    ...PROOF_TARGET,
    jti,
    iat: (context.now - point.proofAge) / 1000,
    ...(point.proofNonce === 'present' ? { nonce: NONCE } : {}),
    ...(point.proofAth === 'present' ? { ath: createHash('sha256').update(compact).digest('base64url') } : {}),
  };
  const proof = await new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ typ: 'dpop+jwt', alg: point.proofAlgorithm, jwk: await exportJWK(holder.verify) })
    .sign(holder.sign);
  return { proof, jti };
}
