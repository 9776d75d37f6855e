import type { Location } from './location.ts';
import type { Day } from './waiver.ts';

/** A ChangeApproval document that passed its schema. */
export interface Approval {
  readonly name: string;
  readonly file: string;
  /** Fingerprints of changes, 12 hex digits. */
  readonly changes: readonly { readonly fingerprint: string; readonly at: Location }[];
  /** Mail addresses or `@name`, as written. */
  readonly approvedBy: readonly { readonly who: string; readonly at: Location }[];
  readonly reason: string;
  /** Last day to merge the changes. */
  readonly expires: Day;
  /** Also approves loosening that no waiver ends. */
  readonly permanent: boolean;
  /** Position of `metadata.name`. */
  readonly at: Location;
}

/** An approval, and whether the code host asks anybody for a review of its file. */
export interface KeptApproval extends Approval {
  /** `nobody`: CODEOWNERS names no one for it. `unknown`: nobody looked for a CODEOWNERS. */
  readonly review: 'owners' | 'nobody' | 'no-code-owners' | 'unknown';
}
