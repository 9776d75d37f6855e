import { makeCertificate } from '../token/certificate.ts';

/** How long the certificates of a lab are valid, in milliseconds: longer than any lab runs. */
const LIFETIME_MS = 30 * 24 * 3_600_000;

/** A clock that was set back since must not make them too new, in milliseconds. */
const MARGIN_MS = 3_600_000;

/**
 * An authority for one start of the lab, and the certificate of its servers. The key of the authority is forgotten: nobody
 * can make another certificate that whoever trusts this lab would take.
 *
 * @param now milliseconds since the epoch
 */
export function makeTls(now: number): {
  readonly ca: string;
  readonly server: { readonly certificate: string; readonly key: string };
} {
  const valid = { from: now - MARGIN_MS, until: now + LIFETIME_MS };
  const issuer = makeCertificate({ name: 'Firebreak lab', use: 'authority', ...valid });
  const server = makeCertificate({
    name: 'Verifiers of the Firebreak lab',
    use: 'server',
    issuer,
    hosts: ['127.0.0.1'],
    ...valid,
  });
  return { ca: issuer.certificate, server: { certificate: server.certificate, key: server.key.reveal() } };
}
