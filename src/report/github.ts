import type { Finding, LintResult, Severity } from '../model/finding.ts';
import { showLocation } from '../model/location.ts';

/** Annotations of one level that GitHub shows for a step. */
const PER_LEVEL = 10;

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/**
 * Workflow commands for annotations. Everything that comes from linted files is escaped, and whatever is printed beside
 * the commands stands between stop-commands markers, so that a file cannot give orders to the runner.
 */
export function lintGithub({ findings, errors }: LintResult): string {
  const lines: string[] = errors
    .slice(0, PER_LEVEL)
    .map(
      ({ at, code, message }) =>
        `::error ${at === null ? '' : `file=${property(at.file)},line=${at.line},col=${at.column},endColumn=${at.endColumn},endLine=${at.endLine},`}title=${property(code)}::${data(message)}`,
    );
  const rest: Finding[] = [];
  for (const severity of ['error', 'warning', 'info'] as const) {
    const ofLevel = findings.filter((finding) => finding.severity === severity);
    lines.push(...ofLevel.slice(0, PER_LEVEL).map(annotation));
    rest.push(...ofLevel.slice(PER_LEVEL));
  }
  if (rest.length === 0) return lines.map((line) => `${line}\n`).join('');
  const token = `firebreak-${rest[0]?.fingerprint ?? 'rest'}`;
  return [
    ...lines,
    `::stop-commands::${token}`,
    `${rest.length} more findings than GitHub shows as annotations:`,
    ...rest.map(
      ({ at, severity, rule, message }) =>
        `  ${showLocation(at)} ${severity}[${rule}] ${message.replaceAll(/[\r\n]+/g, ' ')}`,
    ),
    `::${token}::`,
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function annotation({ severity, rule, message, at }: Finding): string {
  return `::${COMMANDS[severity]} file=${property(at.file)},line=${at.line},col=${at.column},endLine=${at.endLine},endColumn=${at.endColumn},title=${property(rule)}::${data(message)}`;
}

/** Escapes the data of a command, as the runner unescapes it. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Properties end at a comma or colon. */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
