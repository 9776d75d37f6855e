/** What two versions of the policies mean for real tokens. The words of docs/diff.md. */
import type { Problem } from './failure.ts';
import type { Location } from './location.ts';
import type { Scenario, TokenClass } from './policy.ts';
import type { Bound, Millis } from './quantity.ts';

/**
 * How the accepted tokens of one target changed. Never folded together: `unknown` is not `equivalent`.
 * - `ungoverned`: a policy applied before and none applies now, so everything is accepted.
 * - `dead`: tokens were accepted before and none can be now.
 */
export const VERDICTS = [
  'equivalent',
  'more_permissive',
  'less_permissive',
  'incomparable',
  'ungoverned',
  'dead',
  'unknown',
] as const;

export type Verdict = (typeof VERDICTS)[number];

/**
 * What happens to tokens that issuers mint and clients use.
 * - `transient`: tokens of today die, new ones pass; over after the drain.
 * - `persistent`: issuers or clients go on producing what is refused.
 */
export type Breaking = 'none' | 'transient' | 'persistent';

/** One cell of the targets that selectors of either side tell apart. `*` ends a prefix; alone it means "any other". */
export interface ChangeTarget {
  readonly environment: string;
  readonly service: string;
  readonly route: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Verifiers of the inventories of the new side that lie in the cell, sorted. */
  readonly verifiers: readonly string[];
}

/** One value that changed, in the words of the policy. */
export interface DimensionChange {
  /** First 12 hex digits of SHA-256 over target, token class, path, before and after; what an approval names. */
  readonly fingerprint: string;
  /** Fingerprints of the same change at other targets, where it is told once for all of them. */
  readonly alike?: readonly string[];
  /** `acceptance`: what gets in. `assurance`: what the operator promises. */
  readonly facet: 'acceptance' | 'assurance';
  /** Path below `spec`: `tokens.access_token.algorithms`. */
  readonly path: string;
  /** `changed`: neither side is looser than the other. */
  readonly direction: 'loosened' | 'tightened' | 'changed';
  /** What was and is allowed or promised, as text; `-` where there is nothing. */
  readonly before: string;
  readonly after: string;
  readonly atBefore: Location | null;
  readonly atAfter: Location | null;
  readonly breaking: Breaking;
  /**
   * Why no token tells the two values apart; absent where one does.
   * - `other_limits`: they decide about all tokens that could.
   * - `waiver`: it lets the same tokens in as long as it lasts, so that only its end shows the change.
   * - `accepted_anyway`: of a waiver that comes or goes, while the same tokens are let in without it.
   */
  readonly hidden?: 'other_limits' | 'waiver' | 'accepted_anyway';
}

/** Circumstances of the use that a counterexample token stands for; only what matters is there. */
export interface WitnessContext {
  /** RFC 3339. */
  readonly now: string;
  readonly route?: string;
  readonly client_ip?: string;
  /** How possession was proven, in words of `binding.accept`. */
  readonly proof?: 'dpop' | 'mtls';
  /** `alg` of the DPoP proof. */
  readonly proof_algorithm?: string;
  readonly proof_age?: string;
  readonly proof_nonce?: boolean;
  readonly proof_ath?: boolean;
  /** The same proof was shown before. */
  readonly proof_replayed?: boolean;
  /** Where the signing key comes from: the pinned `jwks_uri`, or a header parameter. */
  readonly key_from?: string;
  /** What the `kid` is to the verifier at that time. */
  readonly kid?: 'known' | 'new' | 'unknown';
  /** `RSA 2048`, `EC P-256`. */
  readonly key?: string;
  /** Refresh tokens: used before, or a relative of it was. */
  readonly use?: 'first' | 'repeated' | 'after_reuse';
  /** Refresh tokens: age of the family. */
  readonly family_age?: string;
}

/**
 * A token and its circumstances that one side accepts and the other rejects. Its key was made for it and thrown away; it is
 * shown without signature. A witness is only made when a real verifier gave both answers.
 */
export interface Witness {
  readonly accepted: 'before' | 'after';
  /** Paths of the values that make the difference; one, where one is enough. */
  readonly paths: readonly string[];
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly context: WitnessContext;
  /** Why the other side rejects it, with the RFC and section; "no policy applies" never rejects. */
  readonly reasons: readonly { readonly path: string; readonly message: string; readonly reference: string }[];
}

