import { join } from 'node:path';
import { STRENGTHENED } from '../../incident/state.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import type { StrengthenView } from '../../report/incident-strengthen.ts';
import { strengthenJson, strengthenMarkdown, strengthenPretty } from '../../report/incident-strengthen.ts';
import { systemFiles } from '../../system/files.ts';
import { proposeOnBranch } from '../incident-branch.ts';
import { appendRecord, authorOf } from '../incident-folder.ts';
import type { Proposal } from '../incident-proposal.ts';
import { proposalFor } from '../incident-proposal.ts';
import { formatsOf } from '../../report/formats.ts';
import type { Io } from '../io.ts';
import { loadIncidentState } from '../load-incident-state.ts';
import { readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';
import { paintFor } from '../paint.ts';
import { renderDiff } from '../render-diff.ts';
import { writeRepaired } from '../write-fixes.ts';

/** The text of the pull request, beside the incident. */
const PULL_REQUEST_FILE = 'pull-request.md';

/** What this command is given beside what all commands are. */
type Options = CommandOptions & { readonly plan?: string; readonly branch?: string | boolean };

/**
 * `firebreak incident strengthen [INCIDENT]`: what would have ended it sooner, as changes of the policies, with what they
 * mean for tokens. Shown; written into the work tree with --apply, or onto a branch of its own with --branch.
 *
 * @throws UserError document/*, usage/*, git/*
 */
export async function runIncidentStrengthen(io: Io, [named]: readonly string[], options: Options): Promise<ExitCode> {
  const targets = readOutputs(options, formatsOf('incident strengthen'), 'pretty');
  const now = readNow(options.now);
  if (options.apply === true && options.branch !== undefined) {
    throw new UserError('usage/bad-argument', '--apply and --branch write the same changes to two places', {
      hint: 'choose one of them',
    });
  }
  const { state, incident, folder } = await loadIncidentState(named, options, now);
  const branchName = typeof options.branch === 'string' ? options.branch : `firebreak/incident-${incident.name}`;
  const labels = ['HEAD', options.apply === true ? 'working tree' : branchName] as const;
  const proposal = await proposalFor(named, options, {
    incident,
    folder,
    state,
    now,
    labels,
    isForBranch: options.branch !== undefined,
  });
  const { written, byHand, files, findings } = proposal;
  const branch =
    options.branch === undefined || files.length === 0
      ? null
      : await proposeOnBranch(branchName, files, messageOf(incident.name, proposal));
  const view: StrengthenView = { incident: state.incident, folder, written, byHand, files, findings, branch };
  const report = { diff: proposal.compared.diff, gate: null, replay: null };
  const diffAs = (format: string, terminal: boolean): string =>
    renderDiff(report, { format, terminal, io, options, texts: proposal.compared.head.texts });
  await writeOutputs(
    targets,
    (format, terminal) => {
      if (format === 'json') return strengthenJson(view);
      if (format === 'markdown') return strengthenMarkdown(view, diffAs('markdown', false));
      return strengthenPretty(
        view,
        diffAs('pretty', terminal),
        paintFor(io, 'out', terminal ? options.color : 'never'),
      );
    },
    io,
  );
  if (files.length === 0) return EXIT.done;
  if (branch === null && options.apply !== true) {
    io.err(
      options.branch === undefined
        ? 'nothing was written; write it with --branch or --apply\n'
        : 'no branch was made: the last commit has all of it\n',
    );
    return EXIT.done;
  }
  if (options.apply === true) await writeFiles(files);
  const pullRequest = join(folder, PULL_REQUEST_FILE);
  await systemFiles.writeAtomically(pullRequest, strengthenMarkdown(view, diffAs('markdown', false)), 0o644);
  const author = await authorOf(options.by, incident.lead);
  await appendRecord(folder, {
    author,
    event: STRENGTHENED,
    data: { files: files.map(({ file }) => file), branch: branch?.name ?? null, commit: branch?.commit ?? null },
    now,
  });
  io.err(
    `  wrote ${branch === null ? files.map(({ file }) => file).join(', ') : `branch ${branch.name} (${branch.commit.slice(0, 12)})`}\n  wrote ${pullRequest}\n`,
  );
  return EXIT.done;
}

async function writeFiles(files: Proposal['files']): Promise<void> {
  for (const { file, before, after } of files) {
    if (before === null) await systemFiles.writeAtomically(file, after, 0o644);
    else await writeRepaired([{ file, before, after, count: 1 }]);
  }
}

function messageOf(name: string, { written }: Proposal): string {
  return [`Strengthen policies after incident ${name}`, '', ...written.map(({ says }) => `- ${says}`)].join('\n');
}
