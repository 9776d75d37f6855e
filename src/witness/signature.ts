/**
 * Signatures of the algorithms that a policy can name. jose makes and verifies them; what jose 6 does not speak, ES256K, Ed448
 * and RSA below 2048 bits, node:crypto does.
 */
import type { KeyObject, SigningOptions } from 'node:crypto';
import { constants, sign, verify } from 'node:crypto';
import { CompactSign } from 'jose';

/** Whether jose verifies tokens of this algorithm and key. */
export function isSpokenByJose(algorithm: string, key: KeyObject): boolean {
  if (algorithm === 'ES256K' || algorithm === 'Ed448') return false;
  return !/^[RP]S/.test(algorithm) || (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
}

export type Header = Readonly<Record<string, unknown>> & { readonly alg: string };

/** A compact JWS over the JSON of the claims. */
export async function signCompact(header: Header, claims: object, key: KeyObject): Promise<string> {
  const payload = new TextEncoder().encode(JSON.stringify(claims));
  const critical = Array.isArray(header['crit']) ? header['crit'].map(String) : [];
  if (isSpokenByJose(header.alg, key)) {
    const crit = Object.fromEntries(critical.map((name) => [name, true]));
    return new CompactSign(payload).setProtectedHeader(header).sign(key, { crit });
  }
  const signed = `${base64url(JSON.stringify(header))}.${Buffer.from(payload).toString('base64url')}`;
  return `${signed}.${sign(digestOf(header.alg), Buffer.from(signed), parametersOf(header.alg, key)).toString('base64url')}`;
}

/** Whether the signature of a compact JWS is the key's, for algorithms that jose does not speak. */
export function verifyPlainly(compact: string, algorithm: string, key: KeyObject): boolean {
  const end = compact.lastIndexOf('.');
  const signature = Buffer.from(compact.slice(end + 1), 'base64url');
  return verify(digestOf(algorithm), Buffer.from(compact.slice(0, end)), parametersOf(algorithm, key), signature);
}

/** RFC 8032: Ed448 hashes for itself. */
function digestOf(algorithm: string): string | null {
  return algorithm === 'Ed448' ? null : `sha${/256|384|512/.exec(algorithm)?.[0] ?? '256'}`;
}

type Parameters = KeyObject | (SigningOptions & { readonly key: KeyObject });

function parametersOf(algorithm: string, key: KeyObject): Parameters {
  if (algorithm.startsWith('ES')) return { key, dsaEncoding: 'ieee-p1363' };
  if (!algorithm.startsWith('PS')) return key;
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
}

function base64url(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}
