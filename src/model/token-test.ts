import type { Decision, Dimension, DimensionCheck, UnverifiedToken } from './decision.ts';
import type { Location } from './location.ts';
import type { TokenClass } from './policy.ts';
import type { Millis } from './quantity.ts';

/** One place in which tokens are shown; what is null does not matter to the question. */
export interface TestTarget {
  readonly environment: string | null;
  readonly service: string | null;
  readonly route: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly at: Location;
}

/** Proof of possession of a case; its key is made up when the case runs. */
export interface TestProof {
  readonly kind: 'dpop' | 'mtls';
  /** `other`: not the key that the token is bound to. */
  readonly key: 'token' | 'other';
  /** Null for the first algorithm that the policy accepts. */
  readonly algorithm: string | null;
  readonly age: Millis;
  readonly hasNonce: boolean;
  readonly hasAth: boolean;
}

/** One token and what must become of it. */
export interface TokenTestCase {
  readonly name: string;
  readonly tokenClass: TokenClass;
  /** Times are NumericDates already. */
  readonly token: UnverifiedToken;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly route: string | null;
  readonly clientIp: string | null;
  readonly proof: TestProof | null;
  readonly expect: 'accept' | 'reject';
  /** All dimensions it must be rejected for; null when any will do. */
  readonly reasons: readonly Dimension[] | null;
  /** Position of the case's name. */
  readonly at: Location;
}

/** A TokenTest document that passed its schema. */
export interface TokenTest {
  readonly name: string;
  readonly file: string;
  /** The policy that decides, or the target whose policies do. */
  readonly subject: { readonly policy: string; readonly at: Location } | TestTarget;
  readonly cases: readonly TokenTestCase[];
  /** Position of `metadata.name`. */
  readonly at: Location;
}

/** What became of one case. */
export interface CaseOutcome {
  readonly test: string;
  readonly name: string;
  readonly expect: 'accept' | 'reject';
  readonly reasons: readonly Dimension[] | null;
  readonly verdict: 'accept' | 'reject';
  /** What decided, over all policies that apply; empty for an accepted token. */
  readonly violations: readonly (DimensionCheck & { readonly policy: string })[];
  /** Rejections that do not count, because the policy that says so is not enforced. */
  readonly unenforced: readonly {
    readonly decision: Decision;
    readonly enforcement: 'warn' | 'off';
    readonly at: Location;
  }[];
  /** Null for a case that passed; else what is wrong, and what to do. */
  readonly failure: { readonly message: string; readonly hint: string } | null;
  readonly at: Location;
}
