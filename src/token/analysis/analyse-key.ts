import type { KeyDiagnosis } from '../../model/key.ts';
import { describeAlgorithm } from './algorithm.ts';
import { readBase64url } from './base64url.ts';
import { diagnoseCompromised } from './compromised.ts';
import { diagnosis } from './diagnosis.ts';
import { describeOkp, octetsOfOkp } from './edwards.ts';
import { curveNamed, describePoint } from './elliptic-curves.ts';
import type { Blocklist } from './known-compromised.ts';
import { bitLength, fromOctets } from './numbers.ts';
import type { PrimalityTest } from './primality.ts';
import { boundedPrimality } from './primality.ts';
import { MAX_MODULUS_BITS, diagnoseRsa } from './rsa-key.ts';
import type { SmallestFactor } from './small-factors.ts';
import { smallestFactor, smallestFactorIn } from './small-factors.ts';

type JwkMembers = Readonly<Record<string, unknown>>;

/** Members that only private keys have: RFC 7518 sections 6.2.2 and 6.3.2, RFC 8037 section 2, RFC 9964 (`priv`). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'priv'] as const;

/** Members that each kind of key must have: RFC 7518 section 6, RFC 8037 section 2. */
const REQUIRED: ReadonlyMap<string, readonly string[]> = new Map([
  ['RSA', ['n', 'e']],
  ['EC', ['crv', 'x', 'y']],
  ['OKP', ['crv', 'x']],
  ['oct', ['k']],
]);

const ENCODED_MEMBERS = ['n', 'e', 'x', 'y', 'k', 'pub'] as const;

/**
 * Finds everything that can be seen wrong in one JWK, from its own members alone. A key of an unknown `kty` is only
 * looked at for private members (RFC 7517 section 5). No message holds a value of the key. Never throws. The keys of
 * one set share a test of primality, so that together they take bounded time, and a search for small factors.
 */
export function analyseKey(
  members: JwkMembers,
  blocklist: Blocklist | null = null,
  isPrime: PrimalityTest = boundedPrimality(),
  factorOf: SmallestFactor = smallestFactor,
): readonly KeyDiagnosis[] {
  return [
    ...checkSecrets(members),
    ...checkMembers(members),
    ...checkEncoding(members),
    ...checkAlgorithm(members),
    ...checkNumbers(members, { blocklist, isPrime, smallestFactor: factorOf }),
  ];
}

/** The modulus of an RSA key, as a lenient decoder reads it; null for other keys and for one without a readable `n`. */
export function modulusOf(members: JwkMembers): bigint | null {
  return members['kty'] === 'RSA' ? numberIn(members, 'n') : null;
}

/** The search for small factors that the keys of one set share. */
export function factorSearch(keys: readonly JwkMembers[]): SmallestFactor {
  const moduli = keys.flatMap((members) => modulusOf(members) ?? []);
  return smallestFactorIn(
    moduli.filter((modulus) => modulus > 1n && modulus % 2n === 1n && bitLength(modulus) <= MAX_MODULUS_BITS),
  );
}

function checkSecrets(members: JwkMembers): readonly KeyDiagnosis[] {
  const secrets = PRIVATE_MEMBERS.filter((name) => Object.hasOwn(members, name));
  const first = secrets[0];
  const diagnoses: KeyDiagnosis[] = [];
  if (first !== undefined) {
    diagnoses.push(diagnosis('private-material', `private half of the key is here: ${secrets.join(', ')}`, first));
  }
  if (members['kty'] === 'oct' || Object.hasOwn(members, 'k')) {
    diagnoses.push(
      diagnosis(
        'symmetric',
        'symmetric key in a key set: whoever can read it can sign',
        Object.hasOwn(members, 'k') ? 'k' : null,
      ),
    );
  }
  return diagnoses;
}

function checkMembers(members: JwkMembers): readonly KeyDiagnosis[] {
  const kty = members['kty'];
  if (kty === undefined) return [diagnosis('malformed', 'key has no kty', null)];
  if (typeof kty !== 'string') return [diagnosis('malformed', 'kty is not a text', 'kty')];
  const diagnoses: KeyDiagnosis[] = [];
  for (const name of REQUIRED.get(kty) ?? []) {
    const value = members[name];
    if (value === undefined) diagnoses.push(diagnosis('malformed', `${kty} key has no ${name}`, null));
    else if (typeof value !== 'string') diagnoses.push(diagnosis('malformed', `${name} is not a text`, name));
    else if (value === '') diagnoses.push(diagnosis('malformed', `${name} is empty`, name));
  }
  for (const name of ['kid', 'alg', 'use'] as const) {
    if (members[name] !== undefined && typeof members[name] !== 'string') {
      diagnoses.push(diagnosis('malformed', `${name} is not a text`, name));
    }
  }
  const operations = members['key_ops'];
  if (
    operations !== undefined &&
    !(Array.isArray(operations) && operations.every((each) => typeof each === 'string'))
  ) {
    diagnoses.push(diagnosis('malformed', 'key_ops is not a list of texts', 'key_ops'));
  }
  return [...diagnoses, ...checkCurveName(kty, members['crv'])];
}

