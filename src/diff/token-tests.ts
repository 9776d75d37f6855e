/** Counterexample tokens as TokenTests, so that what a reviewer agreed to stays so. */
import type { PolicyChange, PolicyDiff, Witness } from '../model/change.ts';
import { DIMENSIONS } from '../model/decision.ts';
import { API_VERSION } from '../model/document.ts';
import { fromTimestamp } from '../model/instant.ts';
import { writeFlow, writeScalar } from '../source/write-scalar.ts';

/** A file with one TokenTest. */
export interface TokenTestFile {
  /** Name without a folder. */
  readonly name: string;
  readonly text: string;
  readonly cases: number;
}

export interface TokenTestFiles {
  readonly files: readonly TokenTestFile[];
  /** Tokens that no TokenTest can hold: what tells them apart is seen by a verifier only. */
  readonly leftOut: number;
}

/** One file for each change that has tokens which `firebreak test` can judge under the new policies. */
export function tokenTestsOf({ changes }: PolicyDiff): TokenTestFiles {
  const taken = new Set<string>();
  const files = changes.flatMap((change): readonly TokenTestFile[] => {
    const cases = change.witnesses.filter((witness) => isJudgeable(witness, change));
    if (cases.length === 0 || change.policiesAfter.length === 0) return [];
    const name = freeName(slugOf(`${change.name} ${change.token}`), taken);
    return [{ name: `${name}.yaml`, text: testText(name, change, cases), cases: cases.length }];
  });
  const all = changes.reduce((sum, { witnesses }) => sum + witnesses.length, 0);
  return { files, leftOut: all - files.reduce((sum, { cases }) => sum + cases, 0) };
}

/**
 * What is accepted now says nothing about reasons; what is rejected must be so for something that `decide` looks at. Tests hold
 * tokens against policies alone, so what a waiver decides is no case.
 */
function isJudgeable({ accepted, paths, reasons, context }: Witness, { dimensions }: PolicyChange): boolean {
  if (context.proof_age?.startsWith('-') === true) return false;
  const isWaived = dimensions.some(
    ({ path, after }) => path.startsWith('waivers[') && paths.includes(path) && after !== '-',
  );
  if (isWaived) return false;
  return accepted === 'after' || (reasons.length > 0 && reasons.every(({ path }) => isDimension(path)));
}

function isDimension(path: string): boolean {
  return (DIMENSIONS as readonly string[]).includes(path);
}

function testText(name: string, change: PolicyChange, cases: readonly Witness[]): string {
  const [first] = cases;
  const [policy = ''] = change.policiesAfter;
  const at = first?.context.now ?? '';
  const lines = [
    `# Tokens that tell the two sides of a change apart, as firebreak diff found and proved them.`,
    `apiVersion: ${API_VERSION}`,
    'kind: TokenTest',
    `metadata: { name: ${writeScalar(name)} }`,
    'spec:',
    isOfOnePolicy(change) ? `  policy: ${writeScalar(policy)}` : `  target: ${writeFlow(targetOf(change))}`,
    `  at: ${writeScalar(at)}`,
    '  cases:',
    ...cases.flatMap((witness, index) => caseLines(witness, change, { at, number: index + 1 })),
  ];
  return `${lines.join('\n')}\n`;
}

/** What several policies or a waiver decide is seen at a target only. */
function isOfOnePolicy({ policiesAfter, dimensions }: PolicyChange): boolean {
  return policiesAfter.length === 1 && !dimensions.some(({ path }) => path.startsWith('waivers['));
}

function targetOf({ targets }: PolicyChange): Readonly<Record<string, unknown>> {
  const [target] = targets;
  if (target === undefined) return {};
  const { environment, service, route, labels } = target;
  const named = Object.entries({ environment, service, route }).filter(([, name]) => name !== '*');
  // A test must name some place.
  return {
    ...(named.length === 0 ? { service } : Object.fromEntries(named)),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
  };
}

function caseLines(
  { accepted, paths, header, claims, context, reasons }: Witness,
  { token }: PolicyChange,
  { at, number }: { readonly at: string; readonly number: number },
): readonly string[] {
  const words = accepted === 'after' ? 'rejected before, accepted now' : 'accepted before, rejected now';
  const reason = [...new Set(reasons.map(({ path }) => path))];
  const circumstances = contextOf(context);
  return [
    `    - name: ${writeScalar(`${number}. ${words}: ${paths.join(', ')}`)}`,
    `      token: ${token}`,
    `      header: ${writeFlow(header)}`,
    `      claims: ${writeFlow(relativeClaims(claims, (fromTimestamp(at) ?? 0) / 1000))}`,
    ...(Object.keys(circumstances).length === 0 ? [] : [`      context: ${writeFlow(circumstances)}`]),
    `      expect: ${accepted === 'after' ? 'accept' : 'reject'}`,
    ...(accepted === 'after' ? [] : [`      reason: ${writeFlow(reason)}`]),
  ];
}

/** The confirmation is filled in by whoever runs the test, with the proof. */
function relativeClaims(claims: Witness['claims'], now: number): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(claims).flatMap(([name, value]) => {
      if (name === 'cnf') return [];
      const isTime = (name === 'exp' || name === 'iat' || name === 'nbf') && typeof value === 'number';
      return [[name, isTime ? relativeTime(value - now) : value]];
    }),
  );
}

function relativeTime(seconds: number): string {
  const ms = Math.round(Math.abs(seconds) * 1000);
  const text = ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
  return `${seconds < 0 ? '-' : '+'}${text}`;
}

function contextOf(context: Witness['context']): Readonly<Record<string, unknown>> {
  const { route, client_ip, proof, proof_algorithm, proof_age, proof_nonce, proof_ath } = context;
  return Object.fromEntries(
    Object.entries({ route, client_ip, proof, proof_algorithm, proof_age, proof_nonce, proof_ath }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}

function slugOf(text: string): string {
  return (
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 50) || 'change'
  );
}

function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let count = 2; taken.has(free); count += 1) free = `${name}-${count}`;
  taken.add(free);
  return free;
}
