import { decodeJwt } from 'jose';
import { certificateThumbprint } from '../token/certificate.ts';

/**
 * Whether a verified token may be used by whoever has this certificate (RFC 8705 section 3). One that is bound to none may
 * be used by everybody.
 *
 * @param thumbprint base64url of the SHA-256 of the certificate; null without one
 */
export function mayBeUsedWith(token: string, thumbprint: string | null): boolean {
  const { cnf } = decodeJwt(token);
  const bound = typeof cnf === 'object' && cnf !== null && 'x5t#S256' in cnf ? cnf['x5t#S256'] : undefined;
  return bound === undefined || bound === thumbprint;
}

export function thumbprintOf(certificate: Uint8Array | null): string | null {
  return certificate === null ? null : certificateThumbprint(certificate);
}