function checkCurveName(kty: string, crv: unknown): readonly KeyDiagnosis[] {
  if (typeof crv !== 'string') return [];
  const known = kty === 'EC' ? curveNamed(crv) !== null : octetsOfOkp(crv) !== null;
  if (known || (kty !== 'EC' && kty !== 'OKP')) return [];
  const choices = kty === 'EC' ? 'P-256, P-384, P-521, secp256k1' : 'Ed25519, Ed448, X25519, X448';
  return [
    diagnosis(
      'malformed',
      `crv ${JSON.stringify(crv.slice(0, 40))} is no curve of kty ${kty}, registered: ${choices}`,
      'crv',
    ),
  ];
}

function checkEncoding(members: JwkMembers): readonly KeyDiagnosis[] {
  const diagnoses: KeyDiagnosis[] = [];
  for (const name of ENCODED_MEMBERS) {
    const text = members[name];
    if (typeof text !== 'string') continue;
    const reading = readBase64url(text);
    if (!reading.ok) {
      // Large issuers publish padded coordinates, and most verifiers read them: an availability risk, not a forgery.
      const severity = reading.isOnlyPadded ? 'warning' : 'error';
      diagnoses.push(diagnosis('base64url-invalid', `${name} ${reading.message}`, name, severity));
    }
    const isNumber = members['kty'] === 'RSA' && (name === 'n' || name === 'e');
    if (isNumber && reading.octets.length > 1 && reading.octets[0] === 0) {
      diagnoses.push(
        diagnosis(
          'leading-zero-octets',
          `${name} starts with a zero octet, which its shortest form does not have`,
          name,
          'warning',
        ),
      );
    }
  }
  return diagnoses;
}

function checkAlgorithm(members: JwkMembers): readonly KeyDiagnosis[] {
  const { kty, alg, crv } = members;
  if (typeof kty !== 'string' || typeof alg !== 'string') return [];
  const message = describeAlgorithm(alg, kty, typeof crv === 'string' ? crv : null);
  return message === null ? [] : [diagnosis('alg-kty-mismatch', message, 'alg')];
}

function checkNumbers(members: JwkMembers, options: Parameters<typeof diagnoseRsa>[2]): readonly KeyDiagnosis[] {
  switch (members['kty']) {
    case 'RSA': {
      const modulus = numberIn(members, 'n');
      if (modulus === null) return [];
      return diagnoseRsa(modulus, numberIn(members, 'e'), options);
    }
    case 'EC':
      return checkEc(members, options.blocklist);
    case 'OKP':
      return checkOkp(members, options.blocklist);
    default:
      return [];
  }
}

function checkEc(members: JwkMembers, blocklist: Blocklist | null): readonly KeyDiagnosis[] {
  const curve = typeof members['crv'] === 'string' ? curveNamed(members['crv']) : null;
  const x = octetsIn(members, 'x');
  const y = octetsIn(members, 'y');
  const diagnoses: KeyDiagnosis[] = [];
  if (x !== null) diagnoses.push(...diagnoseCompromised(fromOctets(x), 'x', blocklist));
  if (curve === null) return diagnoses;
  for (const [name, octets] of [
    ['x', x],
    ['y', y],
  ] as const) {
    if (octets === null || octets.length === curve.octets) continue;
    diagnoses.push(
      diagnosis(
        'ec-coordinate-length',
        `${name} has ${octets.length} octets, ${curve.name} needs exactly ${curve.octets}`,
        name,
      ),
    );
  }
  if (x === null || y === null || x.length > 2 * curve.octets || y.length > 2 * curve.octets) return diagnoses;
  const message = describePoint(curve, fromOctets(x), fromOctets(y));
  if (message !== null) diagnoses.push(diagnosis('ec-point-invalid', `public point ${message}`, 'x'));
  return diagnoses;
}

function checkOkp(members: JwkMembers, blocklist: Blocklist | null): readonly KeyDiagnosis[] {
  const crv = members['crv'];
  const x = octetsIn(members, 'x');
  const length = typeof crv === 'string' ? octetsOfOkp(crv) : null;
  if (typeof crv !== 'string' || x === null || length === null) return [];
  if (x.length !== length) {
    return [diagnosis('okp-point-invalid', `x has ${x.length} octets, ${crv} needs exactly ${length}`, 'x')];
  }
  const message = describeOkp(crv, x);
  const diagnoses = diagnoseCompromised(fromOctets(x), 'x', blocklist);
  return message === null ? diagnoses : [...diagnoses, diagnosis('okp-point-invalid', `public point ${message}`, 'x')];
}

function octetsIn(members: JwkMembers, name: string): Uint8Array | null {
  const text = members[name];
  return typeof text === 'string' && text !== '' ? readBase64url(text).octets : null;
}

function numberIn(members: JwkMembers, name: string): bigint | null {
  const octets = octetsIn(members, name);
  return octets === null ? null : fromOctets(octets);
}
