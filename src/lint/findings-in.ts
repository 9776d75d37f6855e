import type { LintResult, Severity } from '../model/finding.ts';

/** The part of a result that is about some of the files. What could not be read stays: it may have hidden findings. */
export function findingsIn(result: LintResult, files: ReadonlySet<string>): LintResult {
  const findings = result.findings.filter(({ at }) => files.has(at.file));
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
  return {
    ...result,
    findings,
    suppressed: result.suppressed.filter(({ finding }) => files.has(finding.at.file)),
    summary: {
      ...result.summary,
      bySeverity: { error: count('error'), warning: count('warning'), info: count('info') },
    },
  };
}
