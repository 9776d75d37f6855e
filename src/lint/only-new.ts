import type { Finding, LintResult, Since } from '../model/finding.ts';
import { countBySeverity } from './count.ts';

/**
 * Leaves the findings that a base does not have: those with another fingerprint, unless it is the same finding in a file
 * that was moved. What could not be evaluated stays, because nobody knows what hides in it.
 *
 * @param base the same run over the base, at the same instant
 */
export function onlyNew(
  head: LintResult,
  base: LintResult,
  { ref, commit }: Pick<Since, 'ref' | 'commit'>,
): LintResult {
  const unmatched = new Map(base.findings.map((finding) => [finding.fingerprint, finding]));
  const present = new Set([...head.findings, ...head.suppressed.map(({ finding }) => finding)].map(fingerprintOf));
  const added = head.findings.filter(({ fingerprint }) => !unmatched.delete(fingerprint));
  // A file that still has the finding was copied, not moved.
  const movable = new Map<string, Finding>();
  for (const finding of unmatched.values()) {
    if (!present.has(finding.fingerprint)) movable.set(finding.contentFingerprint, finding);
  }
  const findings = added.filter(({ contentFingerprint }) => {
    const moved = movable.get(contentFingerprint);
    if (moved === undefined) return true;
    movable.delete(contentFingerprint);
    unmatched.delete(moved.fingerprint);
    return false;
  });
  const silenced = new Set(head.suppressed.map(({ finding }) => finding.fingerprint));
  return {
    ...head,
    findings,
    since: {
      ref,
      commit,
      known: head.findings.length - findings.length,
      fixed: [...unmatched.keys()].filter((fingerprint) => !silenced.has(fingerprint)).length,
    },
    summary: { ...head.summary, bySeverity: countBySeverity(findings) },
  };
}

function fingerprintOf({ fingerprint }: Finding): string {
  return fingerprint;
}
