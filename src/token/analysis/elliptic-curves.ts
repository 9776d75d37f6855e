/** Short Weierstrass curves y^2 = x^3 + ax + b over a prime field; all have cofactor 1, so every point but infinity is fine. */
export interface Curve {
  /** Name in `crv`. */
  readonly name: string;
  /** Octets of a coordinate, leading zeros included (RFC 7518 section 6.2.1.2). */
  readonly octets: number;
  readonly p: bigint;
  readonly a: bigint;
  readonly b: bigint;
}

const P256 = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const P384 = 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n;
const P521 = 2n ** 521n - 1n;

/** NIST curves: SP 800-186 section 3.2.1. secp256k1: SEC 2 section 2.4.1; its name in `crv`: RFC 8812 section 3.1. */
const CURVES: readonly Curve[] = [
  {
    name: 'P-256',
    octets: 32,
    p: P256,
    a: P256 - 3n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  {
    name: 'P-384',
    octets: 48,
    p: P384,
    a: P384 - 3n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  },
  {
    name: 'P-521',
    octets: 66,
    p: P521,
    a: P521 - 3n,
    b: 0x051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
  },
  { name: 'secp256k1', octets: 32, p: 2n ** 256n - 2n ** 32n - 977n, a: 0n, b: 7n },
];

/** The curve of a `crv` value, exactly spelled; null when it is not one that JOSE registers for `kty` EC. */
export function curveNamed(name: string): Curve | null {
  return CURVES.find((curve) => curve.name === name) ?? null;
}

/** Says what is wrong with a point, as the end of a sentence about it; null for a point of the curve. */
export function describePoint(curve: Curve, x: bigint, y: bigint): string | null {
  const { name, p, a, b } = curve;
  if (x >= p || y >= p) return `has a coordinate beyond the field of ${name}`;
  if (x === 0n && y === 0n) return 'is all zeros: a buffer nobody filled';
  if ((y * y - (x * x * x + a * x + b)) % p !== 0n) return `does not lie on ${name}`;
  return null;
}
