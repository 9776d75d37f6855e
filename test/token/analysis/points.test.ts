import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { analyseKey } from '../../../src/token/analysis/analyse-key.ts';

type Jwk = Readonly<Record<string, unknown>>;

const exported = (key: { export: (options: { format: 'jwk' }) => object }): Jwk => ({
  ...key.export({ format: 'jwk' }),
});

const CURVES = ['P-256', 'P-384', 'P-521', 'secp256k1'] as const;
const EC: Readonly<Record<string, Jwk>> = Object.fromEntries(
  CURVES.map((namedCurve) => [namedCurve, exported(generateKeyPairSync('ec', { namedCurve }).publicKey)]),
);
const OKP: Readonly<Record<string, Jwk>> = {
  Ed25519: exported(generateKeyPairSync('ed25519').publicKey),
  Ed448: exported(generateKeyPairSync('ed448').publicKey),
  X25519: exported(generateKeyPairSync('x25519').publicKey),
  X448: exported(generateKeyPairSync('x448').publicKey),
};

const named = (jwk: Jwk): readonly string[] => analyseKey(jwk).map(({ weakness }) => weakness);
const octetsOf = (jwk: Jwk, member: string): Buffer => Buffer.from(String(jwk[member]), 'base64url');
const hex = (text: string): string => Buffer.from(text, 'hex').toString('base64url');

/** Little-endian octets of a coordinate. */
function littleEndian(value: bigint, octets: number): string {
  return Buffer.from(value.toString(16).padStart(octets * 2, '0'), 'hex')
    .reverse()
    .toString('base64url');
}

describe.each(CURVES)('analyseKey on keys of %s', (crv) => {
  const key = EC[crv] ?? {};

  it('finds nothing in generated ones', () => {
    for (let round = 0; round < 5; round += 1) {
      expect(named(exported(generateKeyPairSync('ec', { namedCurve: crv }).publicKey))).toEqual([]);
    }
  });

  it('names a point off the curve, in either coordinate', () => {
    for (const member of ['x', 'y']) {
      const octets = octetsOf(key, member);
      octets[octets.length - 1] = (octets.at(-1) ?? 0) ^ 1;
      expect(named({ ...key, [member]: octets.toString('base64url') })).toEqual(['ec-point-invalid']);
    }
  });

  it('names a coordinate beyond the field, and all zeros', () => {
    const { length } = octetsOf(key, 'x');
    expect(named({ ...key, x: Buffer.alloc(length, 0xff).toString('base64url') })).toEqual(['ec-point-invalid']);
    const zeros = Buffer.alloc(length).toString('base64url');
    expect(named({ ...key, x: zeros, y: zeros })).toEqual(['ec-point-invalid']);
  });

  it('names coordinates that are too long or too short', () => {
    const x = octetsOf(key, 'x');
    expect(named({ ...key, x: Buffer.concat([Buffer.alloc(1), x]).toString('base64url') })).toEqual([
      'ec-coordinate-length',
    ]);
    expect(named({ ...key, x: x.subarray(1).toString('base64url') })).toContain('ec-coordinate-length');
  });
});

describe.each(Object.entries(OKP))('analyseKey on keys of %s', (crv, key) => {
  it('finds nothing in a generated one', () => {
    expect(named(key)).toEqual([]);
  });

  it('names a wrong length', () => {
    const x = octetsOf(key, 'x');
    expect(named({ ...key, x: x.subarray(1).toString('base64url') })).toEqual(['okp-point-invalid']);
    expect(named({ ...key, x: Buffer.concat([x, x]).toString('base64url') })).toEqual(['okp-point-invalid']);
  });

  it('names the points 0 and 1, which everybody knows', () => {
    const { length } = octetsOf(key, 'x');
    expect(named({ kty: 'OKP', crv, x: littleEndian(0n, length) })).toEqual(['okp-point-invalid']);
    expect(named({ kty: 'OKP', crv, x: littleEndian(1n, length) })).toEqual(['okp-point-invalid']);
  });
});

describe('analyseKey on points of small order', () => {
  const p25519 = 2n ** 255n - 19n;
  const p448 = 2n ** 448n - 2n ** 224n - 1n;
  const sign = 2n ** 255n;

  it.for([
    // The eight encodings of RFC 8032 points whose order divides 8, then the ones that are not reduced.
    ['0100000000000000000000000000000000000000000000000000000000000000'],
    ['ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
    ['0000000000000000000000000000000000000000000000000000000000000080'],
    ['0000000000000000000000000000000000000000000000000000000000000000'],
    ['c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
    ['c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa'],
    ['26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
    ['26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85'],
    ['0100000000000000000000000000000000000000000000000000000000000080'],
    ['edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
    ['eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
  ])('of Ed25519 names %s', ([text = '']) => {
    expect(analyseKey({ kty: 'OKP', crv: 'Ed25519', x: hex(text) })).toMatchObject([
      { weakness: 'okp-point-invalid', message: expect.stringContaining('small order') },
    ]);
  });

  it('of X25519 names the five values and their copies over p', () => {
    const order8 = 325606250916557431795983626356110631294008115727848805560023387167927233504n;
    const other8 = 39382357235489614581723060781553021112529911719440698176882885853963445705823n;
    // RFC 7748 section 4.1: u = (1 + y) / (1 - y) takes the points of order 8 of one curve to those of the other.
    const y = BigInt('0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826');
    for (const u of [order8, other8]) {
      expect([y, p25519 - y].some((v) => (u * (1n - v) - 1n - v) % p25519 === 0n)).toBe(true);
    }
    for (const u of [0n, 1n, p25519 - 1n, p25519, p25519 + 1n, order8, other8, order8 + sign]) {
      expect(named({ kty: 'OKP', crv: 'X25519', x: littleEndian(u, 32) })).toEqual(['okp-point-invalid']);
    }
  });

  it('of Ed448 and X448 names 0, 1 and -1', () => {
    for (const value of [0n, 1n, p448 - 1n]) {
      expect(named({ kty: 'OKP', crv: 'Ed448', x: littleEndian(value, 57) })).toEqual(['okp-point-invalid']);
      expect(named({ kty: 'OKP', crv: 'X448', x: littleEndian(value, 56) })).toEqual(['okp-point-invalid']);
    }
  });

  it('says when an Ed25519 key is not reduced, or no point', () => {
    const messageOf = (y: bigint): string | undefined =>
      analyseKey({ kty: 'OKP', crv: 'Ed25519', x: littleEndian(y, 32) })[0]?.message;
    // y = p + 3 is y = 3 written a second way; whether 3 is a point does not matter any more.
    expect(messageOf(p25519 + 3n)).toBe('public point is not reduced: y lies beyond the field of Ed25519');
    // About half of all y have no x; 2 is the smallest.
    expect(messageOf(2n)).toBe('public point does not lie on Ed25519');
  });
});