/** Everything that changed for targets that changed alike. */
export interface PolicyChange {
  /** `9 services @ prod`, `orders @ stage`: for people. */
  readonly name: string;
  readonly targets: readonly ChangeTarget[];
  readonly token: TokenClass;
  readonly verdict: Verdict;
  /** What the operator promises, apart from what is accepted. */
  readonly assurance: 'equal' | 'weaker' | 'stronger' | 'mixed';
  readonly breaking: Breaking;
  /** How long a transient break lasts: lifetime and clock skew of the old side. */
  readonly drain: Bound | null;
  /** Policies that apply on either side, sorted; several apply together. */
  readonly policiesBefore: readonly string[];
  readonly policiesAfter: readonly string[];
  /** Acceptance first, then assurance; sorted by path. */
  readonly dimensions: readonly DimensionChange[];
  readonly witnesses: readonly Witness[];
  /** Why the verdict is unknown; null otherwise. */
  readonly unknownBecause: string | null;
}

/** A change that no commit makes: a waiver that ends. */
export interface ScheduledChange {
  /** Day after which it holds: `2026-12-02`. */
  readonly after: string;
  readonly waiver: string;
  readonly at: Location;
  readonly change: PolicyChange;
}

/** A verifier whose predicted time-to-revocation differs between the sides. */
export interface PredictedChange {
  readonly environment: string;
  readonly verifier: string;
  readonly scenario: Scenario;
  readonly arm: string;
  /** Null where the verifier or scenario does not exist on that side. */
  readonly before: Bound | null;
  readonly after: Bound | null;
  readonly objectiveBefore: Millis | null;
  readonly objectiveAfter: Millis | null;
  /** Files whose change makes the difference, sorted. */
  readonly because: readonly string[];
}

/** One version of the policies. */
export interface DiffSide {
  /** As it was asked for: a branch, `ref:path`, a directory. */
  readonly label: string;
  /** Commit, 40 hex digits; null for a directory. */
  readonly commit: string | null;
  /** SHA-256 over the digests of all effective policies and what waivers permit beside them, so that a report names what it speaks of. */
  readonly digest: string;
  /** What could not be read or resolved; policies that hang on it have the verdict `unknown`. */
  readonly problems: readonly Problem[];
}

/** The semantic difference. Without entries the two sides accept and promise the same. */
export interface PolicyDiff {
  readonly base: DiffSide;
  readonly head: DiffSide;
  /** Worst first: ungoverned, unknown, incomparable, more permissive, dead, less permissive, equivalent (assurance only). */
  readonly changes: readonly PolicyChange[];
  readonly scheduled: readonly ScheduledChange[];
  readonly predicted: readonly PredictedChange[];
  /** Steps of a rollout that breaks nobody; empty where any order will do. */
  readonly rollout: readonly string[];
  /** What a reviewer should know and no verdict says: submodules left out, a shallow clone. */
  readonly notes: readonly string[];
  /** Policy files that changed only in form, sorted. */
  readonly reformatted: readonly string[];
}

/** What a kind of change needs before it may be merged. */
export type GateRule = 'allow' | 'warn' | 'approve' | 'deny';

/** One reason of the gate, for one change. */
export interface GateReason {
  readonly rule: GateRule;
  /** What asked for it: `more_permissive`, `breaking_persistent`, `mass_change`, `protected`. */
  readonly cause: string;
  readonly message: string;
  /** Changes it speaks of. */
  readonly fingerprints: readonly string[];
  /** Names of the approvals that satisfy it; empty where nothing does. */
  readonly approvedBy: readonly string[];
  /** Different people who must approve each change; 0 where an approval makes no difference. */
  readonly needed: number;
  /** What is missing is covered only by an approval with `permanent: true`. */
  readonly permanent?: true;
  /** What to do; null where nothing is to be done. */
  readonly hint: string | null;
}

/**
 * What became of one approval.
 * - `ended`: past its last day, or committed too long ago.
 * - `unused`: nothing that it names needs an approval.
 * - `refused`: nobody whom it names may approve.
 */
export interface GateApproval {
  readonly name: string;
  readonly state: 'counts' | 'ended' | 'unused' | 'refused';
  /** Why it does not count, or what is worth knowing about it; null when it simply counts. */
  readonly message: string | null;
  readonly at: Location;
}

export interface GateResult {
  /** `inconclusive`: something is unknown and the gate does not deny it already. */
  readonly outcome: 'pass' | 'warn' | 'blocked' | 'inconclusive';
  readonly reasons: readonly GateReason[];
  /** Fingerprints that still need an approval, sorted. */
  readonly missing: readonly string[];
  /** Every approval that was given, by name. */
  readonly approvals: readonly GateApproval[];
  /** Where the rules came from: a commit of the base branch and a file, or the defaults. */
  readonly source: string;
}
