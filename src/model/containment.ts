/** What an incident does, decided and written down before it is done. */
import type { ActionCall, HandedIdentifier } from './drill.ts';
import type { Location } from './location.ts';
import type { Mechanism } from './mechanism.ts';
import type { Scenario } from './policy.ts';
import type { Bound, Millis } from './quantity.ts';

export interface ContainmentStep {
  /** Unique in the plan; with the name of the incident it is the key by which a step is known to have been made. */
  readonly id: string;
  readonly does: Mechanism;
  /** Name of the issuer whose interfaces are used. */
  readonly issuer: string;
  /** The one identifier that the step may name; null for what names none. */
  readonly names: HandedIdentifier | null;
  /** From when on what it puts on lists may be forgotten, milliseconds since the epoch. */
  readonly until: number;
  readonly call: ActionCall;
  readonly timeout: Millis;
  /** Null for what the action knows of itself. */
  readonly isRepeatable: boolean | null;
  /** Steps that must have been made before. */
  readonly after: readonly string[];
  readonly at: Location;
}

/** What the plan promises of one verifier, from the same prediction that `firebreak predict` makes. */
export interface ContainmentExpectation {
  readonly verifier: string;
  /** Time-to-revocation, counted from the start of containment. */
  readonly bound: Bound;
  /** Steps that end it here, by id; empty when nothing reaches it. */
  readonly by: readonly string[];
}

/** A ContainmentPlan document that passed its schema. */
export interface ContainmentPlan {
  readonly incident: string;
  readonly file: string;
  readonly inventory: string;
  readonly environment: string;
  /** Milliseconds since the epoch. */
  readonly made: number;
  readonly steps: readonly ContainmentStep[];
  readonly expected: readonly ContainmentExpectation[];
}

/** A step as it is shown to who decides. */
export interface ProposedStep {
  readonly step: ContainmentStep;
  /** As an instruction. */
  readonly says: string;
  /** Exact calls, where the action can tell before. */
  readonly calls: readonly string[];
  /** Verifiers at which it ends something; empty for what is done at the issuer alone. */
  readonly reaches: readonly string[];
  readonly effect: string;
  readonly why: string;
  readonly collateral: string;
  /** How a person takes it back; nothing is taken back by itself. */
  readonly undo: string;
}

/** A response that the plan does not take, and why. */
export interface LeftOutOption {
  readonly mechanism: Mechanism;
  readonly says: string;
  readonly kind: 'useless' | 'too-broad' | 'not-needed' | 'not-declared' | 'not-known' | 'not-read';
  readonly why: string;
  readonly collateral: string;
  readonly source: string;
}

/** One verifier in a plan. */
export interface PlannedVerifier {
  readonly verifier: string;
  readonly owner: string | null;
  /** Predicted time-to-revocation by the plan, and when nothing is done. */
  readonly bound: Bound;
  readonly withoutPlan: Bound;
  readonly by: readonly string[];
  readonly objective: Bound | null;
  readonly verdict: 'within' | 'over' | 'unbounded' | 'unknown' | 'no-objective';
  /** What stays open where nothing reaches it, in words; null when something does. */
  readonly exposed: string | null;
  /** What would make an endless bound finite; null when it is finite. */
  readonly wouldBeBoundedBy: string | null;
  readonly at: Location;
}

/** Something that outlives tokens and must be shown to be gone. */
export interface ChecklistItem {
  readonly id: 'refresh_families' | 'derived_sessions' | 'exchanged_tokens' | 'long_connections';
  readonly says: string;
  readonly state: 'open' | 'proven' | 'not-concerned';
  readonly why: string;
}

/** What `firebreak incident plan` proposes. */
export interface ContainmentProposal {
  readonly incident: { readonly name: string; readonly leaked: string; readonly lead: string };
  readonly scenario: Scenario;
  readonly environment: { readonly name: string; readonly class: string };
  readonly inventory: string;
  readonly plan: ContainmentPlan;
  readonly steps: readonly ProposedStep[];
  readonly leftOut: readonly LeftOutOption[];
  readonly verifiers: readonly PlannedVerifier[];
  readonly checklist: readonly ChecklistItem[];
  /** Who used it, as far as a stored scope says; null without one. */
  readonly affected: { readonly subjects: number; readonly clients: number; readonly tokens: number } | null;
  readonly notes: readonly string[];
}

/**
 * - `done`: made now
 * - `was-done`: made by an earlier run; not made again
 * - `failed`: refused or answered with an error
 * - `uncertain`: a run died while it was under way, and it must not be made twice
 * - `waiting`: a step that must come before was not made
 * - `stopped`: a person stopped the run before it began
 */
export type StepState = 'done' | 'was-done' | 'failed' | 'uncertain' | 'waiting' | 'stopped';

export interface StepOutcome {
  readonly step: ContainmentStep;
  readonly state: StepState;
  /** What was done, in words; what will be where nothing was. */
  readonly says: string;
  readonly why: string | null;
  /** How a person takes it back. */
  readonly undo: string;
}
