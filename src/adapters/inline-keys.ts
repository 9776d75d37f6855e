import type { JwksFacts } from '../model/key.ts';
import { looksLikePem, readKeyFile } from '../token/read-key-file.ts';
import { readJwks } from '../token/read-jwks.ts';
import type { ConfigNode } from './config-node.ts';

/**
 * Keys that stand in a text value, as a JWK Set, a JWK or PEM, examined like a file of their own. All their positions are
 * that of the value, because escapes make inner ones meaningless. None when the text is no key.
 */
export function inlineKeysOf(node: ConfigNode | null): readonly JwksFacts[] {
  if (node === null || typeof node.value !== 'string') return [];
  const { value, at } = node;
  const reading = looksLikePem(value) ? readKeyFile(at.file, value) : readJwks(at.file, value);
  if (reading.jwks === null) return [];
  const { jwks } = reading;
  return [{ ...jwks, at, keys: jwks.keys.map((key) => ({ ...key, at, locate: () => at })) }];
}

/**
 * The private key that a text holds as Base64 without the lines around it, as Keycloak and Java stores write it (PKCS#8 or
 * PKCS#1). Only its public numbers are examined.
 */
export function bareKeysOf(node: ConfigNode | null): readonly JwksFacts[] {
  if (node === null || typeof node.value !== 'string' || !/^M[A-Za-z0-9+/=\s]{60,}$/.test(node.value)) return [];
  const { value } = node;
  for (const label of ['PRIVATE KEY', 'RSA PRIVATE KEY']) {
    const found = inlineKeysOf({ ...node, value: `-----BEGIN ${label}-----\n${value}\n-----END ${label}-----` });
    if (found.length > 0) return found;
  }
  return [];
}
