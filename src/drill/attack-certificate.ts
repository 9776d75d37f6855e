import { createHash } from 'node:crypto';
import type { CertificateReplay } from '../model/attack.ts';
import type { ClientCertificate } from '../model/ports.ts';
import { certificateDer, makeCertificate } from '../token/certificate.ts';

/** One way to present a stolen token that is bound to a certificate. */
export interface CertificateAttempt {
  /** Name of the header that is forged; empty where there is only one way. */
  readonly spelling: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Shown in TLS; null shows none. */
  readonly certificate: ClientCertificate | null;
}

/** For how long a certificate of the thief is valid on both sides of now, in milliseconds. */
const THIEF_MS = 3_600_000;

/**
 * What a thief can do who has the token and knows the certificate of its holder, but not its key: certificates are no
 * secrets, they are in logs, in older versions of TLS on the wire, and at everybody the holder has talked to.
 *
 * @param now milliseconds since the epoch
 */
export function certificateAttempts(
  kind: CertificateReplay,
  holder: ClientCertificate,
  now: number,
): readonly CertificateAttempt[] {
  switch (kind) {
    case 'no-certificate':
      return [{ spelling: '', headers: {}, certificate: null }];
    case 'other-certificate': {
      const valid = { from: now - THIEF_MS, until: now + THIEF_MS };
      return [
        {
          spelling: '',
          headers: {},
          certificate: makeCertificate({ name: 'fbcanary-thief', use: 'client', ...valid }),
        },
      ];
    }
    case 'forged-certificate-header':
      return Object.entries(headersOf(holder)).map(([name, value]) => ({
        spelling: name,
        headers: { [name]: value },
        certificate: null,
      }));
  }
}

/** How proxies hand on the certificate of the client that they have seen. */
function headersOf({ certificate }: ClientCertificate): Readonly<Record<string, string>> {
  const bytes = certificateDer(certificate);
  const base64 = bytes.toString('base64');
  const [own = ''] = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----\n?/.exec(certificate) ?? [];
  const pem = encodeURIComponent(own);
  return {
    // RFC 9440 section 2.2.
    'client-cert': `:${base64}:`,
    // Envoy, forward_client_cert_details.
    'x-forwarded-client-cert': `Hash=${createHash('sha256').update(bytes).digest('hex')};Cert="${pem}"`,
    // ingress-nginx, auth-tls-pass-certificate-to-upstream.
    'ssl-client-cert': pem,
    // Traefik, passTLSClientCert.
    'x-forwarded-tls-client-cert': base64,
    // Application Load Balancer of AWS in passthrough mode.
    'x-amzn-mtls-clientcert': pem,
    // App Service of Azure.
    'x-arr-clientcert': base64,
  };
}
