import { join } from 'node:path';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import { toTimestamp } from '../../model/instant.ts';
import type { Scenario } from '../../model/policy.ts';
import { SCENARIOS } from '../../model/policy.ts';
import type { Runbook } from '../../model/runbook.ts';
import { runbookFor } from '../../readiness/runbook.ts';
import { SCENARIO_WORDS } from '../../readiness/runbook-words.ts';
import { runbookCacao } from '../../report/runbook-cacao.ts';
import { runbookMarkdown } from '../../report/runbook-markdown.ts';
import { decodeText } from '../../source/decode.ts';
import { systemFiles } from '../../system/files.ts';
import type { Io } from '../io.ts';
import { readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';
import { loadReadiness } from '../readiness-input.ts';

type Format = 'markdown' | 'cacao';

/** What this command is given beside what all commands are. */
type Options = Pick<CommandOptions, 'now' | 'format' | 'scenario' | 'environment'> & {
  readonly all?: boolean;
  /** Where the files are. */
  readonly dir?: string;
  readonly check?: boolean;
};

const ENDINGS: Readonly<Record<Format, string>> = { markdown: '.md', cacao: '.cacao.json' };

/** Where `--check` looks when no folder is named. */
const FOLDER = 'runbooks';

/**
 * `firebreak runbook [PATHS] --scenario X | --all`: what to do on the day, out of policies and inventories. With --check,
 * 1 when the files on disk are not what would be written.
 *
 * @throws UserError usage/bad-argument, usage/no-input, document/invalid, file/*
 */
export async function runRunbook(io: Io, paths: readonly string[], given: object): Promise<ExitCode> {
  const options: Options = given;
  const format = formatOf(options.format);
  const scenarios = chosenScenarios(options);
  const input = await loadReadiness(paths, options);
  const runbooks = scenarios.flatMap((scenario) => runbookFor(scenario, input) ?? []);
  if (runbooks.length === 0) {
    throw new UserError('usage/no-input', 'no verifier is concerned, so there is nothing to write a runbook for', {
      hint: 'name an Inventory with verifiers that hold such a credential',
    });
  }
  const now = toTimestamp(readNow(options.now));
  if (options.check === true) return check(io, { runbooks, scenarios, format, folder: options.dir ?? FOLDER });
  if (options.dir !== undefined) {
    for (const runbook of runbooks) {
      const file = join(options.dir, fileName(runbook.slug, format));
      await systemFiles.writeAtomically(file, textOf(runbook, format, { now, before: await textAt(file) }));
      io.err(`wrote ${file}\n`);
    }
    return EXIT.done;
  }
  if (format === 'cacao' && runbooks.length > 1) {
    throw new UserError('usage/bad-argument', `${runbooks.length} playbooks do not fit into one document`, {
      hint: 'name a folder: --dir runbooks, or one --scenario',
    });
  }
  io.out(runbooks.map((runbook) => textOf(runbook, format, { now, before: null })).join('\n'));
  return EXIT.done;
}

function formatOf(text: string | undefined): Format {
  return text === 'cacao' ? 'cacao' : 'markdown';
}

function chosenScenarios({ scenario, all }: Options): readonly Scenario[] {
  if ((scenario === undefined) === (all !== true)) {
    throw new UserError('usage/bad-argument', 'name one scenario, or ask for all of them', {
      hint: `--scenario ${SCENARIOS.join('|')}, or --all`,
    });
  }
  return scenario === undefined ? SCENARIOS : SCENARIOS.filter((each) => each === scenario);
}

function fileName(slug: string, format: Format): string {
  return `${slug}${ENDINGS[format]}`;
}

/**
 * The text of a file. The times of a playbook stay what they are while it says the same, so that writing it again changes
 * nothing.
 */
function textOf(runbook: Runbook, format: Format, { now, before }: { now: string; before: string | null }): string {
  if (format === 'markdown') return runbookMarkdown(runbook);
  const known = before === null ? null : timesIn(before);
  const created = known?.created ?? now;
  const kept = runbookCacao(runbook, { created, modified: known?.modified ?? now });
  return kept === before ? kept : runbookCacao(runbook, { created, modified: now });
}

function timesIn(text: string): { readonly created: string; readonly modified: string } | null {
  const time = (name: string): string | undefined =>
    new RegExp(`^  "${name}": "(\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z)",$`, 'm').exec(text)?.[1];
  const [created, modified] = [time('created'), time('modified')];
  return created === undefined || modified === undefined ? null : { created, modified };
}

async function textAt(file: string): Promise<string | null> {
  if (!(await systemFiles.exists(file))) return null;
  return decodeText(file, await systemFiles.readBytes(file));
}

interface Check {
  readonly runbooks: readonly Runbook[];
  readonly scenarios: readonly Scenario[];
  readonly format: Format;
  readonly folder: string;
}

async function check(io: Io, { runbooks, scenarios, format, folder }: Check): Promise<ExitCode> {
  const faults: string[] = [];
  for (const runbook of runbooks) {
    const file = join(folder, fileName(runbook.slug, format));
    const before = await textAt(file);
    if (before === null) faults.push(`${file} is missing`);
    else if (textOf(runbook, format, { now: '', before }) !== before) faults.push(`${file} is out of date`);
  }
  for (const scenario of scenarios) {
    const { slug } = SCENARIO_WORDS[scenario];
    const file = join(folder, fileName(slug, format));
    const isWanted = runbooks.some((runbook) => runbook.slug === slug);
    if (!isWanted && (await systemFiles.exists(file))) faults.push(`${file} is about nothing that is there any more`);
  }
  for (const fault of faults) io.out(`${fault}\n`);
  if (faults.length === 0) {
    io.out(`${runbooks.length} ${runbooks.length === 1 ? 'runbook is' : 'runbooks are'} up to date\n`);
    return EXIT.done;
  }
  io.err(`write them again: firebreak runbook --all -f ${format} --dir ${folder}\n`);
  return EXIT.findings;
}
