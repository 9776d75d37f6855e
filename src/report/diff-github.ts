import { noticesOf } from './diff-notices.ts';
import type { DiffReport } from './diff-wording.ts';
import { diffHeadline, gateHeadline, sideName } from './diff-wording.ts';
import { githubAnnotations } from './github.ts';

/** Annotations at the changed lines of the new side, and what the gate says in the log. */
export function diffGithub(report: DiffReport): string {
  const { diff, gate } = report;
  const problems = [diff.base, diff.head].flatMap((side) =>
    side.problems.map(({ code, message, at }) => ({
      level: 'error' as const,
      // Only files of the new side are there to be annotated.
      at: side === diff.head ? at : null,
      title: code,
      message: side === diff.head ? message : `in ${sideName(side)}: ${message}`,
    })),
  );
  const notices = noticesOf(report).map(({ rule, level, message, at }) => ({ level, at, title: rule, message }));
  const what = diffHeadline({ diff, gate: null });
  const closing = gate === null ? what : `${what}. Gate: ${gateHeadline(gate)}`;
  return githubAnnotations([...problems, ...notices], closing);
}
