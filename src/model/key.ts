import type { Location } from './location.ts';

/** What the cryptographic analysis can find in one public key. Each is one rule of the `jwks` family. */
export type KeyWeakness =
  | 'malformed'
  | 'private-material'
  | 'symmetric'
  | 'base64url-invalid'
  | 'leading-zero-octets'
  | 'rsa-too-small'
  | 'rsa-exponent'
  | 'rsa-structure'
  | 'rsa-roca'
  | 'rsa-close-primes'
  | 'rsa-small-d'
  | 'rsa-biased'
  | 'ec-coordinate-length'
  | 'ec-point-invalid'
  | 'okp-point-invalid'
  | 'known-compromised'
  | 'alg-kty-mismatch';

/** One weakness of one key. The message names what, never the private value. */
export interface KeyDiagnosis {
  readonly weakness: KeyWeakness;
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  /** The JWK member that shows it: `n`, `e`, `x`, `d`; null for the whole key. */
  readonly member: string | null;
}

/** What the members of a key that are about certificates say. */
export interface KeyCertificates {
  /** Why `x5c` cannot be read; null when it can, or is absent. */
  readonly fault: string | null;
  /** Whether the first certificate is about this key; null when that cannot be told. */
  readonly isOfKey: boolean | null;
  /** Whether each certificate is signed by the next; null for one alone. */
  readonly isChain: boolean | null;
  /** Milliseconds since the epoch, of the first certificate. */
  readonly notBefore: number | null;
  readonly notAfter: number | null;
  /** Those of the two members that are there. */
  readonly thumbprints: readonly ('x5t' | 'x5t#S256')[];
  /** Those that are not of the first certificate. */
  readonly wrongThumbprints: readonly ('x5t' | 'x5t#S256')[];
}

/** One entry of a `keys` array, as found in the raw JSON. */
export interface KeyFacts {
  readonly index: number;
  readonly kid: string | null;
  readonly kty: string | null;
  readonly alg: string | null;
  readonly use: string | null;
  readonly keyOps: readonly string[] | null;
  readonly crv: string | null;
  /** Bits of the RSA modulus. */
  readonly modulusBits: number | null;
  /** RSA modulus as lower-case hex without leading zeros; null for other keys. */
  readonly modulusHex: string | null;
  /** RFC 7638 thumbprint, base64url SHA-256; null when the key is too broken to have one. */
  readonly thumbprint: string | null;
  /** Names of members written more than once in this key. */
  readonly duplicateMembers: readonly string[];
  /** Names of members no registered JWK parameter has. */
  readonly unknownMembers: readonly string[];
  readonly diagnoses: readonly KeyDiagnosis[];
  /** Read when it is asked for: most runs never do. Null for a key without certificates. */
  readonly certificates?: () => KeyCertificates | null;
  readonly at: Location;
  readonly locate: (member: string) => Location;
}

/** One JWK Set document. */
export interface JwksFacts {
  readonly file: string;
  /** Issuer the set belongs to, when the inventory or the command says so. */
  readonly issuer: string | null;
  readonly environment: string | null;
  /** Set for keys of a PEM file, which has no place for `kid`, `alg` and `use`. */
  readonly container?: 'pem';
  readonly keys: readonly KeyFacts[];
  /** Members written more than once at the top level. */
  readonly duplicateMembers: readonly string[];
  readonly at: Location;
}

/** One recorded token under lint. */
export interface TokenFacts {
  readonly file: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** `eyJ….eyJ….[signature removed]` with header and payload kept. */
  readonly shown: string;
  /** First 12 hex digits of the SHA-256 of the whole token. */
  readonly fingerprint: string;
  /** Well-known secret the HMAC verifies under, as its description (never the secret); null otherwise. */
  readonly guessedSecret: string | null;
  /** How a published key of the run was spelled that the HMAC verifies under; absent or null where none fits. */
  readonly publicKeySecret?: string | null;
  /** First 16 hex digits of the SHA-256 of `r` of an ECDSA signature; absent for other algorithms. Two tokens share it by a fault only. */
  readonly nonceDigest?: string;
  /** Where the private key that signed it is printed; absent or null for a key that is not. */
  readonly publishedSigner?: string | null;
  /** Characters of the whole token. */
  readonly length?: number;
  /** Keys that the token brings along, examined: `header.jwk`, `claims.cnf.jwk`. */
  readonly embeddedKeys?: readonly { readonly member: string; readonly diagnoses: readonly KeyDiagnosis[] }[];
  readonly at: Location;
}

/** One recorded token that is encrypted (RFC 7516): only its header can be read. */
export interface EncryptedToken {
  readonly file: string;
  readonly header: Readonly<Record<string, unknown>>;
  /** First 12 hex digits of the SHA-256 of the whole token. */
  readonly fingerprint: string;
  readonly at: Location;
}
