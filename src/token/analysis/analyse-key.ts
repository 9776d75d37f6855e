import type { KeyDiagnosis, KeyWeakness } from '../../model/key.ts';
import { describeAlgorithm } from './algorithm.ts';
import { readBase64url } from './base64url.ts';
import { findBias } from './bias.ts';
import { factorClosePrimes } from './close-primes.ts';
import { describeOkp, octetsOfOkp } from './edwards.ts';
import { curveNamed, describePoint } from './elliptic-curves.ts';
import { diagnoseExponent } from './exponent.ts';
import type { Blocklist } from './known-compromised.ts';
import { compromisedHash, publishedIn } from './known-compromised.ts';
import { bitLength, fromOctets } from './numbers.ts';
import { isRoca } from './roca.ts';
import { describeStructure } from './rsa-structure.ts';
import { recoverSmallExponent } from './small-exponent.ts';

type JwkMembers = Readonly<Record<string, unknown>>;

/** Largest modulus whose numbers are examined; beyond it the analysis itself would be the denial of service. */
export const MAX_MODULUS_BITS: number = 16_384;

/** NIST SP 800-131A revision 2, table 2: under 2048 bits is disallowed. */
const MIN_RSA_BITS = 2048;

/** Exponents that any generator makes are far below; Wiener's attack needs one about as long as the modulus. */
const UNUSUAL_EXPONENT_BITS = 32;

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
 * looked at for private members (RFC 7517 section 5). No message holds a value of the key. Never throws.
 */
export function analyseKey(members: JwkMembers, blocklist: Blocklist | null = null): readonly KeyDiagnosis[] {
  return [
    ...checkSecrets(members),
    ...checkMembers(members),
    ...checkEncoding(members),
    ...checkAlgorithm(members),
    ...checkNumbers(members, blocklist),
  ];
}

/** The modulus of an RSA key, as a lenient decoder reads it; null for other keys and for one without a readable `n`. */
export function modulusOf(members: JwkMembers): bigint | null {
  return members['kty'] === 'RSA' ? numberIn(members, 'n') : null;
}

function found(
  weakness: KeyWeakness,
  message: string,
  member: string | null,
  severity: KeyDiagnosis['severity'] = 'error',
): KeyDiagnosis {
  return { weakness, severity, message, member };
}

