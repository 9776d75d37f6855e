/**
 * Public keys of `kty` OKP (RFC 8037). With a point of small order as the key, a signature that anybody can write down
 * verifies for many messages or for all, and an ECDH result is known in advance; OpenSSL imports such keys.
 */
import { powerMod } from './numbers.ts';

interface PointCheck {
  readonly octets: number;
  readonly describe: (littleEndian: bigint) => string | null;
}

const P25519 = 2n ** 255n - 19n;
const P448 = 2n ** 448n - 2n ** 224n - 1n;
const SIGN_25519 = 1n << 255n;
const SIGN_448 = 1n << 455n;

/** d of -x^2 + y^2 = 1 + d x^2 y^2 (RFC 8032 section 5.1): -121665/121666. */
const D25519 = (P25519 - 121665n) * inverse(121666n, P25519);
/** d of x^2 + y^2 = 1 + d x^2 y^2 (RFC 8032 section 5.2). */
const D448 = P448 - 39081n;

/** y of the two points of order 8 of edwards25519, up to sign; the orders 1, 2 and 4 have y = 1, -1 and 0. */
const ORDER_8_Y = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
const SMALL_ORDER_Y_25519: readonly bigint[] = [0n, 1n, P25519 - 1n, ORDER_8_Y, P25519 - ORDER_8_Y];

/** The Montgomery points of order 1, 2, 4 and 8: 0, 1, -1 and the two of order 8 (RFC 7748 section 6.1 warns of them). */
const SMALL_ORDER_U_25519: readonly bigint[] = [
  0n,
  1n,
  P25519 - 1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
];

const SMALL_ORDER = 'is a point of small order: with it, anybody can forge';

const CHECKS: ReadonlyMap<string, PointCheck> = new Map<string, PointCheck>([
  ['Ed25519', { octets: 32, describe: describeEd25519 }],
  ['Ed448', { octets: 57, describe: describeEd448 }],
  ['X25519', { octets: 32, describe: describeX25519 }],
  ['X448', { octets: 56, describe: describeX448 }],
]);

/** Octets of a public key on a curve of `kty` OKP; null for a curve that JOSE does not register (RFC 8037 section 5). */
export function octetsOfOkp(crv: string): number | null {
  return CHECKS.get(crv)?.octets ?? null;
}

/**
 * Says what is wrong with the public key, as the end of a sentence about it; null for a good point or an unknown curve.
 * `octets` must have the length that `octetsOfOkp` gives.
 */
export function describeOkp(crv: string, octets: Uint8Array): string | null {
  return CHECKS.get(crv)?.describe(BigInt(`0x0${Buffer.from(octets).reverse().toString('hex')}`)) ?? null;
}

/** RFC 8032 section 5.1.3, decoding; plus the points whose order divides the cofactor 8. */
function describeEd25519(value: bigint): string | null {
  const y = value % SIGN_25519;
  const isNegative = value >= SIGN_25519;
  if (SMALL_ORDER_Y_25519.includes(y % P25519)) return SMALL_ORDER;
  if (y >= P25519) return 'is not reduced: y lies beyond the field of Ed25519';
  const ySquared = (y * y) % P25519;
  const u = (ySquared + P25519 - 1n) % P25519;
  const v = (D25519 * ySquared + 1n) % P25519;
  if (!isSquareRatio(u, v, P25519)) return 'does not lie on Ed25519';
  return u === 0n && isNegative ? 'has a sign that its x of zero cannot have' : null;
}

/** RFC 8032 section 5.2.3; the cofactor is 4, and its four points have y = 1, -1 and 0. */
function describeEd448(value: bigint): string | null {
  const y = value % SIGN_448;
  if (y % P448 === 0n || y % P448 === 1n || y % P448 === P448 - 1n) return SMALL_ORDER;
  if (y >= P448) return 'is not reduced: y lies beyond the field of Ed448';
  const ySquared = (y * y) % P448;
  const u = (ySquared + P448 - 1n) % P448;
  const v = (D448 * ySquared + P448 - 1n) % P448;
  return isSquareRatio(u, v, P448) ? null : 'does not lie on Ed448';
}

/** RFC 7748 section 5: the top bit is masked and values beyond p are taken modulo p, so only low order is wrong. */
function describeX25519(value: bigint): string | null {
  return SMALL_ORDER_U_25519.includes((value % SIGN_25519) % P25519) ? SMALL_ORDER : null;
}

/** RFC 7748 section 6.2: the points of order 1, 2 and 4 have u = 0, 1 and -1. */
function describeX448(value: bigint): string | null {
  const u = value % P448;
  return u === 0n || u === 1n || u === P448 - 1n ? SMALL_ORDER : null;
}

/** Euler's criterion for u/v, without dividing: u/v and u*v differ by the square v^2. */
function isSquareRatio(u: bigint, v: bigint, p: bigint): boolean {
  const product = (u * v) % p;
  return product === 0n || powerMod(product, (p - 1n) / 2n, p) === 1n;
}

/** Fermat: a^(p-2) is the inverse of a modulo the prime p. */
function inverse(value: bigint, p: bigint): bigint {
  return powerMod(value, p - 2n, p);
}
