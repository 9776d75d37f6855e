import type { VerifierSettings } from './config.ts';

/** What a verifier is built from. */
export interface VerifierInput {
  readonly name: string;
  readonly jwksUri: string;
  /** `http://127.0.0.1:PORT` of the issuer, for libraries that build the key set's address themselves. */
  readonly issuerUrl: string;
  readonly issuer: string;
  readonly audience: string;
  readonly settings: VerifierSettings;
  /** Shared secrets by kid, base64url; only verifiers with keys in their configuration use them. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Where and as whom to ask about tokens; null for verifiers that decide alone. */
  readonly introspection: Introspection | null;
}

/** How a verifier asks the issuer about tokens (RFC 7662). */
export interface Introspection {
  readonly endpoint: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** How long an answer counts, in milliseconds; 0 asks every time. */
  readonly cache: number;
  /** Longest wait for an answer, in milliseconds. */
  readonly timeout: number;
}

/** What a verifier says of one token. An outage is not a rejection. */
export type Outcome =
  | { readonly kind: 'accept'; readonly sub: string }
  | { readonly kind: 'reject'; readonly why: 'expired' | 'invalid' | 'unknown key' | 'revoked' }
  | { readonly kind: 'unavailable'; readonly why: string }
  | { readonly kind: 'no-token' };

/** What came with the token, for libraries that look at proofs of possession (RFC 9449). */
export interface Presented {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** DER of the certificate that the client showed and proved to hold in TLS; null without. */
  readonly certificate: Uint8Array | null;
}

export type Verify = (token: string, presented: Presented) => Promise<Outcome>;
export type VerifierFactory = (input: VerifierInput) => Promise<Verify>;

/** The outcome for verified claims. */
export function accepted(claims: unknown): Outcome {
  const sub = typeof claims === 'object' && claims !== null && 'sub' in claims ? String(claims.sub) : '';
  return { kind: 'accept', sub };
}

/** Signs in error codes, names and messages of the libraries that keys could not be fetched. */
const OUTAGE =
  /ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTFOUND|fetch failed|timeout|timed out|Expected 200 OK|FetchError|NonRetryableFetchError|socket hang up|JWKS_REQUEST_FAILED/i;
const EXPIRED = /expired|ERR_JWT_EXPIRED|"exp" claim timestamp check failed/i;
const UNKNOWN_KEY = /signing key|no applicable key|JWK_NOT_FOUND|kid|penalty|wait|No matching JWK/i;

/** The outcome for whatever a library threw. Messages are only matched, never shown: some libraries put tokens in them. */
export function refused(error: unknown): Outcome {
  const text = describe(error);
  if (EXPIRED.test(text)) return { kind: 'reject', why: 'expired' };
  if (OUTAGE.test(text)) return { kind: 'unavailable', why: 'the key set could not be fetched' };
  return { kind: 'reject', why: UNKNOWN_KEY.test(text) ? 'unknown key' : 'invalid' };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  const cause = error.cause === undefined ? '' : describe(error.cause);
  return `${error.name} ${code} ${error.message} ${cause}`;
}
