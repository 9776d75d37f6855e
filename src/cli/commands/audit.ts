import { appendRound } from '../../audit/append-round.ts';
import { historyFileName } from '../../audit/issuer-urls.ts';
import { roundLine } from '../../audit/round.ts';
import { DEFAULT_FETCHES, runRound } from '../../audit/run-round.ts';
import { findingsIn } from '../../lint/findings-in.ts';
import { lint } from '../../lint/lint.ts';
import type { EstateInput } from '../../lint/read-estate.ts';
import { readEstate } from '../../lint/read-whole.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT, worstExit } from '../../model/exit.ts';
import type { LintResult } from '../../model/finding.ts';
import type { IssuerHistory } from '../../model/history.ts';
import { RULES } from '../../rules/registry.ts';
import { decodeText } from '../../source/decode.ts';
import { createDocumentFetcher } from '../../system/document-fetcher.ts';
import { systemFiles } from '../../system/files.ts';
import type { AuditTarget } from '../audit-targets.ts';
import { auditTargets, readAllow, readFetches } from '../audit-targets.ts';
import type { Io } from '../io.ts';
import { defaultPaths, loadFiles, readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';
import { readOutputs } from '../output.ts';
import { LINT_FORMATS, exitOfLint, writeLintOutputs } from '../render-lint.ts';

/** Rules that judge what issuers serve. */
const FAMILIES: readonly string[] = ['discovery', 'jwks', 'live'];

/** Where rounds are kept unless the command line says otherwise. */
const HISTORY_FOLDER = 'jwks-history';

/**
 * `firebreak audit`: asks issuers for their metadata and key sets, adds what they answered to their histories and judges
 * the histories. `--replay` judges recorded ones without any network; both ways give the same findings.
 */
export async function runAudit(io: Io, args: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const targets = readOutputs(options, LINT_FORMATS, 'pretty');
  const now = readNow(options.now);
  const documents = await loadDocuments(options.policies);
  const histories =
    options.replay === undefined
      ? await audit(io, { args, options, now, documents })
      : (await loadFiles(options.replay)).map((file) => ({ ...file, named: true }));
  const files = new Set(histories.map(({ file }) => file));
  const read = readEstate([...documents.filter(({ file }) => !files.has(file)), ...histories], { now });
  const result = findingsIn(
    lint(read, { ...chosenRules(options), compromised: options.compromised ?? [], ignores: false }),
    files,
  );
  await writeLintOutputs(targets, result, read.texts, { io, options });
  return exitOf(result, read.estate.histories ?? [], options.failOn ?? 'error');
}

interface AuditRun {
  readonly args: readonly string[];
  readonly options: CommandOptions;
  readonly now: number;
  readonly documents: readonly EstateInput[];
}

/** One round for each issuer. Gives the histories with the new rounds in them. */
async function audit(io: Io, { args, options, now, documents }: AuditRun): Promise<readonly EstateInput[]> {
  const fetches = readFetches(options.fetches, DEFAULT_FETCHES);
  const { inventories } = readEstate(documents, { now }).estate;
  const issuers = auditTargets(args, inventories, readAllow(options.allow ?? []));
  const histories = new Map<string, string>();
  for (const target of issuers) {
    const file = historyFile(target, options.history);
    const before = histories.get(file) ?? (await readIfThere(file));
    const answers = await runRound(target, createDocumentFetcher(target.allow), { fetches, time: now });
    const after = appendRound(before, roundLine(target, answers));
    histories.set(file, after);
    if (options.history !== false) await systemFiles.writeAtomically(file, after);
    if (options.quiet !== true) io.err(`asked ${target.issuer}: ${answers.keySets.length} fetches of its key set\n`);
  }
  return [...histories].map(([file, text]) => ({ file, text, named: true }));
}

function historyFile({ issuer }: AuditTarget, history: string | boolean | undefined): string {
  const folder = typeof history === 'string' ? history.replace(/(?<!\/)\/+$/, '') : HISTORY_FOLDER;
  return `${folder}/${historyFileName(issuer)}`;
}

async function readIfThere(file: string): Promise<string> {
  return (await systemFiles.exists(file)) ? decodeText(file, await systemFiles.readBytes(file)) : '';
}

/** Policies, inventories and recorded tokens that findings are judged by. A repository may have none. */
async function loadDocuments(paths: readonly string[] | undefined): Promise<readonly EstateInput[]> {
  if (paths !== undefined) return loadFiles(paths);
  const present = await defaultPaths().catch(() => []);
  return present.length === 0 ? [] : loadFiles(present);
}

function chosenRules({ only, skip }: CommandOptions): {
  readonly only: readonly string[];
  readonly skip: readonly string[];
} {
  const judging = RULES.map(({ id }) => id).filter((id) => FAMILIES.includes(id.split('/')[0] ?? ''));
  return { only: only ?? judging, skip: skip ?? [] };
}

/** 4 when the last round of an issuer brought no key set: whatever its older rounds say, nothing is known of it now. */
function exitOf(result: LintResult, histories: readonly IssuerHistory[], failOn: string): ExitCode {
  const isUnknown = histories.some(({ observations }) => (observations.at(-1)?.sets.length ?? 0) === 0);
  return worstExit([exitOfLint(result, failOn), isUnknown ? EXIT.inconclusive : EXIT.done]);
}
