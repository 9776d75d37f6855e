import { join } from 'node:path';
import type { FirstDocuments } from '../../infer/first-documents.ts';
import { PLACEHOLDER_OWNER } from '../../model/document.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import type { Finding } from '../../model/finding.ts';
import { systemFiles } from '../../system/files.ts';
import { writeTogether } from '../../system/write-together.ts';
import type { Io } from '../io.ts';
import { readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';
import type { InitFiles } from './init-templates.ts';
import { TEMPLATES, drillFiles, exampleDocuments } from './init-templates.ts';
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
  const drills = drillFiles(template, owner);
  const first = options.from === undefined ? null : await inferFirst(options.from, { folder, owner, drills, options });
  const files: InitFiles = {
    ...(first === null ? exampleDocuments(owner) : first.files),
    ...drills,
    ...workflowFiles(forge, template, first !== null),
  };
  const targets = Object.entries(files).map(([path, content]) => ({ path: join(folder, path), content }));
  if (options.force !== true) await refuseExisting(targets.map(({ path }) => path));
  if (options.dryRun === true) {
    for (const { path, content } of targets) io.out(`# would write ${path}\n${content}\n`);
    return EXIT.done;
  }
  await writeTogether(targets, options.force === true);
  for (const { path } of targets) io.out(`wrote ${path}\n`);
  if (first !== null) io.out(summary(first));
  io.out(nextSteps(folder, { wasAsked: (options.from ?? []).some(isUrl), isGitlab: forge === 'gitlab' }));
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

async function refuseExisting(paths: readonly string[]): Promise<void> {
  const present: string[] = [];
  for (const path of paths) if (await systemFiles.exists(path)) present.push(path);
  if (present.length === 0) return;
  throw new UserError('usage/bad-argument', `${present.join(', ')} exist already; nothing was written`, {
    hint: 'choose another folder, move them away, or overwrite them with --force',
  });
}

interface InferInput {
  readonly folder: string;
  readonly owner: string;
  readonly drills: InitFiles;
  readonly options: CommandOptions;
}

async function inferFirst(
  from: readonly string[],
  { folder, owner, drills, options }: InferInput,
): Promise<FirstDocuments> {
  const [{ firstDocuments }, { readSources }, { readAllow }] = await Promise.all([
    import('../../infer/first-documents.ts'),
    import('../init-sources.ts'),
    import('../audit-targets.ts'),
  ]);
  const now = readNow(options.now);
  const sources = await readSources(from, { folder, now, allow: readAllow(options.allow ?? []) });
  const first = firstDocuments({ ...sources, owner, now, beside: drills });
  if (first !== null) return first;
  throw new UserError('usage/bad-argument', `${from.join(', ')} tells of no issuer and of nobody who verifies tokens`, {
    hint: 'name the configuration of an issuer, gateway or service, or the URL of an issuer',
  });
}

function isUrl(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

function summary({ issuers, verifiers, waived, served }: FirstDocuments): string {
  const rules = [...new Set(waived.map(({ rule }) => rule))].sort();
  const lines = [
    `inferred ${counted(issuers.length, 'issuer')} and ${counted(verifiers, 'verifier')}`,
    ...(waived.length === 0
      ? []
      : [
          `waived for now, in policies/waivers.yaml with the place of each: ${counted(waived.length, 'finding')} of ${counted(rules.length, 'rule')}`,
          ...rules.map((rule) => `  ${rule} (${waived.filter((finding) => finding.rule === rule).length})`),
        ]),
    ...(served.length === 0 ? [] : ['not waived, for firebreak audit says it every night:', ...served.map(shown)]),
  ];
  return `${lines.join('\n')}\n`;
}

function shown({ severity, rule, message }: Finding): string {
  return `  ${severity} ${rule}: ${message}`;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function nextSteps(
  folder: string,
  { wasAsked, isGitlab }: { readonly wasAsked: boolean; readonly isGitlab: boolean },
): string {
  const third = wasAsked ? 'firebreak audit' : 'firebreak drill list';
  const commands = ['firebreak lint', 'firebreak predict --tree', third].map((command) => `  ${command}\n`);
  const where = folder === '.' ? '' : ` in ${folder}`;
  const include = '  and include .gitlab/firebreak.gitlab-ci.yml, as its first lines say\n';
  return `\nNext${where}: read what was written, put your names in, then\n${commands.join('')}${isGitlab ? include : ''}`;
}
