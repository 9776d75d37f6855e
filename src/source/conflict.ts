import type { Location } from '../model/location.ts';

/** The lines that git puts around the two sides of a conflict (git-merge, "How conflicts are presented"). */
const MARKERS: readonly RegExp[] = [/^<{7}(?: |$)/, /^={7}$/, /^>{7}(?: |$)/];

/** Where the first conflict of a merge begins that nobody resolved; null for a text without one. */
export function findConflict(file: string, text: string): Location | null {
  if (!text.includes('<<<<<<<')) return null;
  let expected = 0;
  let begin = 0;
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (MARKERS[0]?.test(line) === true) {
      begin = at + 1;
      expected = 1;
    } else if (expected > 0 && MARKERS[expected]?.test(line) === true) expected += 1;
    if (expected === MARKERS.length) return { file, line: begin, column: 1, endLine: begin, endColumn: 8 };
  }
  return null;
}
