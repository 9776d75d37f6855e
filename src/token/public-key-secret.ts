import type { KeyObject } from 'node:crypto';
import { createHmac, createPublicKey, timingSafeEqual } from 'node:crypto';

/** RFC 7518 section 3.2. */
const HASHES: ReadonlyMap<unknown, string> = new Map([
  ['HS256', 'sha256'],
  ['HS384', 'sha384'],
  ['HS512', 'sha512'],
]);

/** Most spellings of keys that are tried on one token; each key has up to seven. */
const MAX_SPELLINGS = 1600;

/** One spelling of a public key that a confused verifier would take for a secret. */
interface Candidate {
  readonly how: string;
  readonly secret: Buffer;
}

/**
 * Tries published keys as the secret of an HMAC token, in every spelling that libraries hand around: PEM with and without
 * its last line's end, DER, the JWK, the modulus. Answers how the key was spelled, or null. Texts are key sets, single
 * JWKs or PEM; others are skipped.
 *
 * @param leaveOut told when there are more keys than are tried
 */
export function findPublicKeySecret(
  compact: string,
  alg: unknown,
  { keyTexts, leaveOut }: { readonly keyTexts: readonly string[]; readonly leaveOut: (why: string) => void },
): string | null {
  const hash = HASHES.get(alg);
  const [header, payload, signature] = compact.split('.');
  if (hash === undefined || header === undefined || payload === undefined || signature === undefined) return null;
  const input = `${header}.${payload}`;
  const wanted = Buffer.from(signature, 'base64url');
  let tried = 0;
  for (const { how, secret } of candidatesIn(keyTexts)) {
    tried += 1;
    if (tried > MAX_SPELLINGS) {
      leaveOut(
        `there are more public keys than are tried as the secret of one token, which is ${MAX_SPELLINGS} spellings`,
      );
      return null;
    }
    const actual = createHmac(hash, secret).update(input).digest();
    if (actual.length === wanted.length && timingSafeEqual(actual, wanted)) return how;
  }
  return null;
}

function* candidatesIn(texts: readonly string[]): Generator<Candidate> {
  for (const text of texts) {
    if (text.includes('-----BEGIN')) yield* candidatesOfPem(text);
    else for (const jwk of keysIn(text)) yield* spellingsOf(jwk);
  }
}

function candidatesOfPem(text: string): readonly Candidate[] {
  const trimmed = text.trim();
  return [
    { how: 'the PEM file as it is', secret: Buffer.from(text) },
    { how: 'the PEM without the last line’s end', secret: Buffer.from(trimmed) },
    { how: 'the PEM with a line’s end', secret: Buffer.from(`${trimmed}\n`) },
  ];
}

type Jwk = Readonly<Record<string, unknown>>;

function keysIn(text: string): readonly Jwk[] {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return [];
  }
  if (typeof data !== 'object' || data === null) return [];
  const keys: unknown = 'keys' in data ? data.keys : [data];
  return Array.isArray(keys) ? keys.filter((key): key is Jwk => typeof key === 'object' && key !== null) : [];
}

function spellingsOf(jwk: Jwk): readonly Candidate[] {
  const json = { how: 'the JWK as JSON', secret: Buffer.from(JSON.stringify(jwk)) };
  let key: KeyObject;
  try {
    key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
  } catch {
    return [json];
  }
  const spki = String(key.export({ type: 'spki', format: 'pem' }));
  const candidates: Candidate[] = [
    json,
    { how: 'the key as PEM', secret: Buffer.from(spki) },
    { how: 'the key as PEM without the last line’s end', secret: Buffer.from(spki.trim()) },
    { how: 'the key as DER', secret: Buffer.from(key.export({ type: 'spki', format: 'der' })) },
  ];
  if (key.asymmetricKeyType !== 'rsa') return candidates;
  const pkcs1 = String(key.export({ type: 'pkcs1', format: 'pem' }));
  const modulus = typeof jwk['n'] === 'string' ? jwk['n'] : '';
  return [
    ...candidates,
    { how: 'the key as PKCS #1 PEM', secret: Buffer.from(pkcs1) },
    { how: 'the key as PKCS #1 PEM without the last line’s end', secret: Buffer.from(pkcs1.trim()) },
    { how: 'the modulus', secret: Buffer.from(modulus, 'base64url') },
  ];
}
