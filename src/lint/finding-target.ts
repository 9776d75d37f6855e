import type { Finding } from '../model/finding.ts';
import type { TokenClass } from '../model/policy.ts';
import { TOKEN_CLASSES } from '../model/policy.ts';

/** What a finding is about, as far as its subject says. */
export interface FindingTarget {
  readonly policy: string | null;
  /** Path below `spec` of that policy, `tokens.access_token.algorithms`; null for findings elsewhere. */
  readonly field: string | null;
  readonly verifier: string | null;
  readonly environment: string | null;
  readonly token: TokenClass | null;
}

/** Reads the subject, which is part of the fingerprint and so as stable as that. */
export function targetOf({ subject }: Finding): FindingTarget {
  const [, policy = null, field = null] = /^policy ([^/ ]+)\/(\S+)/.exec(subject) ?? [];
  const [, environment = null, placed = null] = /^verifier ([^/ ]+)\/([^/ ]+)/.exec(subject) ?? [];
  const [, unplaced = null] = /^verifier ([^/ ]+)$/.exec(subject) ?? [];
  const [, listed = null] = /^inventory [^/ ]+\/verifiers\[([^\]]+)\]/.exec(subject) ?? [];
  return {
    policy,
    field,
    verifier: placed ?? unplaced ?? listed,
    environment,
    token: TOKEN_CLASSES.find((name) => field?.split(/[./]/).includes(name) === true) ?? null,
  };
}
