import type { KeptApproval } from './approval.ts';
import type { DiscoveryFacts } from './discovery.ts';
import type { FixPlan } from './fix.ts';
import type { IssuerHistory } from './history.ts';
import type {
  ClientConfig,
  ConfigPair,
  ConfigSubject,
  IssuerConfig,
  LibraryConfig,
  RouteConfig,
  VerifierConfig,
} from './config.ts';
import type { EncryptedToken, JwksFacts, TokenFacts } from './key.ts';
import type { OverGuardrail } from './guardrail.ts';
import type { Inventory } from './inventory.ts';
import type { Location } from './location.ts';
import type { EffectivePolicy } from './policy.ts';
import type { Profile, ProfileName } from './profile.ts';
import type { Prediction } from './prediction.ts';
import type { IdlePermit, SuppressionKind } from './waiver.ts';
import type { Revocation } from './revocation.ts';
import type { StoredResult } from './stored-result.ts';

export const SEVERITIES = ['error', 'warning', 'info'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** How sure a rule is: `certain` is written in the file, `likely` rests on a default, `possible` on a heuristic. */
export type Confidence = 'certain' | 'likely' | 'possible';

/** `family/slug`, equal to the path of the rule's file below src/rules. */
export type RuleId = `${string}/${string}`;

/** What rules look at. `estate` rules see everything at once, for facts that need several files. */
export interface Subjects {
  readonly policy: EffectivePolicy;
  readonly jwks: JwksFacts;
  readonly token: TokenFacts;
  /** One discovery document. */
  readonly discovery: DiscoveryFacts;
  /** All observations of one issuer. */
  readonly history: IssuerHistory;
  readonly verifier: VerifierConfig;
  readonly issuer: IssuerConfig;
  readonly client: ClientConfig;
  readonly route: RouteConfig;
  readonly library: LibraryConfig;
  readonly estate: Estate;
}

export type SubjectKind = keyof Subjects;

/** Everything one lint run knows. */
export interface Estate {
  readonly policies: readonly EffectivePolicy[];
  readonly inventories: readonly Inventory[];
  readonly revocations?: readonly Revocation[];
  readonly jwks: readonly JwksFacts[];
  readonly tokens: readonly TokenFacts[];
  readonly encryptedTokens?: readonly EncryptedToken[];
  /** Tokens that stand in files about something else; `at` is where. */
  readonly tokensInFiles?: readonly TokenFacts[];
  readonly discovery?: readonly DiscoveryFacts[];
  readonly histories?: readonly IssuerHistory[];
  readonly predictions: readonly Prediction[];
  /** Results of drills that are recorded beside the policies; sorted by file. */
  readonly drillResults?: readonly StoredResult[];
  readonly approvals?: readonly KeptApproval[];
  /** What configuration files of other products say; sorted by file and position. */
  readonly configs: readonly ConfigSubject[];
  /** Values of policies, and of what waivers make of them, that are over a ceiling; sorted by guardrail. */
  readonly overGuardrails?: readonly OverGuardrail[];
  /** What waivers permit without effect. */
  readonly idlePermits?: readonly IdlePermit[];
  /** Issuers and verifiers among them that belong together. */
  readonly pairs: readonly ConfigPair[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The standard that findings are judged by; the default one when absent. */
  readonly profile?: Profile;
  /** Keys that have leaked, by `kid` or RFC 7638 thumbprint: nobody may serve them any more. */
  readonly compromised?: readonly string[];
}

/** An example that is both documentation and test: the files it consists of, and how many findings it must give. */
export interface RuleExample {
  /** File name to content. */
  readonly files: Readonly<Record<string, string>>;
  /** The profile it is linted under; the default one when absent. */
  readonly profile?: ProfileName;
  /** Keys that are said to have leaked, as with `audit --compromised`. */
  readonly compromised?: readonly string[];
  readonly note?: string;
}

/** Everything about a rule but its check: the page, the SARIF entry and `explain` are made from it. */
export interface RuleMeta {
  readonly id: RuleId;
  readonly on: SubjectKind;
  readonly severity: Severity;
  /** 0.0 to 10.0 for SARIF `security-severity`: over 9 critical, 7 high, 4 medium. */
  readonly securitySeverity: number;
  readonly confidence: Confidence;
  /** One sentence, what is wrong when it fires. */
  readonly summary: string;
  /** The attack or failure in two sentences. */
  readonly why: string;
  /** What to do about it. */
  readonly fix: string;
  /** Document and section. */
  readonly sources: readonly [string, ...string[]];
  readonly since: string;
  readonly examples: {
    readonly bad: readonly [RuleExample, ...RuleExample[]];
    readonly good: readonly [RuleExample, ...RuleExample[]];
  };
}

/** What a rule yields. */
export interface Report {
  readonly at: Location;
  readonly message: string;
  /** Overrides the rule's severity for this finding. */
  readonly severity?: Severity;
  /** Overrides the rule's confidence for this finding. */
  readonly confidence?: Confidence;
  /** Identity of the thing, stable under reordering and reformatting: `keys[kid=k1].n`, `policy orders/…`. */
  readonly subject: string;
  /** What would repair it, where that is known. */
  readonly fix?: FixPlan;
  /** The offending value in normal form, part of the fingerprint. */
  readonly value: string;
  readonly related?: readonly { readonly at: Location; readonly message: string }[];
}

export interface Rule<K extends SubjectKind> extends RuleMeta {
  readonly on: K;
  readonly check: (subject: Subjects[K], estate: Estate) => Iterable<Report>;
}

export type AnyRule = { [K in SubjectKind]: Rule<K> }[SubjectKind];

export interface Finding {
  readonly rule: RuleId;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly message: string;
  readonly at: Location;
  readonly related: readonly { readonly at: Location; readonly message: string }[];
  /** Identity of the thing, as the rule reports it: `policy orders/tokens.access_token.lifetime.max`. */
  readonly subject: string;
  /** 16 hex digits over rule, file, subject and value; no line numbers. */
  readonly fingerprint: string;
  /** What would repair it, where that is known. */
  readonly fix?: FixPlan;
  /** The same without the file: recognises a finding whose file was moved. */
  readonly contentFingerprint: string;
}

/** A finding that somebody decided to live with, and what they wrote about it. */
export interface Suppressed {
  readonly finding: Finding;
  readonly how: SuppressionKind;
  readonly reason: string;
  readonly owner: string;
  /** Last day, `2027-01-31`. */
  readonly until: string;
  /** Position of the directive, of the name of the Waiver, or of the entry of the Baseline. */
  readonly at: Location;
}

/** Milliseconds of one rule over everything. */
export interface RuleTime {
  readonly rule: RuleId;
  readonly ms: number;
}

/** What a run against a git commit left out and found gone. */
export interface Since {
  /** As the user named it. */
  readonly ref: string;
  /** The commit it was compared with, full hash. */
  readonly commit: string;
  /** Findings that the commit has too; not shown. */
  readonly known: number;
  /** Findings of the commit that are gone. */
  readonly fixed: number;
}

export interface LintResult {
  readonly findings: readonly Finding[];
  /** Findings silenced by a directive, a waiver or a baseline; always counted in the summary. */
  readonly suppressed: readonly Suppressed[];
  /** The profile it was judged by; the default one when absent. */
  readonly profile?: ProfileName;
  /** Rules that ran, by id; tells a rule that found nothing from one that was left out. */
  readonly ran?: readonly RuleId[];
  /** How long each rule took; only when it was measured. Never part of an output for machines: it is not repeatable. */
  readonly times?: readonly RuleTime[];
  /** Set when only findings that are new against a git commit are shown. */
  readonly since?: Since;
  /** Inputs that could not be evaluated. */
  readonly errors: readonly {
    readonly code: string;
    readonly message: string;
    readonly hint: string | null;
    readonly at: Location | null;
  }[];
  readonly summary: {
    readonly policies: number;
    readonly inventories: number;
    readonly drills: number;
    readonly jwks: number;
    readonly tokens: number;
    /** Configuration files of other products. */
    readonly configs: number;
    readonly rules: number;
    readonly bySeverity: Readonly<Record<Severity, number>>;
  };
}
