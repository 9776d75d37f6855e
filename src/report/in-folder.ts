import type { DimensionChange, PolicyChange } from '../model/change.ts';
import type { LintResult } from '../model/finding.ts';
import type { Location } from '../model/location.ts';
import type { DiffReport } from './diff-wording.ts';

/**
 * A result with its files named from the root of the repository, as code hosts want them, for a command that ran in a
 * folder of it. Files that are not below the folder keep their names.
 *
 * @param folder `services/orders/`; nothing for the root
 */
export function lintInFolder(result: LintResult, folder: string): LintResult {
  if (folder === '') return result;
  return {
    ...result,
    findings: result.findings.map((finding) => ({
      ...finding,
      at: moved(finding.at, folder),
      related: finding.related.map((other) => ({ ...other, at: moved(other.at, folder) })),
    })),
    errors: result.errors.map((error) => ({ ...error, at: movedOrNull(error.at, folder) })),
  };
}

/** The same for a difference. */
export function diffInFolder({ diff, gate }: DiffReport, folder: string): DiffReport {
  if (folder === '') return { diff, gate };
  const side = (each: DiffReport['diff']['base']): DiffReport['diff']['base'] => ({
    ...each,
    problems: each.problems.map((problem) => ({ ...problem, at: movedOrNull(problem.at, folder) })),
  });
  const dimension = (each: DimensionChange): DimensionChange => ({
    ...each,
    atBefore: movedOrNull(each.atBefore, folder),
    atAfter: movedOrNull(each.atAfter, folder),
  });
  const change = (each: PolicyChange): PolicyChange => ({ ...each, dimensions: each.dimensions.map(dimension) });
  return { diff: { ...diff, base: side(diff.base), head: side(diff.head), changes: diff.changes.map(change) }, gate };
}

function moved(at: Location, folder: string): Location {
  return at.file.startsWith('/') || at.file.startsWith('../') ? at : { ...at, file: `${folder}${at.file}` };
}

function movedOrNull(at: Location | null, folder: string): Location | null {
  return at === null ? null : moved(at, folder);
}
