/** What a comparison is given. */
import type { Problem } from '../model/failure.ts';
import type { Guardrail } from '../model/guardrail.ts';
import type { Inventory } from '../model/inventory.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import type { Prediction } from '../model/prediction.ts';
import type { Candidate } from './candidate.ts';
import type { PolicyVersion } from './target-side.ts';

/** Shows a token to real verifiers of both sides; null when no such token can be made here. */
export type Prove = (
  candidate: Candidate,
  sides: { readonly before: ProvenSide; readonly after: ProvenSide },
) => Promise<{ readonly before: boolean; readonly after: boolean } | null>;

/** A token is let in when a verifier of one of the policies lets it in. */
export type ProvenSide = readonly EffectivePolicy[] | 'everything';

/** One version with everything around it. */
export interface DiffInput extends PolicyVersion {
  readonly label: string;
  readonly commit: string | null;
  readonly inventories: readonly Inventory[];
  readonly predictions: readonly Prediction[];
  readonly guardrails: readonly Guardrail[];
  /** TokenPolicy documents that are there, whether or not they could be resolved. */
  readonly declared: readonly { readonly name: string; readonly file: string }[];
  readonly problems: readonly Problem[];
}

export interface DiffOptions {
  /** Milliseconds since the epoch: which waivers are in force, and the time of the witnesses. */
  readonly at: number;
  readonly prove: Prove;
  /** Witnesses for each change; the others are counted, not shown. */
  readonly maxWitnesses: number;
  /** Files whose text differs between the sides. */
  readonly changedFiles: ReadonlySet<string>;
  readonly notes: readonly string[];
}
