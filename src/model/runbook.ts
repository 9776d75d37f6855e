/** What to do when something leaked, written before it does: for people, and for machines that run playbooks. */
import type { Scenario } from './policy.ts';
import type { Bound } from './quantity.ts';

/** The parts of a runbook, in the order in which they are needed. */
export const RUNBOOK_SECTIONS = ['first_five_minutes', 'scope', 'contain', 'verify', 'communicate', 'learn'] as const;

export type RunbookSection = (typeof RUNBOOK_SECTIONS)[number];

/**
 * What a step does to the world; playbooks of machines have a name for each.
 * - `record`: write down, tell
 * - `look`: read logs, ask
 * - `restrict`: refuse what leaked
 * - `eliminate`: take away what it is made with
 * - `restore`: let legitimate users in again
 */
export type RunbookActivity = 'record' | 'look' | 'restrict' | 'eliminate' | 'restore';

/** Something that only the day can tell: the kid, the time of the leak. */
export interface RunbookVariable {
  /** `KID`, as it stands in commands. */
  readonly name: string;
  readonly says: string;
}

export interface RunbookCommand {
  /** A command of a POSIX shell, or what a person does. */
  readonly kind: 'shell' | 'person';
  /** Words as they stand there, already quoted for a shell, and what only the day can tell. */
  readonly parts: readonly (string | { readonly variable: string })[];
}

export interface RunbookStep {
  /** Stable name below its section: `deny`, `remove_key`. */
  readonly key: string;
  readonly section: RunbookSection;
  readonly title: string;
  readonly activity: RunbookActivity;
  /** Who does it: owners, or the lead of the incident. */
  readonly who: readonly string[];
  /** What to know while doing it, in sentences. */
  readonly says: readonly string[];
  readonly commands: readonly RunbookCommand[];
  /** What to take instead when its name is not known or it is not enough, the narrowest first. */
  readonly wider: readonly string[];
  /** Longest time until it has its effect; null where nothing is predicted. */
  readonly within: Bound | null;
  /** Who is hit beside the thief; null for nobody. */
  readonly collateral: string | null;
  /** How it is taken back; null where it is not, or there is nothing to take back. */
  readonly undo: string | null;
  readonly source: string | null;
}

/** One verifier, as people look for it in a table. */
export interface RunbookVerifier {
  readonly name: string;
  readonly environment: string;
  readonly owner: string | null;
  readonly policy: string | null;
  readonly predicted: Bound;
  readonly objective: Bound | null;
  /** The last drill: day, and the longest it can have taken in milliseconds. */
  readonly measured: { readonly day: string; readonly upper: number | 'unbounded' } | null;
  /** The narrowest entry of a list that reaches it, as an instruction; null where none does. */
  readonly first: string | null;
}

/** What looks like a response and is none. */
export interface RunbookUseless {
  /** `put its jti on the denylist` */
  readonly does: readonly string[];
  readonly why: string;
  readonly source: string;
}

export interface Runbook {
  readonly scenario: Scenario;
  /** `Leaked signing key` */
  readonly title: string;
  /** Names of the inventories that it is about. */
  readonly inventories: readonly string[];
  /** File name without its ending: `leaked-signing-key`. */
  readonly slug: string;
  /** What it means, in one or two sentences. */
  readonly summary: readonly string[];
  readonly deciders: readonly { readonly who: readonly string[]; readonly about: string }[];
  readonly variables: readonly RunbookVariable[];
  readonly verifiers: readonly RunbookVerifier[];
  /** In the order in which they are taken. */
  readonly steps: readonly RunbookStep[];
  readonly useless: readonly RunbookUseless[];
  /** What is not in place yet, in words; the day will be longer because of it. */
  readonly gaps: readonly string[];
}
