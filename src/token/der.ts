/**
 * Reads the few DER structures that public and private keys in PEM files have (RFC 8017 appendix A.1, RFC 5280 section
 * 4.1, RFC 5958, RFC 5915). `node:crypto` refuses exactly the keys that must be judged here, a zero modulus for one.
 */

/** One element: tag, content, and the offset behind it. */
interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly end: number;
}

/** JWK members, and whether the file holds the private half too. Its numbers are not read. */
export interface PemKey {
  readonly jwk: Readonly<Record<string, string>>;
  readonly isPrivate: boolean;
}

const TAG = {
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  sequence: 0x30,
  version0: 0xa0,
  version1: 0xa1,
} as const;

/** Object identifiers as hex of their DER content: RFC 8017 appendix C, RFC 5480 section 2.1.1, RFC 8410 section 3. */
const RSA_OID = '2a864886f70d010101';
const EC_OID = '2a8648ce3d0201';
const CURVE_OIDS: ReadonlyMap<string, readonly [string, number]> = new Map([
  ['2a8648ce3d030107', ['P-256', 32]],
  ['2b81040022', ['P-384', 48]],
  ['2b81040023', ['P-521', 66]],
  ['2b8104000a', ['secp256k1', 32]],
]);
const OKP_OIDS: ReadonlyMap<string, string> = new Map([
  ['2b656e', 'X25519'],
  ['2b656f', 'X448'],
  ['2b6570', 'Ed25519'],
  ['2b6571', 'Ed448'],
]);

/** Reads the body of a PEM block by its label; null when it is no key of a kind that JOSE knows, or is cut off. */
export function readPemBody(label: string, der: Uint8Array): PemKey | null {
  const fields = sequenceAt(der);
  if (fields === null) return null;
  switch (label) {
    // Many write the newer form under the older label, and most libraries read it.
    case 'RSA PUBLIC KEY':
      return rsaKey(fields[0], fields[1], false) ?? fromSpki(fields);
    case 'RSA PRIVATE KEY':
      return rsaKey(fields[1], fields[2], true) ?? fromPkcs8(fields);
    case 'PUBLIC KEY':
      return fromSpki(fields);
    case 'PRIVATE KEY':
      return fromPkcs8(fields);
    case 'EC PRIVATE KEY':
      return fromSec1(fields, null);
    default:
      return null;
  }
}

function fromSpki([algorithm, key]: readonly Element[]): PemKey | null {
  const ids = algorithm === undefined ? null : children(algorithm);
  if (ids === null || key?.tag !== TAG.bits) return null;
  // The first octet counts unused bits; keys are whole octets.
  const body = key.content.subarray(1);
  const kind = oidOf(ids[0]);
  if (kind === RSA_OID) {
    const numbers = sequenceAt(body);
    return numbers === null ? null : rsaKey(numbers[0], numbers[1], false);
  }
  if (kind === EC_OID) return ecKey(oidOf(ids[1]), body, false);
  const crv = OKP_OIDS.get(kind);
  return crv === undefined ? null : { jwk: { kty: 'OKP', crv, x: encode(body) }, isPrivate: false };
}

function fromPkcs8([, algorithm, key, ...rest]: readonly Element[]): PemKey | null {
  const ids = algorithm === undefined ? null : children(algorithm);
  if (ids === null || key?.tag !== TAG.octets) return null;
  const kind = oidOf(ids[0]);
  const inner = sequenceAt(key.content);
  if (kind === RSA_OID) return inner === null ? null : rsaKey(inner[1], inner[2], true);
  if (kind === EC_OID) return inner === null ? null : fromSec1(inner, oidOf(ids[1]));
  const crv = OKP_OIDS.get(kind);
  if (crv === undefined) return null;
  // RFC 5958 section 2: the public key is optional and has tag [1]; without it there is no point to judge.
  const shown = rest.find(({ tag }) => (tag & 0xdf) === 0x81);
  return { jwk: { kty: 'OKP', crv, ...(shown && { x: encode(shown.content.subarray(1)) }) }, isPrivate: true };
}

function fromSec1(fields: readonly Element[], outerCurve: string | null): PemKey | null {
  const named = fields.find(({ tag }) => tag === TAG.version0);
  const inner = named === undefined ? undefined : elements(named.content)?.[0];
  const shown = fields.find(({ tag }) => tag === TAG.version1);
  const bits = shown === undefined ? undefined : elements(shown.content)?.[0];
  return ecKey(outerCurve ?? oidOf(inner), bits?.content.subarray(1) ?? new Uint8Array(), true);
}

function rsaKey(modulus: Element | undefined, exponent: Element | undefined, isPrivate: boolean): PemKey | null {
  if (modulus?.tag !== TAG.integer || exponent?.tag !== TAG.integer) return null;
  return { jwk: { kty: 'RSA', n: encodeNumber(modulus.content), e: encodeNumber(exponent.content) }, isPrivate };
}

/** SEC 1 section 2.3.3: 04, then both coordinates. A compressed point stays without coordinates and is called malformed. */
function ecKey(curve: string, point: Uint8Array, isPrivate: boolean): PemKey {
  const [crv, octets] = CURVE_OIDS.get(curve) ?? [`oid ${curve}`, (point.length - 1) / 2];
  if (point[0] !== 4 || point.length !== 1 + 2 * octets) return { jwk: { kty: 'EC', crv }, isPrivate };
  const x = encode(point.subarray(1, 1 + octets));
  return { jwk: { kty: 'EC', crv, x, y: encode(point.subarray(1 + octets)) }, isPrivate };
}

function oidOf(element: Element | undefined): string {
  return element?.tag === TAG.oid ? Buffer.from(element.content).toString('hex') : '';
}

function children(element: Element): readonly Element[] | null {
  return element.tag === TAG.sequence ? elements(element.content) : null;
}

function sequenceAt(bytes: Uint8Array): readonly Element[] | null {
  const outer = elementAt(bytes, 0);
  return outer === null ? null : children(outer);
}

function elements(bytes: Uint8Array): readonly Element[] | null {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const element = elementAt(bytes, at);
    if (element === null) return null;
    found.push(element);
    at = element.end;
  }
  return found;
}

/** X.690 sections 8.1.2 and 8.1.3: one-octet tags and definite lengths of up to four octets. */
function elementAt(bytes: Uint8Array, at: number): Element | null {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || first === undefined) return null;
  let start = at + 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4) return null;
    length = Buffer.from(bytes.subarray(start, start + count)).reduce((sum, octet) => sum * 256 + octet, 0);
    start += count;
  }
  const end = start + length;
  return end > bytes.length ? null : { tag, content: bytes.subarray(start, end), end };
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

/** RFC 7518 section 2, Base64urlUInt: no leading zeros, but one octet for zero. */
function encodeNumber(bytes: Uint8Array): string {
  const from = bytes.findIndex((octet) => octet !== 0);
  return encode(from === -1 ? new Uint8Array(1) : bytes.subarray(from));
}
