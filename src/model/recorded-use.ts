/** One use of a token as an access log remembers it. No signature and no token, only what was written down. */

/**
 * What a log line says about one use, or about several equal ones. `null` is unknown, never absent: a log that does not
 * write `kid` says nothing about it. Absence shows in a complete list of names (`headerNames`, `claimNames`) that lacks
 * the name.
 */
export interface RecordedUse {
  /** Milliseconds since the epoch. */
  readonly time: number | null;
  /** Service that was asked, in words of policies and inventories. */
  readonly target: string | null;
  readonly verifier: string | null;
  /** Path without its query. */
  readonly route: string | null;
  readonly method: string | null;
  /** HTTP status. */
  readonly status: number | null;
  /** What the verifier said about the token. */
  readonly decision: RecordedDecision | null;

  readonly alg: string | null;
  readonly typ: string | null;
  readonly kid: string | null;
  /** Names of all header parameters. */
  readonly headerNames: readonly string[] | null;
  /** Values of other header parameters, and of those above where they are no strings. */
  readonly headerValues: Readonly<Record<string, unknown>>;

  readonly iss: string | null;
  readonly aud: readonly string[] | null;
  /** NumericDates in seconds (RFC 7519 section 2). */
  readonly exp: number | null;
  readonly iat: number | null;
  readonly nbf: number | null;
  readonly jti: string | null;
  readonly sid: string | null;
  readonly sub: string | null;
  /** The client, whichever claim names it: `client_id`, `azp`, `cid`. */
  readonly clientId: string | null;
  /** How the token is bound to its sender; `none` is a bearer token. */
  readonly cnf: 'dpop' | 'mtls' | 'none' | null;
  /**
   * Names of all claims. Only given where every registered claim (RFC 7519 section 4.1) has a value of its type, so
   * that a name without a value is still a usable claim.
   */
  readonly claimNames: readonly string[] | null;
  /** Values of other claims, and of those above where their type is an odd one. */
  readonly claimValues: Readonly<Record<string, unknown>>;
  /** What the client showed beside the token. */
  readonly proof: RecordedProof | null;

  /** Address of the client. */
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** Name of the token: hex digits of its SHA-256, or what the log calls it. */
  readonly tokenHash: string | null;
  /** How many uses the line stands for; at least 1. */
  readonly count: number;
}

export type RecordedDecision = 'accept' | 'reject';

/** A proof of possession; what is unknown of it is null. */
export type RecordedProof =
  | { readonly kind: 'none' }
  | { readonly kind: 'mtls'; readonly thumbprint: string | null }
  | {
      readonly kind: 'dpop';
      readonly jkt: string | null;
      readonly alg: string | null;
      /** Milliseconds since the epoch. */
      readonly issuedAt: number | null;
      readonly hasNonce: boolean | null;
      readonly hasAth: boolean | null;
    };

/** A use of which nothing is known, to be filled in. */
export const UNKNOWN_USE: RecordedUse = {
  time: null,
  target: null,
  verifier: null,
  route: null,
  method: null,
  status: null,
  decision: null,
  alg: null,
  typ: null,
  kid: null,
  headerNames: null,
  headerValues: {},
  iss: null,
  aud: null,
  exp: null,
  iat: null,
  nbf: null,
  jti: null,
  sid: null,
  sub: null,
  clientId: null,
  cnf: null,
  claimNames: null,
  claimValues: {},
  proof: null,
  ip: null,
  userAgent: null,
  tokenHash: null,
  count: 1,
};

/** Whether the line says anything about a token at all. A use without is a request nobody showed a token with, or a log that hides it. */
export function saysOfToken(use: RecordedUse): boolean {
  return (
    use.iss !== null ||
    use.alg !== null ||
    use.exp !== null ||
    use.aud !== null ||
    use.kid !== null ||
    use.jti !== null ||
    use.sub !== null ||
    use.clientId !== null ||
    use.tokenHash !== null ||
    use.claimNames !== null ||
    use.headerNames !== null
  );
}
