import type { Fact } from './fact.ts';
import type { TokenClass } from './policy.ts';

/** A decoded JWT. Nothing in it is trusted: the signature may be wrong. */
export interface UnverifiedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The circumstances of one use of a token. */
export interface TokenContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly tokenClass: TokenClass;
  readonly route?: string;
  readonly clientIp?: string;
  /** Proof of possession that came with the token, already checked cryptographically by the caller. */
  readonly proof?:
    | {
        readonly kind: 'dpop';
        readonly jkt: string;
        readonly alg: string;
        /** `iat` of the proof in milliseconds since the epoch, the unit of `now`. */
        readonly issuedAt: number;
        readonly hasNonce: boolean;
        readonly hasAth: boolean;
      }
    | { readonly kind: 'mtls'; readonly thumbprint: string };
}

/** Everything that can decide about a token, in the words of docs/concepts-policies.md. */
export const DIMENSIONS = [
  'token_class',
  'format',
  'issuer',
  'algorithm',
  'typ',
  'audience',
  'lifetime',
  'max_age',
  'expired',
  'not_yet_valid',
  'required_claim',
  'claim_value',
  'crit',
  'binding',
  'dpop',
  'ip',
  'kid',
  'key_source',
  'key_strength',
  'signature',
  'route',
] as const;

export type Dimension = (typeof DIMENSIONS)[number];

/** One dimension of the policy held against one token. */
export interface DimensionCheck {
  readonly dimension: Dimension;
  /** The claim or header member, `exp`, `aud`; null where several take part. */
  readonly member: string | null;
  readonly satisfied: boolean;
  /** What the token shows, as text; never a signature. */
  readonly value: string;
  /** What the policy allows, as text. */
  readonly bound: string;
  /** The effective value that was binding, with its position. */
  readonly from: Fact<unknown>;
  /** RFC and section behind the dimension. */
  readonly reference: string;
}

export interface Decision {
  readonly policy: string;
  readonly verdict: 'accept' | 'reject';
  readonly checks: readonly DimensionCheck[];
  /** The unsatisfied ones, in the order of checks; empty means accept. */
  readonly violations: readonly DimensionCheck[];
}
