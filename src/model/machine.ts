/** What actions of drills touch besides HTTP: files, programs, sockets, git and the person in front of the terminal. */
import type { Clock } from './ports.ts';
import type { Secret } from './secret.ts';

/** Where a secret is. References travel in effects and journals; values never do. */
export type SecretReference = { readonly env: string } | { readonly file: string };

export interface ProgramRequest {
  /** Program and arguments; no shell is between. */
  readonly argv: readonly string[];
  /** Variables beside the few that every program gets (PATH, HOME, LANG, TZ and the like). */
  readonly env: Readonly<Record<string, string>>;
  readonly input: string;
  readonly timeoutMs: number;
  /** Output beyond this is cut off; the program goes on. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

export interface ProgramOutcome {
  /** Null when it was ended by a signal or never began. */
  readonly exitCode: number | null;
  readonly ending: 'exited' | 'timeout' | 'signal' | 'not-started';
  readonly stdout: string;
  readonly stderr: string;
}

/** A place to connect to. Its host is checked against the allow-list on the resolved address. */
export type SocketPlace =
  | { readonly kind: 'unix'; readonly path: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      /** Null for plain TCP; `ca` is a PEM file that replaces the roots of the system. */
      readonly tls: { readonly ca: string | null } | null;
    };

/** One connection on which requests and answers take turns. */
export interface Conversation {
  /** Sends and reads until the answer is complete or the other side has closed. @throws HttpFailure */
  readonly exchange: (request: string, isComplete: (received: Uint8Array) => boolean) => Promise<Uint8Array>;
  readonly close: () => void;
}

/** One entry of a tree: mode as git writes it, and the blob. */
export interface GitEntry {
  readonly mode: string;
  readonly blob: string;
}

export interface GitBranch {
  /** Folder of a repository, or a bare one. */
  readonly repository: string;
  readonly branch: string;
  /** Remote to fetch from and push to; null changes the branch of the repository itself. */
  readonly remote: string | null;
}

/** Writes commits by plumbing: no work tree and no index of anybody is touched. @throws UserError git/unwritable, git/moved */
export interface GitWriter {
  /** The commit that the branch points at now, at the remote when there is one; its objects are here afterwards. */
  readonly tip: (branch: GitBranch) => Promise<string>;
  readonly entry: (repository: string, commit: string, path: string) => Promise<GitEntry | null>;
  readonly text: (repository: string, blob: string) => Promise<string>;
  readonly writeText: (repository: string, text: string) => Promise<string>;
  readonly isAncestor: (repository: string, commit: string, of: string) => Promise<boolean>;
  readonly resolve: (repository: string, revision: string) => Promise<string>;
  /** Paths that a commit with one parent changed, with what was there before and after. */
  readonly changes: (repository: string, commit: string) => Promise<readonly GitChange[]>;
  /** Makes a commit that no branch has yet. */
  readonly commit: (input: {
    readonly repository: string;
    readonly parent: string;
    readonly changes: readonly GitChange[];
    readonly message: string;
    /** Under the name of the person who runs this, as git knows it; otherwise the commit names the tool. */
    readonly byPerson?: boolean;
  }) => Promise<string>;
  /** Makes a branch that is not there yet. @throws UserError git/moved when it is */
  readonly begin: (repository: string, branch: string, commit: string) => Promise<void>;
  /** Moves the branch from its old commit to the new one, and fails when it is not at the old one any more. */
  readonly publish: (branch: GitBranch, move: { readonly from: string; readonly to: string }) => Promise<void>;
}

export interface GitChange {
  readonly path: string;
  readonly before: GitEntry | null;
  readonly after: GitEntry | null;
}

/** Asked of a person. */
export interface Question {
  readonly text: string;
  /** What must be typed. */
  readonly word: string;
  readonly signal?: AbortSignal;
}

export interface Machine {
  /** @throws UserError file/missing, file/unreadable, file/too-large */
  readonly readText: (path: string) => Promise<string>;
  /**
   * Replaces a file by temporary file and rename, keeping its mode, when it still holds the expected text. Links are
   * followed.
   *
   * @returns false, and changes nothing, when it holds something else
   */
  readonly replaceText: (path: string, change: { readonly from: string; readonly to: string }) => Promise<boolean>;
  /** @throws UserError secret/missing */
  readonly readSecret: (reference: SecretReference) => Promise<Secret>;
  readonly runProgram: (request: ProgramRequest) => Promise<ProgramOutcome>;
  /** @throws HttpFailure */
  readonly connect: (place: SocketPlace, timeoutMs: number) => Promise<Conversation>;
  readonly git: GitWriter;
  readonly clock: Clock;
  /** Null when nobody can be asked: no terminal, or --no-input. */
  readonly ask: ((question: Question) => Promise<void>) | null;
}
