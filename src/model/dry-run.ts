import type { ExitCode } from './exit.ts';
import type { ErrorCode } from './failure.ts';

/**
 * - `ok`: holds now
 * - `refused`: the run would not begin, or would stop there
 * - `unfit`: the run would leave this verifier out
 * - `untried`: nobody can tell without changing something
 */
export type DryState = 'ok' | 'refused' | 'unfit' | 'untried';

/** One thing that a run needs, and whether it holds. */
export interface DryCheck {
  readonly what:
    | 'confirmation'
    | 'lab'
    | 'permission'
    | 'safety lever'
    | 'lease'
    | 'earlier runs'
    | 'issuer'
    | 'admin interface'
    | 'addresses'
    | 'step'
    | 'phase'
    | 'credential'
    | 'verifier';
  /** The step, credential or unit; null where there is one only. */
  readonly about: string | null;
  readonly state: DryState;
  readonly says: string;
  readonly hint: string | null;
  /** What the run would fail with; null where it would not. */
  readonly code: ErrorCode | null;
  /** What the run would leave with because of this. */
  readonly exit: ExitCode;
}

/** What everything of a run that changes nothing has shown. */
export interface DryRun {
  readonly drill: string;
  readonly environment: { readonly name: string; readonly class: string };
  /** With one for every address that was found. */
  readonly units: readonly { readonly id: string; readonly verifier: string; readonly address: string | null }[];
  readonly checks: readonly DryCheck[];
  /** What the run would leave with at best. */
  readonly exit: ExitCode;
}
