import { describe, expect, it } from 'vitest';
import {
  EC_CERTIFICATE,
  EC_CERTIFICATE_OLD,
  EC_CERTIFICATE_S256,
  EC_CERTIFIED,
  EC_OTHER,
  RSA_GOOD,
} from '../../../src/rules/example-keys.ts';
import { readCertificates } from '../../../src/token/analysis/certificate.ts';

describe('certificates of a key', () => {
  it('are none where no member speaks of them', () => {
    expect(readCertificates(EC_CERTIFIED)).toBeNull();
  });

  it('are read with their key, dates and thumbprints', () => {
    expect(
      readCertificates({
        ...EC_CERTIFIED,
        x5c: [EC_CERTIFICATE],
        x5t: 'j2fYK1dGpF65B37hz3ZHEetO-To',
        'x5t#S256': EC_CERTIFICATE_S256,
      }),
    ).toEqual({
      fault: null,
      isOfKey: true,
      isChain: null,
      notBefore: Date.UTC(2025, 0, 1),
      notAfter: Date.UTC(2035, 0, 1),
      thumbprints: ['x5t', 'x5t#S256'],
      wrongThumbprints: [],
    });
  });

  it.for([
    { name: 'another key of the kind', key: EC_OTHER },
    { name: 'a key of another kind', key: RSA_GOOD },
    { name: 'a key without its numbers', key: { kty: 'EC', crv: 'P-256' } },
  ])('tell $name', ({ key }) => {
    expect(readCertificates({ ...key, x5c: [EC_CERTIFICATE] })?.isOfKey).toBe(false);
  });

  it.for([
    { name: 'base64url', x5c: [EC_CERTIFICATE.replaceAll('/', '_')], fault: 'x5c[0] is base64url' },
    { name: 'PEM', x5c: ['-----BEGIN CERTIFICATE-----'], fault: 'x5c[0] is not base64 of a certificate' },
    { name: 'other octets', x5c: ['AAAA'], fault: 'x5c[0] is no certificate' },
    { name: 'a number', x5c: [1], fault: 'x5c[0] is not a text' },
    { name: 'one text', x5c: EC_CERTIFICATE, fault: 'x5c is not a list of texts' },
    { name: 'nothing', x5c: [], fault: 'x5c is not a list of texts' },
  ])('refuse $name', ({ x5c, fault }) => {
    expect(readCertificates({ ...EC_CERTIFIED, x5c })?.fault).toContain(fault);
  });

  it('are a chain when each is signed by the next', () => {
    const chain = (...x5c: readonly string[]): boolean | null | undefined =>
      readCertificates({ ...EC_CERTIFIED, x5c })?.isChain;
    expect(chain(EC_CERTIFICATE, EC_CERTIFICATE_OLD)).toBe(true);
    const broken = EC_CERTIFICATE.replace('F3G5gl9u', 'F3G5gl8u');
    expect(chain(broken, EC_CERTIFICATE_OLD)).toBe(false);
  });

  it('may have thumbprints that spell the digits of the hash', () => {
    const digits = Buffer.from(EC_CERTIFICATE_S256, 'base64url').toString('hex');
    const spelled = Buffer.from(digits.toUpperCase(), 'latin1').toString('base64url');
    const wrong = (x5t: string): readonly string[] | undefined =>
      readCertificates({ ...EC_CERTIFIED, x5c: [EC_CERTIFICATE], 'x5t#S256': x5t })?.wrongThumbprints;
    expect(wrong(spelled)).toEqual([]);
    expect(wrong('AAAA')).toEqual(['x5t#S256']);
  });
});
