import { CompactSign, importJWK, importPKCS8 } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { UserError } from '../model/failure.ts';

interface FileKey {
  readonly key: CryptoKey | Uint8Array;
  readonly alg: string;
  readonly kid: string | null;
}

/**
 * Signs a payload with the private key of a file: a JWK with `alg`, or PKCS #8 in PEM of an RSA or P-256 key. Nothing of the
 * file is ever part of a message.
 *
 * @throws UserError file/unreadable
 */
export async function signWithKeyFile(
  { file, text }: { readonly file: string; readonly text: string },
  typ: string,
  payload: string,
): Promise<string> {
  const { key, alg, kid } = text.trimStart().startsWith('{') ? await readJwk(file, text) : await readPem(file, text);
  return new CompactSign(new TextEncoder().encode(payload))
    .setProtectedHeader({ alg, typ, ...(kid === null ? {} : { kid }) })
    .sign(key);
}

async function readJwk(file: string, text: string): Promise<FileKey> {
  let jwk: JWK;
  try {
    jwk = JSON.parse(text) as JWK; // looked at below, and by the import
  } catch {
    throw unfit(file, 'is no JSON');
  }
  const { alg, kid, d } = jwk;
  if (typeof d !== 'string') throw unfit(file, 'holds no private key');
  if (typeof alg !== 'string') throw unfit(file, 'does not say which algorithm its key is for');
  try {
    return { key: await importJWK(jwk, alg), alg, kid: typeof kid === 'string' ? kid : null };
  } catch {
    throw unfit(file, 'holds no key that can sign');
  }
}

async function readPem(file: string, text: string): Promise<FileKey> {
  for (const alg of ['ES256', 'RS256', 'ES384', 'Ed25519']) {
    try {
      return { key: await importPKCS8(text, alg), alg, kid: null };
    } catch {
      // The key is of another type: the next one may fit.
    }
  }
  throw unfit(file, 'holds no private key in PKCS #8');
}

function unfit(file: string, what: string): UserError {
  return new UserError('file/unreadable', `${file} ${what}`, {
    hint: 'name a private JWK with alg, or a key in PKCS #8 (-----BEGIN PRIVATE KEY-----)',
  });
}
