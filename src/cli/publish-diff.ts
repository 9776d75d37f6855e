import type { GateResult } from '../model/change.ts';
import type { FileLinks } from '../report/diff-links.ts';
import { DIFF_MARKER, diffMarkdown, resolvedMarkdown } from '../report/diff-markdown.ts';
import type { DiffReport } from '../report/diff-wording.ts';
import { diffHeadline, isEmptyDiff } from '../report/diff-wording.ts';
import type { CheckConclusion } from '../system/github.ts';
import type { Io } from './io.ts';
import type { CommentOutcome } from './pull-request.ts';
import { publishReport } from './pull-request.ts';
import { VERSION } from './version.ts';
import { workspaceFolder } from './workspace.ts';

/** What holds a merge up is a failure or asks for an action; what could not be evaluated is no pass. */
const CONCLUSIONS: Readonly<Record<GateResult['outcome'], CheckConclusion>> = {
  pass: 'success',
  warn: 'neutral',
  blocked: 'failure',
  inconclusive: 'failure',
};

/**
 * The difference as a comment on the pull request of this workflow run; nothing is written while nothing changed and no
 * comment was there.
 *
 * @param check also writes a check of this name, which a branch rule can demand; null for none
 */
export function publishDiff(report: DiffReport, io: Io, check: string | null = null): Promise<CommentOutcome> {
  const links = fileLinks(report, io.env);
  const text = (limit?: number): string =>
    diffMarkdown(report, { version: VERSION, links, ...(limit === undefined ? {} : { limit }) });
  return publishReport(
    {
      marker: DIFF_MARKER,
      body: isQuiet(report) ? null : text(),
      resolved: resolvedMarkdown(report, { version: VERSION }),
      shorter: text,
      ...(check === null || report.gate === null
        ? {}
        : { check: { name: check, conclusion: conclusionOf(report.gate), title: diffHeadline(report) } }),
    },
    io,
  );
}

/** A gate that says more than "passed" is worth a comment even where no token changes. */
function isQuiet({ diff, gate }: DiffReport): boolean {
  return isEmptyDiff(diff) && (gate === null || gate.outcome === 'pass');
}

/** Only approvals are missing: somebody can act on it without another commit. */
function conclusionOf(gate: GateResult): CheckConclusion {
  const denied = gate.reasons.some(({ rule }) => rule === 'deny');
  return gate.outcome === 'blocked' && gate.missing.length > 0 && !denied
    ? 'action_required'
    : CONCLUSIONS[gate.outcome];
}

/** Where the files of both commits can be read on the server of the workflow; null outside of one. */
export function fileLinks({ diff: { base, head } }: DiffReport, env: Io['env']): FileLinks | null {
  const { GITHUB_SERVER_URL: serverUrl, GITHUB_REPOSITORY: repository } = env;
  if (serverUrl === undefined || !/^https:\/\/[\w.:-]+$/.test(serverUrl)) return null;
  if (repository === undefined || !/^[\w.-]+\/[\w.-]+$/.test(repository)) return null;
  const below = workspaceFolder(env);
  if (below === null) return null;
  const folder = below.split('/').map(encodeURIComponent).join('/');
  const root = (commit: string | null): string | null =>
    commit === null ? null : `${serverUrl}/${repository}/blob/${commit}/${folder}`;
  return { base: root(base.commit), head: root(head.commit) };
}
