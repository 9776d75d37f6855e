import { X509Certificate, createHash } from 'node:crypto';
import { fromTimestamp } from '../../model/instant.ts';
import type { KeyCertificates } from '../../model/key.ts';
import { readBase64url } from './base64url.ts';
import { fromOctets } from './numbers.ts';

type JwkMembers = Readonly<Record<string, unknown>>;

/** Most certificates of one key that are read: chains have two to four. */
const MAX_CHAIN = 10;

const HASHES = { x5t: 'sha1', 'x5t#S256': 'sha256' } as const;

/** What the certificate members of a key say (RFC 7517 sections 4.7 to 4.9); null for a key without any. Never throws. */
export function readCertificates(members: JwkMembers): KeyCertificates | null {
  const thumbprints = (['x5t', 'x5t#S256'] as const).filter((name) => typeof members[name] === 'string');
  const { x5c } = members;
  if (x5c === undefined) {
    return thumbprints.length === 0 ? null : { ...NOTHING, thumbprints };
  }
  if (!Array.isArray(x5c) || x5c.length === 0) return { ...NOTHING, thumbprints, fault: 'x5c is not a list of texts' };
  const chain: X509Certificate[] = [];
  for (const [index, text] of x5c.slice(0, MAX_CHAIN).entries()) {
    const reading = readCertificate(text);
    if (typeof reading === 'string') return { ...NOTHING, thumbprints, fault: `x5c[${index}] ${reading}` };
    chain.push(reading);
  }
  const [leaf] = chain;
  if (leaf === undefined) return { ...NOTHING, thumbprints };
  return {
    fault: null,
    isOfKey: isOfKey(members, leaf),
    isChain: chain.length < 2 ? null : chain.every((each, index) => isSignedBy(each, chain[index + 1])),
    notBefore: timeOf(leaf.validFrom),
    notAfter: timeOf(leaf.validTo),
    thumbprints,
    wrongThumbprints: thumbprints.filter((name) => !isThumbprint(members[name], leaf, HASHES[name])),
  };
}

const NOTHING: KeyCertificates = {
  fault: null,
  isOfKey: null,
  isChain: null,
  notBefore: null,
  notAfter: null,
  thumbprints: [],
  wrongThumbprints: [],
};

/** RFC 7517 section 4.7: base64 and not base64url. The certificate, or what is wrong with the text. */
function readCertificate(text: unknown): X509Certificate | string {
  if (typeof text !== 'string') return 'is not a text';
  if (/[-_]/.test(text) && !text.includes('-----')) return 'is base64url, where base64 is asked for';
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return 'is not base64 of a certificate';
  try {
    return new X509Certificate(Buffer.from(text, 'base64'));
  } catch {
    return 'is no certificate';
  }
}

/** Whether the key of a certificate has the numbers of the JWK; null when one of them cannot be read. */
function isOfKey(members: JwkMembers, leaf: X509Certificate): boolean | null {
  try {
    const exported = new Map<string, unknown>(Object.entries(leaf.publicKey.export({ format: 'jwk' })));
    if (exported.get('kty') !== members['kty']) return false;
    const names = ['n', 'e', 'x', 'y'].filter((name) => exported.has(name));
    const isSame = names.every((name) => numberOf(exported.get(name)) === numberOf(members[name]));
    return isSame && (exported.get('crv') ?? members['crv']) === members['crv'];
  } catch {
    // Kinds of keys that this version of Node.js cannot export.
    return null;
  }
}

function numberOf(text: unknown): bigint | null {
  return typeof text === 'string' && text !== '' ? fromOctets(readBase64url(text).octets) : null;
}

/** The last certificate of a chain may come from anybody. */
function isSignedBy(certificate: X509Certificate, issuer: X509Certificate | undefined): boolean {
  if (issuer === undefined) return true;
  try {
    return certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `Jan  1 00:00:00 2025 GMT`, as OpenSSL writes it. */
function timeOf(text: string): number | null {
  const [, month = '', day = '', time = '', year = ''] = /^(\w{3}) +(\d+) ([\d:]{8}) (\d{4}) GMT$/.exec(text) ?? [];
  const number = String(MONTHS.indexOf(month) + 1).padStart(2, '0');
  return fromTimestamp(`${year}-${number}-${day.padStart(2, '0')}T${time}Z`);
}

/** Some issuers encode the digits of the hash instead of its octets; that is another fault than a foreign certificate. */
function isThumbprint(text: unknown, { raw }: X509Certificate, hash: 'sha1' | 'sha256'): boolean {
  const digest = createHash(hash).update(raw).digest();
  const octets = typeof text === 'string' ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  return octets.equals(digest) || octets.toString('latin1').toLowerCase() === digest.toString('hex');
}
