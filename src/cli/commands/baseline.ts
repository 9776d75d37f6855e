import type { BaselineChange, BaselineTerms, Entry } from '../../lint/baseline-file.ts';
import { baselineText, growBaseline, pruneBaseline } from '../../lint/baseline-file.ts';
import { readEstate } from '../../lint/read-whole.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import type { Finding } from '../../model/finding.ts';
import { toTimestamp } from '../../model/instant.ts';
import type { Baseline } from '../../model/waiver.ts';
import { counted } from '../../report/counted.ts';
import { visible } from '../../report/visible.ts';
import { decodeText } from '../../source/decode.ts';
import { systemFiles } from '../../system/files.ts';
import type { Io } from '../io.ts';
import { BASELINE_FILE, lintPaths } from '../lint-run.ts';
import { InvalidDocuments } from '../load-estate.ts';
import { readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';
import { jsonText } from '../../report/json-text.ts';

/** `firebreak baseline write`: adds today's findings to the baseline; removes nothing. */
export async function runBaselineWrite(io: Io, paths: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const file = options.file ?? BASELINE_FILE;
  const before = await readBaselineFile(file);
  const terms = termsOf(before, options);
  const change = growBaseline(before, await openFindings(paths, options));
  await systemFiles.writeAtomically(file, checkedText(file, terms, change.entries));
  tell(io, file, change);
  return EXIT.done;
}

/** `firebreak baseline prune`: removes entries whose finding is gone; adds nothing but moved ones. */
export async function runBaselinePrune(io: Io, paths: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const file = options.file ?? BASELINE_FILE;
  const before = await existingBaseline(file);
  const change = pruneBaseline(before, await openFindings(paths, options));
  if (change.entries.length === 0) await systemFiles.remove(file);
  else await systemFiles.writeAtomically(file, checkedText(file, termsOf(before, options), change.entries));
  tell(io, file, change);
  if (change.entries.length === 0) io.out(`removed ${file}: nothing is left in it\n`);
  return EXIT.done;
}

/** `firebreak baseline show`: what is in it. */
export async function runBaselineShow(io: Io, _paths: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const targets = readOutputs(options, ['pretty', 'json'], 'pretty');
  const { name, owner, reason, created, expires, entries } = await existingBaseline(options.file ?? BASELINE_FILE);
  const json = {
    schema_version: '1.0',
    name,
    owner,
    reason,
    created: created?.text ?? null,
    expires: expires.text,
    entries: entries.map(({ path, rule, subject, fingerprint }) => ({ path, rule, subject, fingerprint })),
  };
  const pretty = [
    `baseline ${name}: ${counted(entries.length, 'finding')} until ${expires.text}, ${visible(owner)}`,
    `  ${visible(reason)}`,
    ...entries.map(entryLine).map((line) => `  ${line}`),
    '',
  ].join('\n');
  await writeOutputs(targets, (format) => (format === 'json' ? jsonText(json) : pretty), io);
  return EXIT.done;
}

/** What no directive and no waiver silences. Findings about exceptions cannot be silenced, so they never go in. */
async function openFindings(paths: readonly string[], options: CommandOptions): Promise<readonly Finding[]> {
  const { read, result } = await lintPaths(paths, { ...options, baseline: false });
  if (read.problems.length > 0) throw new InvalidDocuments(read.problems, read.texts);
  return result.findings.filter(({ rule }) => !rule.startsWith('lint/'));
}

async function readBaselineFile(file: string): Promise<Baseline | null> {
  if (!(await systemFiles.exists(file))) return null;
  const text = decodeText(file, await systemFiles.readBytes(file));
  const { baselines, problems, texts } = readEstate([{ file, text, named: true }], { now: 0 });
  if (problems.length > 0) throw new InvalidDocuments(problems, texts);
  const [baseline, second] = baselines;
  if (baseline !== undefined && second === undefined) return baseline;
  throw new UserError('document/invalid', `${file} holds ${baselines.length} baselines, not one`, {
    hint: 'name the file of one baseline with --file',
  });
}

async function existingBaseline(file: string): Promise<Baseline> {
  const baseline = await readBaselineFile(file);
  if (baseline !== null) return baseline;
  throw new UserError('file/missing', `there is no baseline ${file}`, {
    hint: 'firebreak baseline write makes one, --file names another',
  });
}

/** From the command line, else from the baseline as it is. @throws UserError usage/bad-argument for what neither says */
function termsOf(before: Baseline | null, { owner, reason, until, now }: CommandOptions): BaselineTerms {
  const terms = {
    owner: owner ?? before?.owner,
    reason: reason ?? before?.reason,
    until: until ?? before?.expires.text,
  };
  const missing = Object.entries(terms).flatMap(([name, value]) => (value === undefined ? [`--${name}`] : []));
  if (missing.length > 0) {
    throw new UserError('usage/bad-argument', `a new baseline needs ${missing.join(', ')}`, {
      hint: "--owner @team --until 2027-01-31 --reason 'why these findings are acceptable for now'",
    });
  }
  return {
    name: before?.name ?? 'main',
    owner: terms.owner ?? '',
    reason: terms.reason ?? '',
    created: before?.created?.text ?? toTimestamp(readNow(now)).slice(0, 'YYYY-MM-DD'.length),
    expires: terms.until ?? '',
  };
}

/** Nothing is written that the next run would refuse. */
function checkedText(file: string, terms: BaselineTerms, entries: readonly Entry[]): string {
  const text = baselineText(terms, entries);
  const { problems, texts } = readEstate([{ file, text, named: true }], { now: 0 });
  if (problems.length > 0) throw new InvalidDocuments(problems, texts);
  return text;
}

function tell(io: Io, file: string, { entries, added, removed }: BaselineChange): void {
  for (const entry of removed) io.out(`- ${entryLine(entry)}\n`);
  for (const entry of added) io.out(`+ ${entryLine(entry)}\n`);
  io.out(
    `${visible(file)}: ${added.length} added, ${removed.length} removed, ${counted(entries.length, 'entry', 'entries')}\n`,
  );
}

function entryLine({ path, rule, subject, fingerprint }: Entry): string {
  return `${visible(path)}  ${rule}  ${visible(subject)}  ${fingerprint}`;
}
