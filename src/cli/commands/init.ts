import { isAbsolute, join } from 'node:path';
import { infer } from '../../infer/infer.ts';
import type { Inference } from '../../infer/infer.ts';
import { isWaivable, waiversText } from '../../infer/write-waivers.ts';
import { lint } from '../../lint/lint.ts';
import { readEstate } from '../../lint/read-estate.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import type { Finding } from '../../model/finding.ts';
import { RULES } from '../../rules/registry.ts';
import { systemFiles } from '../../system/files.ts';
import { writeTogether } from '../../system/write-together.ts';
import { readAllow } from '../audit-targets.ts';
import type { Sources } from '../init-sources.ts';
import { readSources } from '../init-sources.ts';
import type { Io } from '../io.ts';
import { readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';
import type { InitFiles } from './init-templates.ts';
import { PLACEHOLDER_OWNER, TEMPLATES, drillFiles, exampleDocuments } from './init-templates.ts';
import { FORGES, workflowFiles } from './init-workflows.ts';

/**
 * `firebreak init [DIR]`: writes first documents, drills and workflows; with `--from`, documents that fit what runs
 * already, and Waivers for what of it violates them. Never writes over an existing file without `--force`, and writes all
 * files or none.
 *
 * @throws UserError usage/bad-argument, file/*, http/*
 */
export async function runInit(io: Io, [folder = '.']: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const template = oneOf('--template', TEMPLATES, options.template ?? 'standard');
  const forge = oneOf('--ci', FORGES, options.ci ?? (await defaultForge(folder)));
  const owner = options.owner ?? PLACEHOLDER_OWNER;
  const first = options.from === undefined ? null : await inferFrom(options.from, { folder, owner, options });
  const files: InitFiles = {
    ...(first === null ? exampleDocuments(owner) : first.documents),
    ...drillFiles(template, owner),
    ...workflowFiles(forge, template, first !== null),
  };
  const all = first === null ? files : { ...files, ...first.waivers(files) };
  if (options.force !== true) await refuseExisting(folder, Object.keys(all));
  if (options.dryRun === true) {
    for (const [path, text] of Object.entries(all)) io.out(`# would write ${join(folder, path)}\n${text}\n`);
    return EXIT.done;
  }
  const targets = Object.entries(all).map(([path, content]) => ({ path: join(folder, path), content }));
  await writeTogether(targets, options.force === true);
  for (const { path } of targets) io.out(`wrote ${path}\n`);
  for (const line of first?.summary(all) ?? []) io.out(`${line}\n`);
  io.out(nextSteps(folder, first?.asked ?? [], forge === 'gitlab'));
  return EXIT.done;
}

function oneOf<Choice extends string>(option: string, choices: readonly Choice[], text: string): Choice {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new UserError('usage/bad-argument', `${option} "${text}" does not exist`, {
    hint: `choose one of ${choices.join(', ')}`,
  });
}

/** A repository that is built by GitLab says so in its root. */
async function defaultForge(folder: string): Promise<string> {
  return (await systemFiles.exists(join(folder, '.gitlab-ci.yml'))) ? 'gitlab' : 'github';
}

async function refuseExisting(folder: string, paths: readonly string[]): Promise<void> {
  const present: string[] = [];
  for (const path of paths) if (await systemFiles.exists(join(folder, path))) present.push(join(folder, path));
  if (present.length === 0) return;
  throw new UserError('usage/bad-argument', `${present.join(', ')} exist already; nothing was written`, {
    hint: 'choose another folder, move them away, or overwrite them with --force',
  });
}

interface FirstDocuments {
  readonly documents: InitFiles;
  /** Issuers that answered. */
  readonly asked: readonly string[];
  /** Waivers for what violates all documents together; no file when nothing does. */
  readonly waivers: (files: InitFiles) => InitFiles;
  readonly summary: (files: InitFiles) => readonly string[];
}

interface InferInput {
  readonly folder: string;
  readonly owner: string;
  readonly options: CommandOptions;
}

async function inferFrom(from: readonly string[], { folder, owner, options }: InferInput): Promise<FirstDocuments> {
  const now = readNow(options.now);
  const sources = await readSources(from, { folder, now, allow: readAllow(options.allow ?? []) });
  const { estate } = readEstate([...sources.files, ...sources.histories], { now });
  const inference = infer(estate, { owner, isInside });
  if (inference === null) {
    throw new UserError(
      'usage/bad-argument',
      `${from.join(', ')} speaks of no issuer and of nobody who verifies tokens`,
      {
        hint: 'name the configuration of an issuer, gateway or service, or the URL of an issuer',
      },
    );
  }
  const judged = (files: InitFiles): ReturnType<typeof lint> => judge(files, inference, { sources, now });
  return {
    documents: {
      'policies/token-policy.yaml': inference.policies,
      'policies/inventory.yaml': inference.inventory,
      ...Object.fromEntries(sources.histories.map(({ file, text }) => [file, text])),
    },
    asked: sources.histories.length === 0 ? [] : inference.issuers.slice(0, sources.histories.length),
    waivers: (files) => {
      const text = waiversText(judged(files).findings, { owner, now, rules: RULES });
      return text === '' ? {} : { 'policies/waivers.yaml': text };
    },
    summary: (files) => [
      `inferred ${counted(inference.issuers.length, 'issuer')} and ${counted(inference.verifiers, 'verifier')}`,
      ...waived(judged(files).suppressed.map(({ finding }) => finding)),
      ...served(sources, now),
    ],
  };
}

/** What lint of the policies will say, with the files that the Inventory names. */
function judge(
  files: InitFiles,
  { referenced }: Inference,
  { sources, now }: { readonly sources: Sources; readonly now: number },
): ReturnType<typeof lint> {
  const documents = Object.entries(files)
    .filter(([file]) => /^(?:policies|drills)\//.test(file))
    .map(([file, text]) => ({ file, text }));
  const read = [...documents, ...sources.files.filter(({ file }) => referenced.includes(file))];
  return lint(readEstate(read, { now }));
}

/** Lint reads no file outside of the folder that it runs in. */
function isInside(file: string): boolean {
  return !isAbsolute(file) && file.split('/')[0] !== '..';
}

function waived(findings: readonly Finding[]): readonly string[] {
  if (findings.length === 0) return [];
  const rules = new Set(findings.map(({ rule }) => rule));
  return [
    `${counted(findings.length, 'finding')} of ${counted(rules.size, 'rule')} ${findings.length === 1 ? 'is' : 'are'} waived for now, each with its place, in policies/waivers.yaml:`,
    ...[...rules].sort().map((rule) => `  ${rule} (${findings.filter((finding) => finding.rule === rule).length})`),
  ];
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** What is wrong with what issuers serve is never waived: the audit says it every night. */
function served({ histories }: Sources, now: number): readonly string[] {
  const { findings } = lint(readEstate(histories, { now }));
  const wrong = findings.filter(isWaivable);
  if (wrong.length === 0) return [];
  return [
    'what the issuers serve needs attention, firebreak audit shows the places:',
    ...wrong.map(({ severity, rule, message }) => `  ${severity} ${rule}: ${message}`),
  ];
}

function nextSteps(folder: string, asked: readonly string[], isGitlab: boolean): string {
  const commands = [
    'firebreak lint',
    'firebreak predict --tree',
    asked.length === 0 ? 'firebreak drill list' : 'firebreak audit',
  ];
  const include = isGitlab ? '  add to .gitlab-ci.yml: include: [{ local: .gitlab/firebreak.gitlab-ci.yml }]\n' : '';
  const where = folder === '.' ? '' : ` in ${folder}`;
  return `\nNext${where}: read what was written, put your names in, then\n${commands.map((each) => `  ${each}\n`).join('')}${include}`;
}
