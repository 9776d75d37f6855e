/**
 * Verifies one signature under one policy: the algorithms of the policy, the keys of the given set, nothing else. Keys
 * and key addresses in the token's own header (`jwk`, `jku`, `x5u`, `x5c`) are never looked at (RFC 8725 section 3.10).
 */
import { compactVerify, errors, importJWK } from 'jose';
import { decodeToken } from './decode.ts';

/** A JWK as found in a set; members are checked before use. */
export type JwkLike = Readonly<Record<string, unknown>>;

export interface VerifyOptions {
  /** JOSE `alg` values that may appear, exactly spelled. `none` is refused even when it is listed. */
  readonly algorithms: readonly string[];
  /** Smallest RSA modulus; 2048 when left out, and never less (RFC 7518 sections 3.3 and 3.5). */
  readonly minRsaBits?: number;
  /** Curves that EC keys may have; all that jose knows when left out. OKP keys follow from the algorithm. */
  readonly curves?: readonly string[];
  /** Refuses a token without `kid` instead of trying every suitable key. */
  readonly kidRequired?: boolean;
  /** Critical header extensions the caller understands and has checked; none when left out. */
  readonly crit?: readonly string[];
}

export interface SignatureVerdict {
  readonly valid: boolean;
  /** One sentence for people, without key material. */
  readonly reason: string;
  readonly kid: string | null;
  /** As the header says it; the empty string when it says nothing usable. */
  readonly alg: string;
}

/** What a key must be to serve an algorithm: RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 9864 section 2.2. */
interface KeyShape {
  readonly kty: string;
  readonly crv: string | null;
}

const SHAPES: ReadonlyMap<string, KeyShape> = new Map<string, KeyShape>([
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((alg) => [alg, { kty: 'RSA', crv: null }] as const),
  ...['HS256', 'HS384', 'HS512'].map((alg) => [alg, { kty: 'oct', crv: null }] as const),
  ['ES256', { kty: 'EC', crv: 'P-256' }],
  ['ES384', { kty: 'EC', crv: 'P-384' }],
  ['ES512', { kty: 'EC', crv: 'P-521' }],
  ['Ed25519', { kty: 'OKP', crv: 'Ed25519' }],
  // jose verifies the polymorphic name with Ed25519 keys only.
  ['EdDSA', { kty: 'OKP', crv: 'Ed25519' }],
]);

/** RFC 7518 section 3.2: an HMAC key is at least as long as the hash output, in octets. */
const HMAC_OCTETS: ReadonlyMap<string, number> = new Map([
  ['HS256', 32],
  ['HS384', 48],
  ['HS512', 64],
]);

const MIN_RSA_BITS = 2048;

/** Public members only: a set that leaks private ones must not turn the import into a private key. */
const PUBLIC_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e', 'k'] as const;

/**
 * Tells whether one of the keys made the signature. A `kid` in the header restricts the choice to keys of that `kid`;
 * without one every suitable key is tried. Never throws for anything in the token or the set. Says nothing about
 * claims: that is `decide`.
 */
export async function verifySignature(
  compact: string,
  jwks: { readonly keys: readonly JwkLike[] },
  options: VerifyOptions,
): Promise<SignatureVerdict> {
  const decoded = decodeToken(compact);
  if (!decoded.ok) return { valid: false, reason: decoded.message, kid: null, alg: '' };
  const { header } = decoded.token;
  const alg = typeof header['alg'] === 'string' ? header['alg'] : '';
  const kid = typeof header['kid'] === 'string' && header['kid'] !== '' ? header['kid'] : null;
  const refuse = (reason: string): SignatureVerdict => ({ valid: false, reason, kid, alg });

  const algorithmProblem = checkAlgorithm(alg, options.algorithms);
  if (algorithmProblem !== null) return refuse(algorithmProblem);
  if (kid === null && header['kid'] !== undefined) return refuse('kid of the token is not a non-empty string');
  if (kid === null && options.kidRequired === true) return refuse('token has no kid and one is required');

  const named = jwks.keys.filter((key) => isMembers(key) && (kid === null || key['kid'] === kid));
  if (named.length === 0) {
    return refuse(kid === null ? 'key set is empty' : `no key in the set has kid ${JSON.stringify(kid.slice(0, 80))}`);
  }
  const refusals: string[] = [];
  for (const key of named) {
    const problem = checkKey(key, alg, options) ?? (await tryKey(decoded.compact, key, alg, options.crit ?? []));
    if (problem === null) return { valid: true, reason: `signature verifies with ${nameOf(key)}`, kid, alg };
    refusals.push(problem);
  }
  return refuse([...new Set(refusals)].join('; '));
}

/** A set comes from JSON somebody else wrote: its entries may be anything. */
function isMembers(key: unknown): boolean {
  return typeof key === 'object' && key !== null;
}

function checkAlgorithm(alg: string, allowed: readonly string[]): string | null {
  if (alg === '') return 'header has no alg';
  if (alg.toLowerCase() === 'none') return 'token is unsigned: alg none is never accepted';
  if (!isAllowed(alg, allowed)) {
    const choices = allowed.length === 0 ? 'none at all' : allowed.join(', ');
    return `alg ${JSON.stringify(alg.slice(0, 40))} is not allowed, allowed: ${choices}`;
  }
  if (!SHAPES.has(alg)) return `alg ${JSON.stringify(alg.slice(0, 40))} is allowed but this verifier cannot check it`;
  return null;
}

