import type { Location } from './location.ts';

/** What an entry can name: a header parameter or claim (RFC 7515 section 4.1.4, RFC 7519 section 4.1, OpenID Connect, RFC 9068). */
export const REVOKED_BY = ['kid', 'jti', 'sid', 'sub', 'client_id'] as const;

export type RevokedBy = (typeof REVOKED_BY)[number];

/** What can be narrowed to tokens that were issued before an instant. */
export const CUT_OFF_BY = ['sub', 'client_id'] as const;

/** An instant, or a day, which ends with its last millisecond in UTC. */
export interface Moment {
  /** As written: `2027-01-31`, `2027-01-31T12:00:00Z` */
  readonly text: string;
  /** Milliseconds since the epoch; for a day, the first one after it. */
  readonly ends: number;
  readonly at: Location;
}

/** One thing that is refused. */
export interface RevocationEntry {
  /** What it names; null for everybody's tokens, which only a cut-off ends. */
  readonly by: RevokedBy | null;
  /** The value, compared as a string; null with `by`. */
  readonly value: string | null;
  /** Only tokens whose `iat` is earlier; null for all of them. */
  readonly issuedBefore: Moment | null;
  /** Index of the token in its Token Status List; null when it has none. */
  readonly statusIndex: number | null;
  readonly at: Location;
}

/** A Revocation document that passed its schema: a kill switch as a commit. */
export interface Revocation {
  readonly name: string;
  readonly file: string;
  readonly owner: string;
  /** The `iss` whose tokens it is about; null for every issuer. */
  readonly issuer: string | null;
  /** Where it counts; null for everywhere. */
  readonly environments: readonly string[] | null;
  readonly entries: readonly RevocationEntry[];
  readonly reason: string;
  readonly incident: string | null;
  readonly created: Moment;
  /** From here on the entries are left out; no token that they name may be alive by then. */
  readonly expires: Moment;
  /** Position of `metadata.name`. */
  readonly at: Location;
}

/** `kid "k1"`, `tokens of sub "u1" issued before 2026-06-01T12:00:00Z` */
export function showEntry({ by, value, issuedBefore }: RevocationEntry): string {
  const named = by === null ? null : `${by} ${JSON.stringify(value)}`;
  if (issuedBefore === null) return named ?? 'nothing';
  return `${named === null ? 'all tokens' : `tokens of ${named}`} issued before ${issuedBefore.text}`;
}
