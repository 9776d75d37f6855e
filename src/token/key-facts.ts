import type { Problem } from '../model/failure.ts';
import type { JwksFacts, KeyFacts } from '../model/key.ts';
import { modulusOf } from './analysis/analyse-key.ts';
import { readCertificates } from './analysis/certificate.ts';
import { bitLength, toHex } from './analysis/numbers.ts';
import { keyThumbprint } from './thumbprint.ts';

/** Where the set belongs, when the inventory or the command says so. */
export interface JwksOrigin {
  readonly issuer: string | null;
  readonly environment: string | null;
}

export interface JwksReading {
  readonly jwks: JwksFacts | null;
  readonly problems: readonly Problem[];
}

/** Largest file that is read: 1 MiB holds over a thousand RSA keys with certificates. */
export const MAX_JWKS_LENGTH: number = 1024 * 1024;

/** Most keys of one file that are read; issuers have two to twenty. */
export const MAX_KEYS: number = 1000;

/** A set nobody has said anything about. */
export const UNKNOWN_ORIGIN: JwksOrigin = { issuer: null, environment: null };

/** RFC 7517 section 4, RFC 7518 section 6, RFC 8037 section 2, RFC 9964 section 3; `exp`, `iat`, `nbf`: OpenID Federation 1.0. */
const REGISTERED_MEMBERS: ReadonlySet<string> = new Set(
  (
    'kty use key_ops alg kid x5u x5c x5t x5t#S256 crv x y d n e p q dp dq qi oth k pub priv ext ' +
    'exp iat nbf revoked'
  ).split(' '),
);

/** What the place a key was found in tells, beside its members. */
type Found = Pick<KeyFacts, 'index' | 'at' | 'locate' | 'diagnoses' | 'duplicateMembers'>;

/** Facts of one key from its members as data; also for keys that do not come from JSON. */
export function describeKey(members: Readonly<Record<string, unknown>>, seen: Found): KeyFacts {
  const modulus = modulusOf(members);
  const operations = members['key_ops'];
  return {
    ...seen,
    kid: textOrNull(members['kid']),
    kty: textOrNull(members['kty']),
    alg: textOrNull(members['alg']),
    use: textOrNull(members['use']),
    keyOps: Array.isArray(operations) ? operations.filter((each) => typeof each === 'string') : null,
    crv: textOrNull(members['crv']),
    modulusBits: modulus === null ? null : bitLength(modulus),
    modulusHex: modulus === null ? null : toHex(modulus),
    thumbprint: keyThumbprint(members),
    certificates: () => readCertificates(members),
    unknownMembers: Object.keys(members).filter((name) => !REGISTERED_MEMBERS.has(name)),
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