/** RFC 9864 section 2.2: EdDSA names both Ed25519 and Ed448, so it needs both where they are listed one by one. */
function isAllowed(alg: string, allowed: readonly string[]): boolean {
  if (allowed.includes(alg)) return true;
  if (alg === 'EdDSA') return allowed.includes('Ed25519') && allowed.includes('Ed448');
  return (alg === 'Ed25519' || alg === 'Ed448') && allowed.includes('EdDSA');
}

function checkKey(key: JwkLike, alg: string, options: VerifyOptions): string | null {
  const name = nameOf(key);
  const shape = SHAPES.get(alg);
  if (shape === undefined) return `no key shape is known for alg ${alg}`;
  if (key['kty'] !== shape.kty) return `${name} is not a key for alg ${alg}: kty is not ${shape.kty}`;
  if (shape.crv !== null && key['crv'] !== shape.crv)
    return `${name} is not a key for alg ${alg}: crv is not ${shape.crv}`;
  const keyAlg = key['alg'];
  if (keyAlg !== undefined && !sameAlgorithm(keyAlg, alg)) return `${name} is declared for another alg`;
  if (key['use'] !== undefined && key['use'] !== 'sig') return `${name} is not for signatures: use is not sig`;
  const operations = key['key_ops'];
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    return `${name} is not for verifying: key_ops lacks verify`;
  }
  return checkStrength(key, alg, options);
}

function sameAlgorithm(keyAlg: unknown, alg: string): boolean {
  const edwards = ['Ed25519', 'EdDSA'];
  return keyAlg === alg || (edwards.includes(alg) && typeof keyAlg === 'string' && edwards.includes(keyAlg));
}

function checkStrength(key: JwkLike, alg: string, options: VerifyOptions): string | null {
  const name = nameOf(key);
  switch (key['kty']) {
    case 'RSA':
      return checkRsa(key, name, Math.max(MIN_RSA_BITS, options.minRsaBits ?? MIN_RSA_BITS));
    case 'EC': {
      const allowed = options.curves;
      const crv = String(key['crv']);
      if (allowed === undefined || allowed.includes(crv)) return null;
      return `${name} is on curve ${crv}, allowed: ${allowed.join(', ')}`;
    }
    case 'OKP':
      return isSmallOrder(octets(key['x'])) ? `${name} is a point of small order: it verifies forged signatures` : null;
    case 'oct': {
      const length = octets(key['k']).length;
      const minimum = HMAC_OCTETS.get(alg) ?? 64;
      return length < minimum ? `${name} has ${length} octets, ${alg} needs ${minimum}` : null;
    }
    default:
      return `${name} has a kty nobody can verify with`;
  }
}

function checkRsa(key: JwkLike, name: string, minimum: number): string | null {
  const modulus = octets(key['n']);
  const bits = bitLength(modulus);
  if (bits < minimum) return `${name} has ${bits} bits, the minimum is ${minimum}`;
  if (((modulus.at(-1) ?? 0) & 1) === 0) return `${name} has an even modulus`;
  const exponent = octets(key['e']);
  // RFC 8017 section 3.1 wants 3 <= e < n and odd (it is prime to an even number). With e = 1 anyone can sign.
  if (bitLength(exponent) < 2 || ((exponent.at(-1) ?? 0) & 1) === 0)
    return `${name} has a public exponent that is no RSA exponent`;
  return null;
}

function octets(member: unknown): Uint8Array {
  return typeof member === 'string' ? Buffer.from(member, 'base64url') : new Uint8Array();
}

function bitLength(bigEndian: Uint8Array): number {
  const first = bigEndian.findIndex((octet) => octet !== 0);
  if (first === -1) return 0;
  return (bigEndian.length - first) * 8 - Math.clz32(bigEndian[first] ?? 0) + 24;
}

/**
 * y coordinates, little endian without the sign bit, of the points of edwards25519 whose order divides 8: order 4, 1,
 * 8, 8, 2, and the encodings p and p + 1 of the first two that are not reduced. OpenSSL takes such a key, and then a
 * signature anybody can write down verifies for many messages or for all.
 */
const SMALL_ORDER_Y: ReadonlySet<string> = new Set([
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
]);

function isSmallOrder(point: Uint8Array): boolean {
  const y = Buffer.from(point);
  const last = y.at(-1);
  if (y.length !== 32 || last === undefined) return false;
  y[31] = last & 0x7f;
  return SMALL_ORDER_Y.has(y.toString('hex'));
}

async function tryKey(compact: string, key: JwkLike, alg: string, crit: readonly string[]): Promise<string | null> {
  const name = nameOf(key);
  try {
    const members = PUBLIC_MEMBERS.filter((member) => typeof key[member] === 'string');
    const jwk = Object.fromEntries(members.map((member) => [member, key[member]]));
    const imported = await importJWK(jwk, alg);
    await compactVerify(compact, imported, {
      algorithms: [alg],
      crit: Object.fromEntries(crit.map((extension) => [extension, true])),
    });
    return null;
  } catch (cause) {
    if (cause instanceof errors.JWSSignatureVerificationFailed) return `signature does not verify with ${name}`;
    if (cause instanceof errors.JWSInvalid || cause instanceof errors.JOSENotSupported) {
      return `token is not a JWS this verifier takes: ${cause.message}`;
    }
    return `${name} cannot be imported as a public key`;
  }
}

function nameOf(key: JwkLike): string {
  const kid = key['kid'];
  return typeof kid === 'string' ? `key ${JSON.stringify(kid.slice(0, 80))}` : 'a key without kid';
}
