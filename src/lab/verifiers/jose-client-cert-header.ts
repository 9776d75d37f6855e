import { mayBeUsedWith, thumbprintOf } from '../certificate-bound.ts';
import type { VerifierFactory } from '../verifier.ts';
import { createVerifier as createJose } from './jose.ts';

type Headers = Readonly<Record<string, string>>;

/**
 * jose behind a proxy that ends TLS and hands the certificate on in Client-Cert (RFC 9440). The proxy is set up the way
 * that RFC 9440 section 4 warns of: it sets the header when there is a certificate, and does not remove the one that a
 * client without a certificate has sent. So the application believes whoever writes it.
 */
export const createVerifier: VerifierFactory = async (input) => {
  const verify = await createJose(input);
  return async (token, presented) => {
    const outcome = await verify(token, presented);
    const passedOn = throughProxy(presented.headers, presented.certificate);
    if (outcome.kind !== 'accept' || mayBeUsedWith(token, thumbprintIn(passedOn))) return outcome;
    return { kind: 'reject', why: 'invalid' };
  };
};

function throughProxy(headers: Headers, certificate: Uint8Array | null): Headers {
  if (certificate === null) return headers;
  return { ...headers, 'client-cert': `:${Buffer.from(certificate).toString('base64')}:` };
}

/** What the application reads: RFC 9440 section 2.2, or else the hash that Envoy writes. */
function thumbprintIn(headers: Headers): string | null {
  const standard = /^:([A-Za-z0-9+/=]+):$/.exec(headers['client-cert'] ?? '')?.[1];
  if (standard !== undefined) return thumbprintOf(Buffer.from(standard, 'base64'));
  const hash = /(?:^|;)Hash=([0-9a-f]{64})(?:;|$)/i.exec(headers['x-forwarded-client-cert'] ?? '')?.[1];
  return hash === undefined ? null : Buffer.from(hash, 'hex').toString('base64url');
}
