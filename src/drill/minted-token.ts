import type { CredentialSpec } from '../model/drill.ts';
import { UserError } from '../model/failure.ts';
import { Secret } from '../model/secret.ts';
import { decodeToken } from '../token/decode.ts';
import { breakOpaque, breakSignature, tokenFingerprint } from '../token/mint.ts';
import type { Minted } from './vault.ts';

/** A JWT as a credential. @throws UserError http/unexpected for what is none */
export function token(compact: string, name: string): Extract<Minted, { kind: 'token' }> {
  const decoded = decodeToken(compact);
  if (!decoded.ok)
    throw new UserError('http/unexpected', `credential "${name}" is not a JWT: ${decoded.message}`, {
      hint: 'drills measure verifiers of JWTs; check the format the issuer gives out',
    });
  return {
    kind: 'token',
    token: new Secret(compact, `${name} ${tokenFingerprint(compact)}`),
    claims: decoded.token.claims,
    header: decoded.token.header,
  };
}

/** The access token that a grant has now; its client is public. */
export function ofGrant({ accessToken, client }: Extract<Minted, { kind: 'grant' }>, name: string): Minted {
  return { ...token(accessToken.reveal(), name), client: { id: client, secret: null } };
}

/** What looks like a token and cannot be one. It has the life of the original: neither may be refused for its age. */
export function broken(
  { token: original, claims, certificate }: Extract<Minted, { kind: 'token' }>,
  name: string,
): Minted {
  const compact = original.reveal();
  // Shown with the certificate of the original: only its signature may be a reason to refuse it.
  if (isJwt(compact)) {
    return { ...token(breakSignature(compact), name), ...(certificate === undefined ? {} : { certificate }) };
  }
  const changed = breakOpaque(compact);
  return { kind: 'token', token: new Secret(changed, `${name} ${tokenFingerprint(changed)}`), claims, header: {} };
}

/**
 * A token that only the issuer can read (RFC 6749 section 1.4): all that is known of it is what the token endpoint said.
 *
 * @param life seconds that it lives, null when nobody said, and the time in milliseconds since the epoch
 * @throws UserError http/unexpected when it did not say how long the token lives: its end could pass for a revocation
 */
export function opaque(
  text: string,
  { name, obtain: { at } }: CredentialSpec,
  { expiresIn, now }: { readonly expiresIn: number | null; readonly now: number },
): Extract<Minted, { kind: 'token' }> {
  if (expiresIn === null) {
    throw new UserError('http/unexpected', `credential "${name}" is no JWT, and its lifetime was not told`, {
      hint: 'have the token endpoint answer expires_in (RFC 6749 section 5.1)',
      at,
    });
  }
  const claims = { exp: Math.floor(now / 1000) + expiresIn };
  return { kind: 'token', token: new Secret(text, `${name} ${tokenFingerprint(text)}`), claims, header: {} };
}

/** Whether it has the form of a JWT; nothing is verified. */
export function isJwt(text: string): boolean {
  return decodeToken(text).ok;
}
