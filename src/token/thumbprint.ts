import { createHash } from 'node:crypto';

/** Required members in the order of their names: RFC 7638 section 3.2, RFC 8037 section 2. */
const MEMBERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['RSA', ['e', 'kty', 'n']],
  ['EC', ['crv', 'kty', 'x', 'y']],
  ['OKP', ['crv', 'kty', 'x']],
]);

/**
 * RFC 7638 thumbprint of the key as base64url SHA-256. Taken over the members as written, so a key with leading zeros
 * or padding has another thumbprint than the same key without: verifiers see two keys as well. Null when a required
 * member is missing or no text, for kinds
 * whose required members are not known, and for symmetric keys, which a thumbprint helps to guess (RFC 7638 section 7).
 */
export function keyThumbprint(members: Readonly<Record<string, unknown>>): string | null {
  const { kty } = members;
  const names = typeof kty === 'string' ? MEMBERS.get(kty) : undefined;
  if (names === undefined) return null;
  const entries = names.map((name) => [name, members[name]] as const);
  if (entries.some(([, value]) => typeof value !== 'string')) return null;
  return createHash('sha256')
    .update(JSON.stringify(Object.fromEntries(entries)))
    .digest('base64url');
}
