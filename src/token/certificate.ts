import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';
import { UserError } from '../model/failure.ts';
import type { ClientCertificate } from '../model/ports.ts';
import { Secret } from '../model/secret.ts';
import * as der from './write-der.ts';

/** A certificate with its private key and the name it was made for. */
export interface MadeCertificate extends ClientCertificate {
  readonly name: string;
}

export interface CertificateOptions {
  /** Common name of the subject. */
  readonly name: string;
  readonly use: 'authority' | 'server' | 'client';
  /** Who signs it; it signs itself otherwise. */
  readonly issuer?: MadeCertificate;
  /** Names and IPv4 addresses that a server is reached at. */
  readonly hosts?: readonly string[];
  /** First and last instant, in milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
}

/** RFC 5758 section 3.2. */
const ECDSA_WITH_SHA256 = der.sequence(der.objectId('1.2.840.10045.4.3.2'));

/** RFC 5280 section 4.1.2.2 allows 20 octets; 16 random ones are never twice the same. */
const SERIAL_OCTETS = 16;

/** RFC 5280 section 4.2.1.3: the bit of each use, and how many bits behind it do not count. */
const DIGITAL_SIGNATURE = der.bits(Buffer.from([0x80]), 7);
const KEY_CERT_SIGN = der.bits(Buffer.from([0x04]), 2);

/** RFC 5280 section 4.2.1.12. */
const PURPOSES = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const;

/** Makes a certificate with a fresh P-256 key (RFC 5280 section 4.1). Nothing of it is written anywhere. */
export function makeCertificate(options: CertificateOptions): MadeCertificate {
  const { name, issuer, from, until } = options;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const serial = randomBytes(SERIAL_OCTETS);
  const body = der.sequence(
    // Version 3, which alone has extensions.
    der.tagged(0, der.unsigned(Buffer.from([2]))),
    der.unsigned(serial),
    ECDSA_WITH_SHA256,
    nameOf(issuer?.name ?? name),
    der.sequence(der.time(from), der.time(until)),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der.tagged(3, der.sequence(...extensionsOf(options))),
  );
  const signer = issuer === undefined ? privateKey : createPrivateKey(issuer.key.reveal());
  const certificate = der.sequence(body, ECDSA_WITH_SHA256, der.bits(sign('sha256', body, signer)));
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { name, certificate: pemOf(certificate), key: new Secret(key, `key of certificate ${name}`) };
}

function nameOf(common: string): Buffer {
  return der.sequence(der.setOf(der.sequence(der.objectId('2.5.4.3'), der.text(common))));
}

function extensionsOf({ use, hosts = [] }: CertificateOptions): readonly Buffer[] {
  if (use === 'authority') {
    return [extension('2.5.29.19', der.sequence(der.boolean(true)), true), extension('2.5.29.15', KEY_CERT_SIGN, true)];
  }
  const names = hosts.map(hostName);
  return [
    extension('2.5.29.15', DIGITAL_SIGNATURE, true),
    extension('2.5.29.37', der.sequence(der.objectId(PURPOSES[use]))),
    ...(names.length === 0 ? [] : [extension('2.5.29.17', der.sequence(...names))]),
  ];
}

/** RFC 5280 section 4.2.1.6: an address in its four octets, or a name of the DNS. */
function hostName(host: string): Buffer {
  const isAddress = /^\d+(?:\.\d+){3}$/.test(host);
  return isAddress ? der.implicit(7, Buffer.from(host.split('.').map(Number))) : der.implicit(2, Buffer.from(host));
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return der.sequence(der.objectId(id), ...(critical ? [der.boolean(true)] : []), der.octets(value));
}

/** RFC 7468 section 5.1. */
function pemOf(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** The DER of the first certificate of a PEM text. */
export function certificateDer(pem: string): Buffer {
  return new X509Certificate(pem).raw;
}

/** Value of `cnf["x5t#S256"]` for tokens that are bound to this certificate (RFC 8705 section 3.1). */
export function certificateThumbprint(certificate: Uint8Array): string {
  return createHash('sha256').update(certificate).digest('base64url');
}

/**
 * A certificate that somebody else issued, with its key, both in PEM. What follows the first certificate are those in
 * between, which servers may need.
 *
 * @param name of the credential, for messages
 * @throws UserError document/invalid when they cannot be read, or do not belong together
 */
export function readClientCertificate(certificate: string, key: Secret, name: string): ClientCertificate {
  try {
    if (new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key.reveal()))) return { certificate, key };
  } catch {
    // What the parser says could quote the key.
    throw new UserError('document/invalid', `the certificate or the key of "${name}" cannot be read`, {
      hint: 'both must be PEM, the key without a passphrase',
    });
  }
  throw new UserError('document/invalid', `the key of "${name}" is not that of its certificate`, {
    hint: 'compare their public keys: openssl x509 -pubkey -noout and openssl pkey -pubout',
  });
}
