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