function checkSecrets(members: JwkMembers): readonly KeyDiagnosis[] {
  const secrets = PRIVATE_MEMBERS.filter((name) => Object.hasOwn(members, name));
  const first = secrets[0];
  const diagnoses: KeyDiagnosis[] = [];
  if (first !== undefined) {
    diagnoses.push(found('private-material', `private half of the key is here: ${secrets.join(', ')}`, first));
  }
  if (members['kty'] === 'oct' || Object.hasOwn(members, 'k')) {
    diagnoses.push(
      found(
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
  if (kty === undefined) return [found('malformed', 'key has no kty', null)];
  if (typeof kty !== 'string') return [found('malformed', 'kty is not a text', 'kty')];
  const diagnoses: KeyDiagnosis[] = [];
  for (const name of REQUIRED.get(kty) ?? []) {
    const value = members[name];
    if (value === undefined) diagnoses.push(found('malformed', `${kty} key has no ${name}`, null));
    else if (typeof value !== 'string') diagnoses.push(found('malformed', `${name} is not a text`, name));
    else if (value === '') diagnoses.push(found('malformed', `${name} is empty`, name));
  }
  for (const name of ['kid', 'alg', 'use'] as const) {
    if (members[name] !== undefined && typeof members[name] !== 'string') {
      diagnoses.push(found('malformed', `${name} is not a text`, name));
    }
  }
  const operations = members['key_ops'];
  if (
    operations !== undefined &&
    !(Array.isArray(operations) && operations.every((each) => typeof each === 'string'))
  ) {
    diagnoses.push(found('malformed', 'key_ops is not a list of texts', 'key_ops'));
  }
  return [...diagnoses, ...checkCurveName(kty, members['crv'])];
}

function checkCurveName(kty: string, crv: unknown): readonly KeyDiagnosis[] {
  if (typeof crv !== 'string') return [];
  const known = kty === 'EC' ? curveNamed(crv) !== null : octetsOfOkp(crv) !== null;
  if (known || (kty !== 'EC' && kty !== 'OKP')) return [];
  const choices = kty === 'EC' ? 'P-256, P-384, P-521, secp256k1' : 'Ed25519, Ed448, X25519, X448';
  return [
    found(
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
      diagnoses.push(found('base64url-invalid', `${name} ${reading.message}`, name, severity));
    }
    const isNumber = members['kty'] === 'RSA' && (name === 'n' || name === 'e');
    if (isNumber && reading.octets.length > 1 && reading.octets[0] === 0) {
      diagnoses.push(
        found(
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
  return message === null ? [] : [found('alg-kty-mismatch', message, 'alg')];
}

function checkNumbers(members: JwkMembers, blocklist: Blocklist | null): readonly KeyDiagnosis[] {
  switch (members['kty']) {
    case 'RSA': {
      const modulus = numberIn(members, 'n');
      if (modulus === null) return [];
      return checkRsa(modulus, numberIn(members, 'e'), blocklist);
    }
    case 'EC':
      return checkEc(members, blocklist);
    case 'OKP':
      return checkOkp(members, blocklist);
    default:
      return [];
  }
}

function checkRsa(modulus: bigint, exponent: bigint | null, blocklist: Blocklist | null): readonly KeyDiagnosis[] {
  const bits = bitLength(modulus);
  if (bits > MAX_MODULUS_BITS) {
    const message = `modulus has ${bits} bits; over ${MAX_MODULUS_BITS} it is not examined, and verifying with it is slow`;
    return [found('malformed', message, 'n')];
  }
  const diagnoses: KeyDiagnosis[] = [];
  if (bits < MIN_RSA_BITS) {
    const how = bits < 1024 ? 'within reach of one computer' : 'within reach of well-funded attackers';
    diagnoses.push(found('rsa-too-small', `modulus has ${bits} bits, the minimum is ${MIN_RSA_BITS}: ${how}`, 'n'));
  }
  if (exponent !== null) {
    const diagnosis = diagnoseExponent(exponent, modulus);
    if (diagnosis !== null) diagnoses.push(diagnosis);
  }
  diagnoses.push(...checkCompromised(modulus, 'n', blocklist));
  const structure = describeStructure(modulus);
  // A modulus of the wrong shape is no product of two primes; what follows would only describe the accident.
  if (structure !== null) diagnoses.push(found('rsa-structure', `modulus ${structure}`, 'n'));
  if (factorClosePrimes(modulus) !== null && modulus % 2n === 1n) {
    diagnoses.push(
      found('rsa-close-primes', 'the two primes lie so close together that the modulus factors at once', 'n'),
    );
  }
  if (structure !== null) return diagnoses;
  if (isRoca(modulus)) {
    diagnoses.push(
      found('rsa-roca', 'key comes from the Infineon library of ROCA (CVE-2017-15361) and can be factored', 'n'),
    );
  }
  if (exponent !== null && bitLength(exponent) > UNUSUAL_EXPONENT_BITS) {
    if (recoverSmallExponent(modulus, exponent) !== null) {
      diagnoses.push(found('rsa-small-d', 'private exponent is small and follows from the public key', 'e'));
    }
  }
  const bias = findBias(modulus);
  if (bias !== null) {
    const severity = bias.kind === 'structured' ? 'error' : 'warning';
    diagnoses.push(found('rsa-biased', `modulus ${bias.message}`, 'n', severity));
  }
  return diagnoses;
}

function checkEc(members: JwkMembers, blocklist: Blocklist | null): readonly KeyDiagnosis[] {
  const curve = typeof members['crv'] === 'string' ? curveNamed(members['crv']) : null;
  const x = octetsIn(members, 'x');
  const y = octetsIn(members, 'y');
  const diagnoses: KeyDiagnosis[] = [];
  if (x !== null) diagnoses.push(...checkCompromised(fromOctets(x), 'x', blocklist));
  if (curve === null) return diagnoses;
  for (const [name, octets] of [
    ['x', x],
    ['y', y],
  ] as const) {
    if (octets === null || octets.length === curve.octets) continue;
    diagnoses.push(
      found(
        'ec-coordinate-length',
        `${name} has ${octets.length} octets, ${curve.name} needs exactly ${curve.octets}`,
        name,
      ),
    );
  }
  if (x === null || y === null || x.length > 2 * curve.octets || y.length > 2 * curve.octets) return diagnoses;
  const message = describePoint(curve, fromOctets(x), fromOctets(y));
  if (message !== null) diagnoses.push(found('ec-point-invalid', `public point ${message}`, 'x'));
  return diagnoses;
}

function checkOkp(members: JwkMembers, blocklist: Blocklist | null): readonly KeyDiagnosis[] {
  const crv = members['crv'];
  const x = octetsIn(members, 'x');
  const length = typeof crv === 'string' ? octetsOfOkp(crv) : null;
  if (typeof crv !== 'string' || x === null || length === null) return [];
  if (x.length !== length) {
    return [found('okp-point-invalid', `x has ${x.length} octets, ${crv} needs exactly ${length}`, 'x')];
  }
  const message = describeOkp(crv, x);
  const diagnoses = checkCompromised(fromOctets(x), 'x', blocklist);
  return message === null ? diagnoses : [...diagnoses, found('okp-point-invalid', `public point ${message}`, 'x')];
}

function checkCompromised(value: bigint, member: string, blocklist: Blocklist | null): readonly KeyDiagnosis[] {
  const hash = compromisedHash(value);
  const place = publishedIn(hash);
  if (place !== null) {
    return [found('known-compromised', `private half of this key is public: ${place}`, member)];
  }
  const list = blocklist?.find(hash) ?? null;
  if (list === null) return [];
  return [
    found(
      'known-compromised',
      `private half of this key is known: it is on the block list given (list ${list})`,
      member,
    ),
  ];
}

function octetsIn(members: JwkMembers, name: string): Uint8Array | null {
  const text = members[name];
  return typeof text === 'string' && text !== '' ? readBase64url(text).octets : null;
}

function numberIn(members: JwkMembers, name: string): bigint | null {
  const octets = octetsIn(members, name);
  return octets === null ? null : fromOctets(octets);
}
