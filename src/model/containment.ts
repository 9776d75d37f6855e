/** What an incident does, decided and written down before it is done. */
import type { ActionCall, HandedIdentifier } from './drill.ts';
import type { Location } from './location.ts';
import type { Mechanism } from './mechanism.ts';
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
