import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from '../command.ts';
import { firebreak } from '../command.ts';
import type { TemporaryRepository } from '../../temporary-repository.ts';
import { repositoryWith } from '../../temporary-repository.ts';

const AT = ['--at', '2026-11-30T09:00:00Z'];

/** `firebreak diff` in a repository, at a fixed time and without the configuration of whoever runs the tests. */
export function diff({ path }: { readonly path: string }, ...args: readonly string[]): Promise<Outcome> {
  return diffAt({ path }, AT, args);
}

/** The same with a time, or with another one in the place of it. */
export function diffAt(
  { path }: { readonly path: string },
  at: readonly string[],
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return firebreak(['diff', ...args, ...at], {
    cwd: path,
    env: { HOME: path, GIT_CONFIG_NOSYSTEM: '1', ...env },
  });
}

export function policy(
  name: string,
  { lifetime = '5m', more = '' }: { lifetime?: string; more?: string } = {},
): string {
  return `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: ${name}, owner: '@team' }
spec:
  applies_to: { services: [${name}], environments: [prod] }
  issuers: [{ issuer: https://id.example.com/ }]
  tokens:
    access_token:
      audiences: [${name}]
      algorithms: [ES256]
      lifetime: { max: ${lifetime} }
${more}`;
}

/** A branch `change` that makes access tokens of orders live longer, before main went on. */
export function loosened(): TemporaryRepository {
  const repository = repositoryWith({ 'policies/orders.yaml': policy('orders'), 'policies/mail.yaml': policy('mail') });
  repository.git('checkout', '-qb', 'change');
  repository.commit({ 'policies/orders.yaml': policy('orders', { lifetime: '1h' }) });
  repository.git('checkout', '-q', 'main');
  repository.commit({ 'policies/mail.yaml': policy('mail', { lifetime: '2m' }) });
  repository.git('checkout', '-q', 'change');
  return repository;
}

/** Who answers for what is not committed. */
export function workAs({ path }: TemporaryRepository, person: string): void {
  appendFileSync(join(path, '.git', 'config'), `[user]\n\tname = ${person}\n\temail = ${person}@example.com\n`);
}

export interface Told {
  readonly base: { readonly label: string; readonly commit: string | null; readonly problems: readonly Fault[] };
  readonly head: Told['base'];
  readonly changes: readonly {
    readonly target: string;
    readonly verdict: string;
    readonly dimensions: readonly { readonly fingerprint: string; readonly path: string }[];
    readonly witness: object | null;
    readonly unknown_because: string | null;
  }[];
  readonly predicted: readonly {
    readonly verifier: string;
    readonly scenario: string;
    readonly before_ms: number | string | null;
    readonly after_ms: number | string | null;
    readonly because: readonly string[];
  }[];
  readonly notes: readonly string[];
  readonly reformatted: readonly string[];
  readonly gate: {
    readonly outcome: string;
    readonly missing: readonly string[];
    readonly source: string;
    readonly reasons: readonly { readonly rule: string; readonly cause: string }[];
    readonly approvals: readonly {
      readonly state: string;
      readonly message: string | null;
      readonly at: { readonly path: string };
    }[];
  } | null;
}

interface Fault {
  readonly message: string;
  readonly at: { readonly path: string } | null;
}

/** What programs get, with the code to leave with. */
export async function told(
  repository: { readonly path: string },
  ...args: readonly string[]
): Promise<Told & { readonly code: number | null; readonly err: string }> {
  const { code, out, err } = await diff(repository, ...args, '--format', 'json');
  if (out === '') throw new Error(err);
  return { ...(JSON.parse(out) as Told), code, err };
}

export function fingerprintsOf({ changes }: Told): readonly string[] {
  return changes.flatMap(({ dimensions }) => dimensions.map(({ fingerprint }) => fingerprint));
}

/** Targets with their verdicts. */
export function verdictsOf({ changes }: Told): Readonly<Record<string, string>> {
  return Object.fromEntries(changes.map(({ target, verdict }) => [target, verdict]));
}
