import type { Finding } from '../model/finding.ts';
import type { Location } from '../model/location.ts';
import type { Baseline, SuppressionKind, Waiver, WaiverTarget } from '../model/waiver.ts';
import type { Directive } from './directive.ts';
import { targetOf } from './finding-target.ts';
import { fitsGlob } from '../policy/glob.ts';
import { permittedText } from './permitted-text.ts';

/** Anything that silences findings: what directives, waivers and baselines have in common. */
export interface Exception {
  readonly how: SuppressionKind;
  /** Of the document; null for directives. */
  readonly name: string | null;
  readonly ticket: string | null;
  /** `this directive`, `waiver "legacy"`, `baseline "main"`. Entries of one baseline share it. */
  readonly title: string;
  readonly owner: string;
  readonly reason: string;
  /** Last day, as written. */
  readonly until: string;
  /** First millisecond at which it no longer counts. */
  readonly endsAt: number;
  /** First millisecond of the day it was agreed on; null when nobody wrote it. */
  readonly createdAt: number | null;
  /** Where it is: what a suppressed finding points at, and where it is reported when it covers nothing. */
  readonly at: Location;
  /** Where its end is written. */
  readonly endAt: Location;
  readonly rules: readonly string[];
  /** Values it lets in that policies do not allow, a line each; empty where it only silences. */
  readonly permits: readonly string[];
  readonly covers: (finding: Finding) => boolean;
  /** Why it may cover nothing, to follow a colon. */
  readonly idle: string;
}

/** A comment covers findings of its rule in its lines. */
export function exceptionOfDirective(directive: Directive): Exception {
  const { rule, until, endsAt, owner, reason, at, scope } = directive;
  return {
    how: 'directive',
    name: null,
    ticket: null,
    title: 'this directive',
    owner,
    reason,
    until,
    endsAt,
    createdAt: null,
    at,
    endAt: at,
    rules: [rule],
    permits: [],
    covers: (finding) =>
      rule === finding.rule &&
      at.file === finding.at.file &&
      scope !== null &&
      scope.first <= finding.at.line &&
      finding.at.line <= scope.last,
    idle: scope === null ? 'nothing stands below it' : `there is no finding of it in ${showLines(scope)}`,
  };
}

/** A waiver covers findings of its rules that fit its target and its fingerprints. */
export function exceptionOfWaiver(waiver: Waiver): Exception {
  const { name, ticket, owner, reason, expires, created, at, rules, target, fingerprints } = waiver;
  const ids = rules.map(({ id }) => id);
  return {
    how: 'waiver',
    name,
    ticket,
    title: `waiver "${name}"`,
    owner,
    reason,
    until: expires.text,
    endsAt: expires.ends,
    createdAt: created?.starts ?? null,
    at,
    endAt: expires.at,
    rules: ids,
    permits: permittedText(waiver),
    covers: (finding) =>
      ids.includes(finding.rule) &&
      (fingerprints === null || fingerprints.includes(finding.fingerprint)) &&
      (target === null || fitsTarget(finding, target)),
    idle: `no finding of ${ids.join(', ')} fits it`,
  };
}

/**
 * An entry covers the finding with its fingerprint, or the same finding in a file that was moved: then nothing else in
 * the run may be that finding, and the old file must have lost it.
 *
 * @param findings everything that was found, to tell a moved file from a copied one
 */
export function exceptionsOfBaseline(baseline: Baseline, findings: readonly Finding[]): readonly Exception[] {
  const { name, owner, reason, expires, created, entries } = baseline;
  const present = new Set(findings.map(({ fingerprint }) => fingerprint));
  const copies = new Map<string, number>();
  for (const { contentFingerprint } of findings) {
    copies.set(contentFingerprint, (copies.get(contentFingerprint) ?? 0) + 1);
  }
  return entries.map(({ rule, path, subject, fingerprint, contentFingerprint, at }) => {
    const mayMove = contentFingerprint !== null && !present.has(fingerprint) && copies.get(contentFingerprint) === 1;
    return {
      how: 'baseline',
      name,
      ticket: null,
      title: `baseline "${name}"`,
      owner,
      reason,
      until: expires.text,
      endsAt: expires.ends,
      createdAt: created?.starts ?? null,
      at,
      endAt: expires.at,
      rules: [rule],
      permits: [],
      covers: (finding) =>
        rule === finding.rule &&
        (finding.fingerprint === fingerprint || (mayMove && finding.contentFingerprint === contentFingerprint)),
      idle: `${path} has no such finding of ${rule} about ${subject} any more`,
    };
  });
}

function fitsTarget(finding: Finding, { paths, policy, verifier, environment, token }: WaiverTarget): boolean {
  const about = targetOf(finding);
  return (
    (paths === null || paths.some((pattern) => fitsGlob(finding.at.file, pattern))) &&
    (policy === null || policy === about.policy) &&
    (verifier === null || verifier === about.verifier) &&
    (environment === null || environment === about.environment) &&
    (token === null || token === about.token)
  );
}

function showLines({ first, last }: { readonly first: number; readonly last: number }): string {
  return first === last ? `line ${first}` : `lines ${first} to ${last}`;
}
