import type { Report } from '../model/finding.ts';
import { showLocation } from '../model/location.ts';

/** The profile in the subject and in the message of a report, as `labelOf` and `subjectOf` of the rules write them. */
const IN_SUBJECT = / \[[^[\]]*\](?=\/[^/]*$)/;
const IN_MESSAGE = / of profile "[^"]*"/;

/**
 * A profile inherits what its base writes, so a rule finds the same thing in the same place for both. It is told once, of
 * the base where there is one.
 */
export function onceForProfiles(reports: readonly Report[]): readonly Report[] {
  const told = new Map<string, Report>();
  for (const report of reports) {
    const key = keyOf(report);
    const before = told.get(key);
    if (before === undefined || (IN_SUBJECT.test(before.subject) && !IN_SUBJECT.test(report.subject))) {
      told.set(key, report);
    }
  }
  return reports.filter((report) => !IN_SUBJECT.test(report.subject) || told.get(keyOf(report)) === report);
}

function keyOf({ at, subject, message, value }: Report): string {
  return [showLocation(at), subject.replace(IN_SUBJECT, ''), message.replace(IN_MESSAGE, ''), value].join('\n');
}
