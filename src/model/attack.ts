/** A way to present what no verifier may accept. */
export interface Attack {
  /** What is presented, for people: `a token without a signature`. */
  readonly says: string;
  /** Where it says that it must be refused, or how. */
  readonly reference: string;
}

/** Every kind of `FORGERIES`, spelled out so that declarations need no inference. */
export type Forgery =
  | 'alg-none'
  | 'no-signature'
  | 'changed-payload'
  | 'unknown-key'
  | 'hmac-public-key'
  | 'embedded-jwk'
  | 'jku'
  | 'x5u'
  | 'kid-path'
  | 'kid-sql'
  | 'unknown-crit'
  | 'wrong-audience'
  | 'wrong-issuer'
  | 'expired'
  | 'not-yet-valid'
  | 'no-expiry'
  | 'id-token'
  | 'other-typ'
  | 'duplicate-claims'
  | 'empty'
  | 'oversized';

/** Every kind of `REPLAYS`. */
export type Replay =
  | 'as-bearer'
  | 'no-proof'
  | 'other-key'
  | 'wrong-method'
  | 'wrong-url'
  | 'wrong-token'
  | 'no-token-hash'
  | 'wrong-proof-typ'
  | 'old-proof'
  | 'early-proof'
  | 'replayed-proof'
  | CertificateReplay;

/** Those of tokens that are bound to a certificate. */
export type CertificateReplay = 'no-certificate' | 'other-certificate' | 'forged-certificate-header';

/** Tokens that nobody may make, in the order they are tried. */
export const FORGERIES: Readonly<Record<Forgery, Attack>> = {
  'alg-none': { says: 'a token that says alg none, unsigned', reference: 'RFC 8725 section 3.2' },
  'no-signature': { says: 'a token whose signature was cut off', reference: 'RFC 7515 section 5.2' },
  'changed-payload': { says: 'a token whose claims were changed after signing', reference: 'RFC 7515 section 5.2' },
  'unknown-key': { says: 'a token signed by a key that the issuer never had', reference: 'RFC 7515 section 5.2' },
  'hmac-public-key': { says: 'an HMAC made with the public key as its secret', reference: 'RFC 8725 section 3.1' },
  'embedded-jwk': { says: 'a token that brings its own key in jwk', reference: 'RFC 7515 section 4.1.3' },
  jku: { says: 'a token that names its own key set in jku', reference: 'RFC 8725 section 3.10' },
  x5u: { says: 'a token that names its own certificate in x5u', reference: 'RFC 8725 section 3.10' },
  'kid-path': { says: 'a kid that is a path of an empty file', reference: 'RFC 8725 section 3.10' },
  'kid-sql': { says: 'a kid that is a piece of SQL', reference: 'RFC 8725 section 3.10' },
  'unknown-crit': { says: 'a critical header that nobody understands', reference: 'RFC 7515 section 4.1.11' },
  'wrong-audience': { says: 'a token for somebody else', reference: 'RFC 8725 section 3.9' },
  'wrong-issuer': { says: 'a token that names another issuer', reference: 'RFC 8725 section 3.8' },
  expired: { says: 'a token that expired an hour ago', reference: 'RFC 7519 section 4.1.4' },
  'not-yet-valid': { says: 'a token that is valid in an hour', reference: 'RFC 7519 section 4.1.5' },
  'no-expiry': { says: 'a token that never expires', reference: 'RFC 9068 section 2.2' },
  'id-token': { says: 'an ID token in place of an access token', reference: 'RFC 9068 section 4' },
  'other-typ': { says: 'a token that says it is a logout token', reference: 'RFC 9068 section 4' },
  'duplicate-claims': { says: 'a claim twice, valid first and invalid last', reference: 'RFC 7519 section 4' },
  empty: { says: 'a token of nothing but dots', reference: 'RFC 7515 section 5.2' },
  oversized: { says: 'a token of 12 KiB with a broken signature', reference: 'RFC 7515 section 5.2' },
};

/** What a thief of a sender-constrained token can present. */
export const REPLAYS: Readonly<Record<Replay, Attack>> = {
  'as-bearer': { says: 'a bound token as a bearer token', reference: 'RFC 9449 section 7.2' },
  'no-proof': { says: 'a bound token without a proof', reference: 'RFC 9449 section 7.1' },
  'other-key': { says: 'a bound token with a proof of the thief’s key', reference: 'RFC 9449 section 7.1' },
  'wrong-method': { says: 'a proof for another method (htm)', reference: 'RFC 9449 section 4.3' },
  'wrong-url': { says: 'a proof for another address (htu)', reference: 'RFC 9449 section 4.3' },
  'wrong-token': { says: 'a proof for another token (ath)', reference: 'RFC 9449 section 4.3' },
  'no-token-hash': { says: 'a proof that names no token (ath)', reference: 'RFC 9449 section 4.3' },
  'wrong-proof-typ': { says: 'a proof that is not of type dpop+jwt', reference: 'RFC 9449 section 4.3' },
  'old-proof': { says: 'a proof made ten minutes ago', reference: 'RFC 9449 section 4.3' },
  'early-proof': { says: 'a proof made for in ten minutes', reference: 'RFC 9449 section 4.3' },
  'replayed-proof': { says: 'a proof that its holder has used already', reference: 'RFC 9449 section 11.1' },
  'no-certificate': {
    says: 'a token bound to a certificate, over a connection without one',
    reference: 'RFC 8705 section 3',
  },
  'other-certificate': {
    says: 'a token bound to a certificate, over a connection with the thief’s',
    reference: 'RFC 8705 section 3',
  },
  'forged-certificate-header': {
    says: 'a token bound to a certificate that the thief writes into a header',
    reference: 'RFC 9440 section 4',
  },
};

const CERTIFICATE_REPLAYS: readonly string[] = [
  'no-certificate',
  'other-certificate',
  'forged-certificate-header',
] satisfies readonly CertificateReplay[];

export type AttackKind = Forgery | Replay;

export function isForgery(kind: string): kind is Forgery {
  return Object.hasOwn(FORGERIES, kind);
}

export function isCertificateReplay(kind: AttackKind): kind is CertificateReplay {
  return CERTIFICATE_REPLAYS.includes(kind);
}

export function isAttackKind(kind: string): kind is AttackKind {
  return isForgery(kind) || Object.hasOwn(REPLAYS, kind);
}

export function attackOf(kind: AttackKind): Attack {
  return isForgery(kind) ? FORGERIES[kind] : REPLAYS[kind];
}

/** What one verifier did with one kind of attack. */
export interface AttackCell {
  readonly unit: string;
  readonly verifier: string;
  readonly kind: AttackKind;
  /**
   * - `refused`: every probe, from the first on, while a good token was accepted right after
   * - `accepted`: at least one was accepted
   * - `undecided`: no clear answer, or a good token was refused too: an outage is not a refusal
   * - `excluded`: calibration could not tell good from bad there
   */
  readonly outcome: 'refused' | 'accepted' | 'undecided' | 'excluded';
  readonly probes: number;
  readonly accepted: number;
  /** Spellings of the attack that were accepted; empty where it has only one. */
  readonly spellings: readonly string[];
  /** Why it is undecided or excluded; null otherwise. */
  readonly why: string | null;
}

/** Verifiers by kinds of attack: what a drill with `observe.attacks` brings to light. */
export interface AttackMatrix {
  readonly kinds: readonly AttackKind[];
  readonly units: readonly string[];
  readonly cells: readonly AttackCell[];
}
