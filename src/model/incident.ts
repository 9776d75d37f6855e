/** What leaked, when, and who leads: the document that every command about an incident starts from. */
import type { Location } from './location.ts';

/** What can have leaked; an Incident names exactly one. */
export const LEAKED_KINDS = ['token', 'kid', 'refresh_token', 'client_id', 'hmac_secret', 'sid'] as const;

export type LeakedKind = (typeof LEAKED_KINDS)[number];

/** What is kept of the claims of a leaked token: enough to find its uses, nothing that only says who somebody is. */
export interface LeakedClaims {
  readonly iss: string | null;
  readonly sub: string | null;
  readonly aud: readonly string[];
  readonly jti: string | null;
  readonly sid: string | null;
  readonly clientId: string | null;
  /** NumericDates in seconds (RFC 7519 section 2). */
  readonly iat: number | null;
  readonly exp: number | null;
}

export type Leaked =
  | {
      readonly kind: 'token';
      /** SHA-256 of the compact token, 64 hex digits. The token itself is never kept. */
      readonly sha256: string;
      readonly alg: string | null;
      readonly kid: string | null;
      readonly claims: LeakedClaims;
    }
  | { readonly kind: 'refresh_token'; readonly sha256: string }
  | { readonly kind: 'kid' | 'client_id' | 'sid'; readonly value: string }
  /** A shared secret of an issuer; null when its tokens carry no `kid`. */
  | { readonly kind: 'hmac_secret'; readonly kid: string | null };

/** An Incident document that passed its schema. */
export interface Incident {
  readonly name: string;
  readonly file: string;
  readonly issuer: string | null;
  readonly leaked: Leaked;
  /** When it leaked, or the earliest it can have; milliseconds since the epoch. */
  readonly since: number;
  readonly opened: number;
  readonly lead: string;
  /** Where; null for everywhere. */
  readonly environments: readonly string[] | null;
  /** Position of `metadata.name`. */
  readonly at: Location;
}

/** Hex digits of a hash that people are shown. */
const SHOWN_DIGITS = 12;

/** `signing key "main-1"`, `token sha256:5f0c2f7e1d3a` */
export function showLeaked(leaked: Leaked): string {
  switch (leaked.kind) {
    case 'token':
      return `token sha256:${leaked.sha256.slice(0, SHOWN_DIGITS)}`;
    case 'refresh_token':
      return `refresh token sha256:${leaked.sha256.slice(0, SHOWN_DIGITS)}`;
    case 'kid':
      return `signing key ${JSON.stringify(leaked.value)}`;
    case 'client_id':
      return `client ${JSON.stringify(leaked.value)}`;
    case 'sid':
      return `session ${JSON.stringify(leaked.value)}`;
    case 'hmac_secret':
      return leaked.kid === null ? 'HMAC secret without a kid' : `HMAC secret ${JSON.stringify(leaked.kid)}`;
  }
}
