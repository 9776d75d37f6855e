/** One place at which a result says something else than its journal. */
export interface Difference {
  /** RFC 6901 pointer into the result. */
  readonly path: string;
  /** Undefined where the result has nothing. */
  readonly stated: unknown;
  /** Undefined where the journal gives nothing. */
  readonly recomputed: unknown;
}

/**
 * - `valid`: made by the given key over exactly this result
 * - `invalid`: names the given key, and is not over this result
 * - `other-key`: made by somebody else than the given key
 * - `unchecked`: there is a signature, and no key to check it with
 * - `unsigned`: there is none
 */
export type SignatureState = 'valid' | 'invalid' | 'other-key' | 'unchecked' | 'unsigned';

/** What checking a stored result brought to light. */
export interface Verification {
  readonly file: string;
  readonly runId: string;
  /** Version that made the result, and the one that worked it out again. */
  readonly madeBy: string;
  readonly checkedBy: string;
  readonly signature: { readonly state: SignatureState; readonly signers: readonly string[] };
  /** Null when there is no journal to check against. */
  readonly journal: {
    readonly file: string;
    readonly lines: number;
    /** Where the chain is broken; empty when it is whole. */
    readonly faults: readonly { readonly line: number; readonly what: string }[];
    /** Why nothing could be worked out from it; null when everything could. */
    readonly unusable: string | null;
  } | null;
  readonly differences: readonly Difference[];
  /**
   * `verified`: everything was checked and holds. `refuted`: something does not hold. `unproven`: nothing speaks against
   * it, and not everything could be checked.
   */
  readonly verdict: 'verified' | 'refuted' | 'unproven';
}
