import type { Finding, LintResult } from '../model/finding.ts';
import type { Location } from '../model/location.ts';
import { jsonText } from './json-text.ts';

/** Version of the JSON output; additive within a major. */
const SCHEMA_VERSION = '1.0';

/** The machine contract, as schema/output/lint.json describes it. Lines and columns are 1-based. */
export function lintJson({ findings, suppressed, errors, summary, since }: LintResult): string {
  const document = {
    schema_version: SCHEMA_VERSION,
    summary: {
      policies: summary.policies,
      inventories: summary.inventories,
      drills: summary.drills,
      jwks: summary.jwks,
      tokens: summary.tokens,
      configs: summary.configs,
      rules: summary.rules,
      errors: summary.bySeverity.error,
      warnings: summary.bySeverity.warning,
      infos: summary.bySeverity.info,
      suppressed: suppressed.length,
    },
    ...(since === undefined ? {} : { since }),
    findings: findings.map(findingRow),
    suppressed: suppressed.map(({ finding, how, reason, owner, until, at }) => ({
      ...findingRow(finding),
      how,
      reason,
      owner,
      until,
      silenced_at: place(at),
      ...(how === 'directive' ? { directive: place(at) } : {}),
    })),
    errors: errors.map(({ code, message, hint, at }) => ({
      code,
      message,
      hint,
      ...(at === null ? { path: null, line: null, column: null, end_line: null, end_column: null } : place(at)),
    })),
  };
  return jsonText(document);
}

function findingRow(finding: Finding): object {
  const { rule, severity, confidence, message, at, related, subject, fingerprint, contentFingerprint } = finding;
  return {
    rule,
    severity,
    confidence,
    message,
    ...place(at),
    subject,
    fingerprint,
    content_fingerprint: contentFingerprint,
    related: related.map((other) => ({ ...place(other.at), message: other.message })),
  };
}

function place({ file, line, column, endLine, endColumn }: Location): object {
  return { path: file, line, column, end_line: endLine, end_column: endColumn };
}
