import type { Location } from './location.ts';
import type { Pointer } from './document.ts';
import type { TokenClass, TokenPolicySpec } from './policy.ts';

/** What can silence a finding: a comment beside it, a Waiver document, an entry of a Baseline. */
export type SuppressionKind = 'directive' | 'waiver' | 'baseline';

/** Days an exception may last from the day it was agreed on; more is reported. */
export const MAX_EXCEPTION_DAYS = 90;

/** Days before its end at which an exception is reported, so that its end is no surprise. */
export const WARN_DAYS = 14;

/** A day, as written and as an instant. */
export interface Day {
  /** `2027-01-31` */
  readonly text: string;
  /** First millisecond of it in UTC. */
  readonly starts: number;
  /** First millisecond after it in UTC. */
  readonly ends: number;
  readonly at: Location;
}

/** What a waiver speaks of; what is null does not matter, everything else must fit. */
export interface WaiverTarget {
  /** Patterns of paths: `*` within a folder, `**` across folders. */
  readonly paths: readonly string[] | null;
  readonly policy: string | null;
  /** A trailing `*` makes it a prefix, as in `applies_to`; only for what it permits. */
  readonly service: string | null;
  readonly verifier: string | null;
  readonly environment: string | null;
  readonly token: TokenClass | null;
}

/** Values that a waiver lets in although the policies of its target do not. */
export interface WaiverPermits {
  /** As if a policy wrote them: what stands at the top of `permits` is about the token class of the target. */
  readonly spec: TokenPolicySpec;
  /** Position of a value of that spec in the Waiver. */
  readonly locate: (pointer: Pointer) => Location;
}

/** A Waiver document that passed its schema. It has rules, or permits, or both. */
export interface Waiver {
  readonly name: string;
  readonly file: string;
  readonly owner: string;
  readonly rules: readonly { readonly id: string; readonly at: Location }[];
  readonly permits: WaiverPermits | null;
  readonly target: WaiverTarget | null;
  /** Only findings with one of these; null for all that fit the target. */
  readonly fingerprints: readonly string[] | null;
  readonly reason: string;
  readonly ticket: string | null;
  readonly created: Day | null;
  /** Its last day. */
  readonly expires: Day;
  readonly compensatingControls: readonly string[];
  /** Position of `metadata.name`. */
  readonly at: Location;
}

/** Something that a waiver permits and that changes nothing. */
export interface IdlePermit {
  readonly waiver: string;
  /** Path below `spec` of a policy; null when all of it changes nothing. */
  readonly path: string | null;
  /** To follow a colon. */
  readonly why: string;
  readonly at: Location;
}

/** One known finding. */
export interface BaselineEntry {
  readonly fingerprint: string;
  /** The same over everything but the path; null in entries written by hand without it. */
  readonly contentFingerprint: string | null;
  readonly rule: string;
  readonly path: string;
  readonly subject: string;
  readonly at: Location;
}

/** Findings that were there when somebody drew a line, with what was agreed about them as a whole. */
export interface Baseline {
  readonly name: string;
  readonly file: string;
  readonly owner: string;
  readonly reason: string;
  readonly created: Day | null;
  /** Its last day. */
  readonly expires: Day;
  readonly entries: readonly BaselineEntry[];
  readonly at: Location;
}
