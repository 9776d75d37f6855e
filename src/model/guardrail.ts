import type { Pointer } from './document.ts';
import type { Location } from './location.ts';
import type { PolicyScope, TokenPolicySpec } from './policy.ts';

/** A Guardrail document that passed its schema: the most that policies may accept and the least they must promise. */
export interface Guardrail {
  readonly name: string;
  readonly file: string;
  readonly owner: string;
  readonly appliesTo: PolicyScope;
  /** Its ceiling as if a policy wrote it. */
  readonly spec: TokenPolicySpec;
  /** Position of a value of that spec in the Guardrail. */
  readonly locate: (pointer: Pointer) => Location;
  /** Position of `metadata.name`. */
  readonly at: Location;
}

/** One value of a policy that is over a ceiling. */
export interface OverGuardrail {
  readonly guardrail: string;
  readonly policy: string;
  /** The waiver that lifts the policy over it; null when the policy is over it by itself. */
  readonly waiver: string | null;
  /** Path below `spec`. */
  readonly path: string;
  /** What the policy has and the most it may have, as text. */
  readonly value: string;
  readonly ceiling: string;
  /** Whether nobody wrote the value. */
  readonly isDefault: boolean;
  /** Where the value is written; for defaults the name of the policy. */
  readonly at: Location;
  readonly ceilingAt: Location;
}
