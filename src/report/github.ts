import { createHash } from 'node:crypto';
import type { LintResult, Severity } from '../model/finding.ts';
import type { Location } from '../model/location.ts';
import { showLocation } from '../model/location.ts';
import { visible } from './visible.ts';
import { worstFirst } from './worst-first.ts';

/** Annotations of one level that GitHub shows for a step (actions/toolkit, docs/problem-matchers.md); 50 for a job. */
const PER_LEVEL = 10;

/** Findings listed in the log beside the annotations. */
const MAX_LISTED = 1000;

/** Longest message; names from files can be of any length. */
const MAX_MESSAGE = 4000;

const COMMANDS: Readonly<Record<Severity, 'error' | 'warning' | 'notice'>> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
};

/** Whether some findings get no annotation, so that a summary is needed to see them. */
export function hidesAnnotations(result: LintResult): boolean {
  return split(entriesOf(result)).rest.length > 0;
}

/**
 * Workflow commands for annotations, the worst first and at most ten of a level because GitHub drops the rest without a
 * word. Everything that comes from linted files is escaped, and what is printed beside the commands stands between
 * stop-commands markers that no file can know, so that a file cannot give orders to the runner.
 */
export function lintGithub(result: LintResult): string {
  const { findings, errors, suppressed } = result;
  return githubAnnotations(
    entriesOf(result),
    `${errors.length} unreadable, ${findings.length} findings, ${suppressed.length} silenced`,
  );
}

/**
 * Workflow commands for entries that are sorted worst first.
 *
 * @param closing what the log says below them
 */
export function githubAnnotations(entries: readonly GithubEntry[], closing: string): string {
  const { shown, rest } = split(entries);
  const listed = rest
    .slice(0, MAX_LISTED)
    .map(({ at, level, title, message }) =>
      clipped(visible(`  ${at === null ? '-' : showLocation(at)} ${level}[${title}] ${message}`)),
    );
  const text = [
    ...(rest.length === 0 ? [] : [`${rest.length} more than GitHub shows as annotations:`, ...listed]),
    ...(rest.length > MAX_LISTED ? [`  and ${rest.length - MAX_LISTED} more`] : []),
    visible(closing),
  ].join('\n');
  // A text cannot contain its own hash, so it cannot end the guarded part.
  const token = createHash('sha256').update(text).digest('hex').slice(0, 32);
  return `${shown.map((entry) => `${annotation(entry)}\n`).join('')}::stop-commands::${token}\n${text}\n::${token}::\n`;
}

function entriesOf({ findings, errors }: LintResult): readonly GithubEntry[] {
  return [
    ...errors.map(({ at, code, message }) => ({ level: 'error' as const, at, title: code, message })),
    ...worstFirst(findings).map(({ at, rule, message, severity }) => ({
      level: COMMANDS[severity],
      at,
      title: rule,
      message,
    })),
  ];
}

/** What gets an annotation, and what does not. */
function split(entries: readonly GithubEntry[]): {
  readonly shown: readonly GithubEntry[];
  readonly rest: readonly GithubEntry[];
} {
  const counts = { error: 0, warning: 0, notice: 0 };
  const shown: GithubEntry[] = [];
  const rest: GithubEntry[] = [];
  for (const entry of entries) {
    counts[entry.level] += 1;
    (counts[entry.level] <= PER_LEVEL ? shown : rest).push(entry);
  }
  return { shown, rest };
}

/** One annotation. */
export interface GithubEntry {
  readonly level: 'error' | 'warning' | 'notice';
  readonly at: Location | null;
  readonly title: string;
  readonly message: string;
}

function annotation({ level, at, title, message }: GithubEntry): string {
  const place =
    at === null
      ? ''
      : `file=${property(clipped(visible(at.file)))},line=${at.line},col=${at.column},endLine=${at.endLine},endColumn=${at.endColumn},`;
  return `::${level} ${place}title=${property(visible(title))}::${data(clipped(visible(message)))}`;
}

/** Escapes the data of a command, as the runner unescapes it. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Properties end at a comma or colon. */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function clipped(text: string): string {
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE).replace(/\p{Surrogate}$/u, '')}…` : text;
}
