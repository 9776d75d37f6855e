import type { GateRule } from './change.ts';
import type { Location } from './location.ts';
import type { Millis } from './quantity.ts';

/** Kinds of changes that a rule of the gate is chosen for; the keys of `gate` in firebreak.yaml. */
export const GATE_CAUSES = [
  'more_permissive',
  'incomparable',
  'less_permissive',
  'dead',
  'breaking_transient',
  'breaking_persistent',
  'ungoverned',
  'unknown',
  'assurance_weaker',
] as const;

export type GateCause = (typeof GATE_CAUSES)[number];

/** The weakest first; of several rules for one change the last one counts. */
export const GATE_RULES: readonly GateRule[] = ['allow', 'warn', 'approve', 'deny'];

/** The part of firebreak.yaml that says what may be merged. */
export interface GateConfig {
  readonly rules: Readonly<Record<GateCause, GateRule>>;
  readonly approvals: {
    /** Different people who must approve each change. */
    readonly min: number;
    /** Mail addresses and `@name` that count, teams spelled out; null when everybody counts. */
    readonly from: readonly string[] | null;
    readonly preventSelfApproval: boolean;
    /** An approval goes on counting when changes it names are gone and others come. */
    readonly sticky: boolean;
    /** Longest time an approval counts after it was committed. */
    readonly ttl: Millis;
  };
  /** Shares between 0 and 1 of recorded uses; null where nothing is asked for. */
  readonly replay: { readonly maxRevoked: number | null; readonly minDecidable: number | null };
  /** More than this share loosened, where there are that many targets or more, is a mass change. */
  readonly massChange: { readonly share: number; readonly of: number };
  /** Files whose change is gated like a policy's: patterns, `*` within a folder, `**` across folders. */
  readonly protected: { readonly rule: GateRule; readonly paths: readonly string[] };
  /** Where it is written; null for the defaults. */
  readonly at: Location | null;
}

/** A change of what keeps watch over changes: the gate itself, a Guardrail, a protected file. */
export interface ProtectedChange {
  /** First 12 hex digits of SHA-256 over what it is, before and after. */
  readonly fingerprint: string;
  readonly message: string;
  readonly file: string;
}

/** A waiver that asks for more than waivers are meant for. */
export interface WaiverChange {
  readonly fingerprint: string;
  readonly message: string;
}

/** Who committed a file last. */
export interface FileCommit {
  /** Mail addresses of its author, its committer and co-authors. */
  readonly people: readonly string[];
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What the gate must know beside the changes and the approvals. */
export interface GateContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Mail addresses of everybody who committed a change of policies between the sides; null where there is no history. */
  readonly authors: readonly string[] | null;
  /** Last commit of each file with approvals; a file that is missing here is not committed yet. */
  readonly approvalCommits: ReadonlyMap<string, FileCommit>;
  readonly protectedChanges: readonly ProtectedChange[];
  readonly waivers: readonly WaiverChange[];
  /** All targets of both sides, changed or not; null when nobody counted them. */
  readonly targets: number | null;
  /** Shares between 0 and 1; null where nothing was replayed. */
  readonly replay: { readonly revoked: number; readonly decidable: number } | null;
  /** A mass change is meant. */
  readonly forceMassChange: boolean;
  /** `main:firebreak.yaml`: where the configuration was read; for people. */
  readonly source: string;
}
