import type { LintResult } from '../model/finding.ts';
import { lintMarkdown } from '../report/markdown.ts';
import type { Io } from './io.ts';
import type { CommentOutcome } from './pull-request.ts';
import { publishReport } from './pull-request.ts';

const MARKER = '<!-- firebreak:lint -->';

/** The findings as a comment on the pull request of this workflow run; without findings only an earlier one changes. */
export function publishLint(result: LintResult, io: Io): Promise<CommentOutcome> {
  const isClean = result.findings.length + result.errors.length === 0;
  const text = (bytes?: number): string => `${MARKER}\n${lintMarkdown(result, bytes)}`;
  return publishReport(
    {
      marker: MARKER,
      body: isClean ? null : text(),
      resolved: text(),
      shorter: text,
    },
    io,
  );
}
