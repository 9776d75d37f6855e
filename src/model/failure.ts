import type { ExitCode } from './exit.ts';
import { EXIT } from './exit.ts';
import type { FixPlan } from './fix.ts';
import type { Location } from './location.ts';

/** Every code of `ERROR_CODES`, spelled out so that declarations need no inference. */
export type ErrorCode =
  | 'usage/bad-argument'
  | 'usage/no-input'
  | 'file/missing'
  | 'file/unreadable'
  | 'file/unwritable'
  | 'file/too-large'
  | 'file/binary'
  | 'config/left-out'
  | 'document/invalid'
  | 'document/not-found'
  | 'policy/extends-cycle'
  | 'token/unreadable'
  | 'jwks/unreadable'
  | 'discovery/unreadable'
  | 'history/unreadable'
  | 'audit/no-issuer'
  | 'lab/part-missing'
  | 'lab/port-in-use'
  | 'lab/not-ready'
  | 'lab/not-running'
  | 'drill/host-not-allowed'
  | 'drill/wrong-environment'
  | 'drill/not-a-canary'
  | 'drill/no-address'
  | 'drill/lease-held'
  | 'drill/unfinished-run'
  | 'drill/confirmation-needed'
  | 'drill/approval-needed'
  | 'drill/not-now'
  | 'drill/over-budget'
  | 'drill/safety-lever'
  | 'drill/person-needed'
  | 'drill/step-failed'
  | 'drill/already-there'
  | 'drill/clean-up-incomplete'
  | 'drill/journal-unwritable'
  | 'drill/secret-in-output'
  | 'drill/journal-unusable'
  | 'drill/result-unreadable'
  | 'drill/report-key'
  | 'agent/insecure'
  | 'agent/unreachable'
  | 'agent/refused'
  | 'agent/part-missing'
  | 'render/unsupported'
  | 'git/unreadable'
  | 'git/incomplete'
  | 'git/moved'
  | 'git/unwritable'
  | 'secret/missing'
  | 'http/unreachable'
  | 'http/unexpected';

/**
 * Codes of everything that stops a run until a person changes something. `family/slug`; docs/errors.md lists them.
 * A code's family decides its exit code unless the table below says otherwise.
 */
export const ERROR_CODES: Readonly<Record<ErrorCode, ExitCode>> = {
  'usage/bad-argument': EXIT.usage,
  'usage/no-input': EXIT.usage,
  'file/missing': EXIT.usage,
  'file/unreadable': EXIT.failure,
  'file/unwritable': EXIT.failure,
  'file/too-large': EXIT.usage,
  'file/binary': EXIT.usage,
  'config/left-out': EXIT.inconclusive,
  'document/invalid': EXIT.usage,
  'document/not-found': EXIT.usage,
  'policy/extends-cycle': EXIT.usage,
  'token/unreadable': EXIT.usage,
  'jwks/unreadable': EXIT.usage,
  'discovery/unreadable': EXIT.usage,
  'history/unreadable': EXIT.usage,
  'audit/no-issuer': EXIT.usage,
  'lab/part-missing': EXIT.failure,
  'lab/port-in-use': EXIT.failure,
  'lab/not-ready': EXIT.failure,
  'lab/not-running': EXIT.failure,
  'drill/host-not-allowed': EXIT.stopped,
  'drill/wrong-environment': EXIT.stopped,
  'drill/not-a-canary': EXIT.stopped,
  'drill/no-address': EXIT.stopped,
  'drill/lease-held': EXIT.stopped,
  'drill/unfinished-run': EXIT.stopped,
  'drill/confirmation-needed': EXIT.stopped,
  'drill/approval-needed': EXIT.stopped,
  'drill/not-now': EXIT.stopped,
  'drill/over-budget': EXIT.stopped,
  'drill/safety-lever': EXIT.stopped,
  'drill/person-needed': EXIT.stopped,
  'drill/step-failed': EXIT.failure,
  'drill/already-there': EXIT.failure,
  'drill/clean-up-incomplete': EXIT.unclean,
  'drill/journal-unwritable': EXIT.failure,
  'drill/secret-in-output': EXIT.failure,
  'drill/journal-unusable': EXIT.usage,
  'drill/result-unreadable': EXIT.usage,
  'drill/report-key': EXIT.usage,
  'agent/insecure': EXIT.stopped,
  'agent/unreachable': EXIT.failure,
  'agent/refused': EXIT.stopped,
  'agent/part-missing': EXIT.failure,
  'render/unsupported': EXIT.usage,
  'git/unreadable': EXIT.failure,
  'git/incomplete': EXIT.usage,
  'git/moved': EXIT.stopped,
  'git/unwritable': EXIT.failure,
  'secret/missing': EXIT.usage,
  'http/unreachable': EXIT.failure,
  'http/unexpected': EXIT.failure,
};

/** One thing wrong with the user's input, at a place. Problems are collected; the first does not hide the second. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | null;
  readonly at: Location | null;
  /** What would repair it, where that is known. */
  readonly fix?: FixPlan;
}

export interface UserErrorDetails {
  readonly hint?: string;
  readonly at?: Location | null;
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

/**
 * The run cannot go on until a person changes something. Message: lower case, no full stop, what is wrong, the value,
 * the limit or the choices. The hint says what to do. Never holds a secret.
 */
export class UserError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | null;
  readonly at: Location | null;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, message: string, details: UserErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'UserError';
    this.code = code;
    this.hint = details.hint ?? null;
    this.at = details.at ?? null;
    this.problems = details.problems ?? [];
  }

  get exitCode(): ExitCode {
    return ERROR_CODES[this.code];
  }
}

/** A fault of this program that came up outside of everything that is waited for. Reports never show what it says. */
export class ProgramFault extends Error {
  constructor(cause: unknown) {
    super('a fault inside the program', { cause });
    this.name = 'ProgramFault';
  }
}

/** What was thrown, in words; anything can be thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
