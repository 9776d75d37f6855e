import type { ConfigFact, ConfigSubject } from '../model/config.ts';
import type { Report, Severity } from '../model/finding.ts';

/** A fact that has a value. */
export type KnownFact<T> = Exclude<ConfigFact<T>, { readonly origin: 'unknown' }>;

/** The fact when its value is known; null for an absent or unknown one, on which rules stay silent. */
export function known<T>(fact: ConfigFact<T> | undefined): KnownFact<T> | null {
  return fact === undefined || fact.origin === 'unknown' ? null : fact;
}

/** `verifier "provider keycloak"`, with the overlay that it holds for. */
export function labelOf({ kind, name, profile }: ConfigSubject): string {
  return `${kind} "${name}"${profile === null ? '' : ` of profile "${profile}"`}`;
}

/** Identity of one fact, for fingerprints. */
export function subjectOf({ kind, name, profile }: ConfigSubject, fact: string): string {
  return `${kind} ${name}${profile === null ? '' : ` [${profile}]`}/${fact}`;
}

/** Whether somebody wrote the value, or what it is computed from; else the product decided. */
export function isWritten({ origin }: KnownFact<unknown>): boolean {
  return origin === 'explicit' || origin === 'derived';
}

/** What a finding rests on, to follow its statement: nothing for a value that stands in the file. */
export function basisOf({ origin, source }: KnownFact<unknown>): string {
  if (origin === 'default') return ` by default (${shortSource(source ?? 'undocumented')})`;
  if (origin === 'platform') return `, which no setting changes (${shortSource(source ?? 'undocumented')})`;
  return source === null ? '' : ` (${source})`;
}

/** A source with the names of files alone; the page of the adapter has their folders. */
export function shortSource(source: string): string {
  return source.replaceAll(/(?<![\w:/.@-])(?:[\w.@-]+\/){2,}(?=[\w.@-]+\.\w)/g, '');
}

export interface Statement {
  /** Completes the label of the subject: `accepts tokens for any audience`. */
  readonly says: string;
  /** Follows what the statement rests on: `; a token for another service works here`. */
  readonly so?: string;
  /** For a value that somebody wrote. */
  readonly severity: Severity;
  /** For a value of the product's; a warning at most unless given, as nobody chose it. */
  readonly unwritten?: Severity;
  /** Normal form of the value, part of the fingerprint. */
  readonly value: string;
  readonly related?: Report['related'];
  /** What would repair it; of `repairs.ts`, which offers none for what nobody wrote. */
  readonly repair?: Pick<Report, 'fix'>;
}

/** A finding about one fact of a configuration, at the setting or at the block that lacks it. */
export function reportOn(config: ConfigSubject, name: string, fact: KnownFact<unknown>, statement: Statement): Report {
  const { says, so = '', severity, unwritten = atMostWarning(severity), value, related, repair = {} } = statement;
  return {
    at: fact.at,
    message: `${labelOf(config)} ${says}${basisOf(fact)}${so}`,
    severity: isWritten(fact) ? severity : unwritten,
    confidence: isWritten(fact) ? 'certain' : 'likely',
    subject: subjectOf(config, name),
    value,
    ...(related === undefined || related.length === 0 ? {} : { related }),
    ...repair,
  };
}

function atMostWarning(severity: Severity): Severity {
  return severity === 'error' ? 'warning' : severity;
}

/** Whether the configuration is only for development or tests, by the name of its overlay or file; `!local` is not. */
export function isForDevelopment({ profile, file }: ConfigSubject): boolean {
  const words = /(?:^|[^a-z!])(?:dev|devel|development|local|localhost|tests?|testing|e2e|ci|sandbox)(?:[^a-z]|$)/i;
  return (profile !== null && words.test(profile)) || words.test(file);
}

/** Whether the file is there to be copied and filled in, by its name: `.env.example`, `values.sample.yaml`. */
export function isExample({ file }: ConfigSubject): boolean {
  return /(?:^|[._-])(?:example|sample|template|tmpl|dist)(?:[._-][^/]*)?$/i.test(
    file.slice(file.lastIndexOf('/') + 1),
  );
}

/** Hosts that only this machine answers for (RFC 6761 section 6.3, RFC 8252 section 7.3). */
export function isLoopback(url: string): boolean {
  const host = /^[a-z][a-z\d+.-]*:\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/?#]*)/i.exec(url)?.[1]?.toLowerCase() ?? '';
  return host === 'localhost' || host.endsWith('.localhost') || /^127(?:\.\d+){3}$/.test(host) || host === '[::1]';
}
