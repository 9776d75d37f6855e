import { createHash } from 'node:crypto';
import type { LintResult, Severity } from '../model/finding.ts';
import type { Location } from '../model/location.ts';
import { jsonText } from './json-text.ts';
import { visible } from './visible.ts';

/** Levels of the Code Quality report format (docs.gitlab.com/ci/testing/code_quality). */
const LEVELS: Readonly<Record<Severity, 'critical' | 'minor' | 'info'>> = {
  error: 'critical',
  warning: 'minor',
  info: 'info',
};

/**
 * A Code Quality report: every member that GitLab requires, paths without a leading `./`, fingerprints of our own, which
 * are unique, because GitLab shows only the first of two alike.
 */
export function lintGitlab({ findings, errors }: LintResult): string {
  const entries = [
    ...errors.map(({ code, message, hint, at }) => ({
      description: visible(`${message}${hint === null ? '' : `; ${hint}`}`),
      check_name: code,
      fingerprint: hashOf(code, message, at),
      severity: 'blocker',
      location: locationOf(at),
    })),
    ...findings.map(({ rule, severity, message, at, fingerprint }) => ({
      description: visible(message),
      check_name: rule,
      fingerprint,
      severity: LEVELS[severity],
      location: locationOf(at),
    })),
  ];
  return jsonText(entries);
}

function locationOf(at: Location | null): object {
  if (at === null) return { path: '.', lines: { begin: 1 } };
  return { path: at.file.replace(/^(?:\.\/)+/, ''), lines: { begin: at.line, end: Math.max(at.line, at.endLine) } };
}

function hashOf(code: string, message: string, at: Location | null): string {
  return createHash('sha256')
    .update(JSON.stringify(['v1', code, message, at]))
    .digest('hex')
    .slice(0, 16);
}
