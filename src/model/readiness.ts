/** Whether a leak could be answered today: what is known before the day comes, and what is missing. */
import type { Location } from './location.ts';
import type { Scenario } from './policy.ts';

/** What is asked of every scenario, in the order in which it is asked on the bad day. */
export const READINESS_QUESTIONS = ['scope', 'contain', 'verify', 'who', 'how_fast', 'needs'] as const;

export type ReadinessQuestion = (typeof READINESS_QUESTIONS)[number];

/**
 * What a gap means for its answer.
 * - `missing`: the answer is no until somebody does what `fix` says
 * - `unknown`: nobody can say from what was given; never a yes
 * - `note`: worth doing, decides nothing
 */
export type GapKind = 'missing' | 'unknown' | 'note';

export interface ReadinessGap {
  readonly kind: GapKind;
  readonly what: string;
  /** What to do about it, in words or as a setting; null where only looking helps. */
  readonly fix: string | null;
  readonly at: Location | null;
}

export interface ReadinessFact {
  readonly says: string;
  readonly at: Location | null;
}

export interface ReadinessAnswer {
  readonly question: ReadinessQuestion;
  /** `no` with anything missing, else `unknown` with anything unknown. */
  readonly verdict: 'yes' | 'no' | 'unknown';
  /** One line that a person reads first. */
  readonly says: string;
  /** Whether it rests on what documents declare, or on what was looked at: logs, drills, this machine. */
  readonly basis: 'declared' | 'observed';
  readonly facts: readonly ReadinessFact[];
  readonly gaps: readonly ReadinessGap[];
}

export type ReadinessVerdict = 'ready' | 'not_ready' | 'unknown' | 'not_applicable';

export interface ScenarioReadiness {
  readonly scenario: Scenario;
  /** `not_applicable`: nothing of the kind is held by any verifier. */
  readonly verdict: ReadinessVerdict;
  /** Empty where it does not apply. */
  readonly answers: readonly ReadinessAnswer[];
}

/** Where something is asked for by a step of a drill: what must be there on the machine that acts. */
export type Need =
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'secret_file'; readonly path: string }
  | { readonly kind: 'program'; readonly name: string }
  | { readonly kind: 'readable' | 'writable'; readonly path: string }
  /** `ca`: PEM file that replaces the authorities of the system. */
  | { readonly kind: 'url'; readonly url: string; readonly ca?: string };

/** One need, and who has it. */
export interface NeedOf {
  readonly need: Need;
  /** `drill "leaked-access-token", step "deny"` */
  readonly by: string;
  /** Environment whose allow-list holds for it. */
  readonly environment: string;
  readonly scenario: Scenario;
  readonly at: Location;
}

/**
 * - `there`, `absent`: looked at
 * - `not_asked`: would need a connection, and none was allowed
 */
export interface NeedState extends NeedOf {
  readonly state: 'there' | 'absent' | 'not_asked' | 'unknown';
  /** Why it is absent or unknown, in words; never a value. */
  readonly why: string | null;
}
