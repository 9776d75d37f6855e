import type { Finding, LintResult, Suppressed } from '../model/finding.ts';
import type { Location } from '../model/location.ts';
import { jsonText } from './json-text.ts';

/** Version of the JSON output; additive within a major. */
const SCHEMA_VERSION = '1.0';

/** The machine contract, as schema/output/lint.json describes it. Lines and columns are 1-based. */
export function lintJson(result: LintResult): string {
  const { findings, suppressed, errors, since, profile = 'default' } = result;
  const document = {
    schema_version: SCHEMA_VERSION,
    profile,
    summary: summaryRow(result),
    ...(since === undefined ? {} : { since }),
    findings: findings.map(findingRow),
    suppressed: suppressed.map(suppressedRow),
    errors: errors.map(errorRow),
  };
  return jsonText(document);
}

/** The same as one record a line, each with its `type`; the summary is the last, so that a cut file is noticed. */
export function lintJsonl(result: LintResult): string {
  const { findings, suppressed, errors, since, profile = 'default' } = result;
  const records = [
    ...errors.map((error) => ({ type: 'error', ...errorRow(error) })),
    ...findings.map((finding) => ({ type: 'finding', ...findingRow(finding) })),
    ...suppressed.map((each) => ({ type: 'suppressed', ...suppressedRow(each) })),
    {
      type: 'summary',
      schema_version: SCHEMA_VERSION,
      profile,
      ...summaryRow(result),
      ...(since === undefined ? {} : { since }),
    },
  ];
  return records.map((record) => jsonText(record, 0)).join('');
}

function summaryRow({ summary, suppressed }: LintResult): object {
  return {
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
  };
}

function suppressedRow({ finding, how, reason, owner, until, at }: Suppressed): object {
  return {
    ...findingRow(finding),
    how,
    reason,
    owner,
    until,
    silenced_at: place(at),
    ...(how === 'directive' ? { directive: place(at) } : {}),
  };
}

function errorRow({ code, message, hint, at }: LintResult['errors'][number]): object {
  return {
    code,
    message,
    hint,
    ...(at === null ? { path: null, line: null, column: null, end_line: null, end_column: null } : place(at)),
  };
}

function findingRow(finding: Finding): object {
  const { rule, severity, confidence, message, at, related, subject, fingerprint, contentFingerprint, fix } = finding;
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
    ...(fix === undefined ? {} : { fix: { title: fix.title, safe: fix.safe } }),
  };
}

function place({ file, line, column, endLine, endColumn }: Location): object {
  return { path: file, line, column, end_line: endLine, end_column: endColumn };
}
