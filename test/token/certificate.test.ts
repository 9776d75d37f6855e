import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/model/secret.ts';
import {
  certificateDer,
  certificateThumbprint,
  makeCertificate,
  readClientCertificate,
} from '../../src/token/certificate.ts';

const FROM = Date.UTC(2026, 0, 31, 23, 59, 58);
const UNTIL = Date.UTC(2027, 1, 28, 1, 2, 3);

/** RFC 8705 appendix A: an X.509 certificate and its thumbprint. */
const RFC_8705_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAx
ODEyMzcwOVoXDTIyMDUwMjEyMzcwOVowDzENMAsGA1UEAwwEbXRsczBZMBMGByqG
SM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C7HKW9OylMbnQZjjJ
/Au08/coZwxS7LfA4vOLS9WuneIXhbGGWvsDSb0tH6IxLm8wCgYIKoZIzj0EAwID
SQAwRgIhAP0RC1E+vwJD/D1AGHGzuri+hlV/PpQEKTWUVeORWz83AiEA5x2eXZOV
bUlJSGQgjwD5vaUaKlLR50Q2DmFfQj1L+SY=
-----END CERTIFICATE-----
`;
const RFC_8705_THUMBPRINT = 'A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0';

describe('makeCertificate', () => {
  it('makes what another implementation reads: names, times, key, signature and uses', () => {
    const issuer = makeCertificate({ name: 'an authority', use: 'authority', from: FROM, until: UNTIL });
    const hosts = ['127.0.0.1', 'orders.example'];
    const server = makeCertificate({ name: 'a server', use: 'server', issuer, hosts, from: FROM, until: UNTIL });
    const [root, leaf] = [new X509Certificate(issuer.certificate), new X509Certificate(server.certificate)];
    expect([root.ca, leaf.ca]).toEqual([true, false]);
    expect([root.subject, leaf.subject, leaf.issuer]).toEqual(['CN=an authority', 'CN=a server', 'CN=an authority']);
    expect([Date.parse(leaf.validFrom), Date.parse(leaf.validTo)]).toEqual([FROM, UNTIL]);
    expect(leaf.checkIssued(root)).toBe(true);
    expect([root.verify(root.publicKey), leaf.verify(root.publicKey), root.verify(leaf.publicKey)]).toEqual([
      true,
      true,
      false,
    ]);
    expect(leaf.checkPrivateKey(createPrivateKey(server.key.reveal()))).toBe(true);
    expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(leaf.checkIP('127.0.0.2')).toBeUndefined();
    expect(leaf.checkHost('orders.example')).toBe('orders.example');
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  it('holds for names of any length and for every time, also beyond 2049', () => {
    const second = fc.integer({ min: 0, max: Date.UTC(2400, 0) / 1000 }).map((seconds) => seconds * 1000);
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9-]{1,300}$/), second, second, (name, one, other) => {
        const [from, until] = [Math.min(one, other), Math.max(one, other)];
        const { certificate } = makeCertificate({ name, use: 'client', from, until });
        const read = new X509Certificate(certificate);
        expect(read.subject).toBe(`CN=${name}`);
        expect([Date.parse(read.validFrom), Date.parse(read.validTo)]).toEqual([from, until]);
        expect(read.verify(read.publicKey)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('never makes the same twice, and shows its key to nobody who prints it', () => {
    const make = (): ReturnType<typeof makeCertificate> =>
      makeCertificate({ name: 'holder', use: 'client', from: FROM, until: UNTIL });
    const made = make();
    expect(make().certificate).not.toBe(made.certificate);
    expect(JSON.stringify(made)).not.toContain('PRIVATE KEY');
    expect(JSON.stringify(made)).toContain('[secret key of certificate holder]');
  });
});

describe('certificateThumbprint', () => {
  it('is that of RFC 8705 appendix A for its certificate', () => {
    expect(certificateThumbprint(certificateDer(RFC_8705_CERTIFICATE))).toBe(RFC_8705_THUMBPRINT);
  });
});

describe('readClientCertificate', () => {
  const own = makeCertificate({ name: 'holder', use: 'client', from: FROM, until: UNTIL });

  it('takes a certificate, those in between and its key', () => {
    const chain = `${own.certificate}${RFC_8705_CERTIFICATE}`;
    expect(readClientCertificate(chain, own.key, 'holder')).toEqual({ certificate: chain, key: own.key });
  });

  it.for([
    ['is not a certificate', 'nothing', own.key, 'the certificate or the key of "holder" cannot be read'],
    [
      'is not a key',
      own.certificate,
      new Secret('hunter2', 'x'),
      'the certificate or the key of "holder" cannot be read',
    ],
    ['is another key', own.certificate, otherKey(), 'the key of "holder" is not that of its certificate'],
  ] as const)('refuses what %s, and quotes nothing of it', ([, certificate, key, message]) => {
    expect(() => readClientCertificate(certificate, key, 'holder')).toThrow(
      expect.objectContaining({ code: 'document/invalid', message }),
    );
  });

  function otherKey(): Secret {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return new Secret(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'another');
  }
});
