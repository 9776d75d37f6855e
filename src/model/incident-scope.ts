/** Who used a leaked credential, from where, and what the logs cannot say about it. */
import type { Problem } from './failure.ts';
import type { LogReading } from './replay.ts';

/** What tells that a use is one of the leaked credential. */
export const USE_LINKS = ['token_hash', 'jti', 'claims', 'kid', 'secret', 'client_id', 'sid', 'sub'] as const;

export type UseLink = (typeof USE_LINKS)[number];

/** Against the instant of the leak; `unknown` where the line has no time. */
export type UseWhen = 'before' | 'after' | 'unknown';

/** One line of a log that concerns the incident. */
export interface ScopeUse {
  /** Milliseconds since the epoch. */
  readonly time: number | null;
  readonly when: UseWhen;
  readonly file: string;
  readonly line: number;
  /** How many uses the line stands for. */
  readonly count: number;
  readonly link: UseLink;
  /** True for what follows from another use: the same session, a token that came from the leaked one. */
  readonly isDerived: boolean;
  readonly decision: 'accept' | 'reject' | null;
  readonly kid: string | null;
  readonly jti: string | null;
  readonly sid: string | null;
  readonly sub: string | null;
  readonly clientId: string | null;
  /** The first digits of its hash. */
  readonly tokenHash: string | null;
  /** Seconds since the epoch. */
  readonly iat: number | null;
  readonly exp: number | null;
  readonly ip: string | null;
  /** `203.0.113.0/24`, or a /48 of IPv6. */
  readonly network: string | null;
  readonly userAgent: string | null;
  readonly target: string | null;
  readonly verifier: string | null;
  readonly route: string | null;
  readonly method: string | null;
  readonly status: number | null;
  /** True for a token that its issuer never logged, where a log of the issuer tells. */
  readonly isForged: boolean;
  /** What about this use points at somebody else than the owner; empty before all uses are known. */
  readonly signals: readonly SignalKind[];
}

export const SCOPE_GROUPS = [
  'ip',
  'network',
  'user_agent',
  'route',
  'target',
  'verifier',
  'client',
  'subject',
  'token',
] as const;

export type ScopeGrouping = (typeof SCOPE_GROUPS)[number];

/** Uses that have something in common. */
export interface ScopeGroup {
  readonly by: ScopeGrouping;
  readonly value: string;
  readonly uses: number;
  readonly before: number;
  readonly after: number;
  /** Milliseconds since the epoch. */
  readonly first: number | null;
  readonly last: number | null;
  /** Seen after the leak and, though there are uses from before it, not before. */
  readonly isNew: boolean;
}

export const SIGNAL_KINDS = [
  'impossible_use',
  'new_network',
  'new_user_agent',
  'many_subjects',
  'never_issued',
  'minted_after_leak',
  'lifetime_over_policy',
  'refresh_reuse',
] as const;

export type SignalKind = (typeof SIGNAL_KINDS)[number];

/** Something about the uses that points at somebody else than their owner. */
export interface ScopeSignal {
  readonly kind: SignalKind;
  readonly message: string;
  /** Uses that it is about. */
  readonly uses: number;
  /** The first lines of them. */
  readonly examples: readonly { readonly file: string; readonly line: number }[];
}

/** A question that the logs leave open, and what would have answered it. */
export interface Unanswerable {
  readonly question: string;
  readonly why: string;
  /** What to log, or which field of a policy makes tokens carry it. */
  readonly wouldAnswer: string | null;
  /** Logs that it is about; empty for all. */
  readonly files: readonly string[];
}

export interface ScopeTotals {
  readonly uses: number;
  readonly before: number;
  readonly after: number;
  /** Uses whose line has no time. */
  readonly undated: number;
  readonly derived: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly first: number | null;
  readonly last: number | null;
  /** First use after the leak. */
  readonly firstAfter: number | null;
}

export interface ScopeFindings {
  readonly totals: ScopeTotals;
  readonly uses: readonly ScopeUse[];
  /** Lines that concern the incident and are counted but not listed. */
  readonly usesLeftOut: number;
  readonly groups: readonly ScopeGroup[];
  readonly signals: readonly ScopeSignal[];
  readonly unanswerable: readonly Unanswerable[];
  /** False when no log could tell the leaked credential from any other. */
  readonly isAnswered: boolean;
  /** Where memory was kept in bounds at the price of something. */
  readonly limits: readonly string[];
  /** First and last time of all logs. */
  readonly window: { readonly first: number; readonly last: number } | null;
}

export interface ScopeResult extends ScopeFindings {
  readonly incident: { readonly name: string; readonly leaked: string; readonly since: number };
  readonly logs: readonly LogReading[];
  readonly problems: readonly Problem[];
}
