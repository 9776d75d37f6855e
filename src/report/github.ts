import { createHash } from 'node:crypto';
import type { LintResult, Severity } from '../model/finding.ts';
import { SEVERITIES } from '../model/finding.ts';
import type { Location } from '../model/location.ts';
import { showLocation } from '../model/location.ts';
import { visible } from './visible.ts';

/** Annotations of one level that GitHub shows for a step. */
const PER_LEVEL = 10;

const COMMANDS: Readonly<Record<Severity, 'error' | 'warning' | 'notice'>> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
};

/**
 * Workflow commands for annotations, at most ten of a level because GitHub drops the rest without a word. Everything
 * that comes from linted files is escaped, and what is printed beside the commands stands between stop-commands markers
 * that no file can know, so that a file cannot give orders to the runner.
 */
export function lintGithub({ findings, errors, suppressed }: LintResult): string {
  const entries: readonly Entry[] = [
    ...errors.map(({ at, code, message }) => ({ level: 'error' as const, at, title: code, message })),
    ...SEVERITIES.flatMap((severity) =>
      findings
        .filter((finding) => finding.severity === severity)
        .map(({ at, rule, message }) => ({ level: COMMANDS[severity], at, title: rule, message })),
    ),
  ];
  const shown = Object.values(COMMANDS).flatMap((level) =>
    entries.filter((entry) => entry.level === level).slice(0, PER_LEVEL),
  );
  const rest = entries.filter((entry) => !shown.includes(entry));
  const listed = rest.map(({ at, level, title, message }) =>
    visible(`  ${at === null ? '-' : showLocation(at)} ${level}[${title}] ${message}`),
  );
  const text = [
    ...(rest.length === 0 ? [] : [`${rest.length} more than GitHub shows as annotations:`, ...listed]),
    `${errors.length} unreadable, ${findings.length} findings, ${suppressed.length} silenced`,
  ].join('\n');
  // A text cannot contain its own hash, so it cannot end the guarded part.
  const token = createHash('sha256').update(text).digest('hex').slice(0, 32);
  return `${shown.map((entry) => `${annotation(entry)}\n`).join('')}::stop-commands::${token}\n${text}\n::${token}::\n`;
}

interface Entry {
  readonly level: 'error' | 'warning' | 'notice';
  readonly at: Location | null;
  readonly title: string;
  readonly message: string;
}

function annotation({ level, at, title, message }: Entry): string {
  const place =
    at === null
      ? ''
      : `file=${property(visible(at.file))},line=${at.line},col=${at.column},endLine=${at.endLine},endColumn=${at.endColumn},`;
  return `::${level} ${place}title=${property(title)}::${data(visible(message))}`;
}

/** Escapes the data of a command, as the runner unescapes it. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Properties end at a comma or colon. */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
