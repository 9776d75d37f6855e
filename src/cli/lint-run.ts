import { CODE_OWNER_FILES } from '../lint/code-owners.ts';
import type { LintOptions } from '../lint/lint.ts';
import { lint } from '../lint/lint.ts';
import { onlyNew } from '../lint/only-new.ts';
import type { EstateRead, ReadOptions } from '../lint/read-estate.ts';
import { UserError } from '../model/failure.ts';
import type { LintResult } from '../model/finding.ts';
import type { ProfileName } from '../model/profile.ts';
import { PROFILE_NAMES } from '../model/profile.ts';
import { CONFIG_FILE } from '../policy/read-gate-config.ts';
import { decodeText } from '../source/decode.ts';
import { systemFiles } from '../system/files.ts';
import type { Blocklist } from '../token/analysis/known-compromised.ts';
import { readBlocklist } from '../token/analysis/known-compromised.ts';
import type { LintCache } from './lint-cache.ts';
import type { LoadedFile } from './load.ts';
import { defaultPaths, loadFiles, readNow } from './load.ts';
import { readWithReferenced } from './load-referenced.ts';
import type { CommandOptions } from './options.ts';

/** The public lists have about 60 MB. */
const MAX_BLOCKLIST_BYTES = 256 * 1024 * 1024;

/** Read by itself where it exists, so that a baseline counts for everybody who runs lint here. */
export const BASELINE_FILE = 'firebreak-baseline.json';

export interface LintRun {
  readonly read: EstateRead;
  readonly result: LintResult;
  /** Everything that was read, secrets and all: for edits, never for output. */
  readonly files: readonly LoadedFile[];
  /** Files that were found and are no text, with why they were not read. */
  readonly passedOver: readonly string[];
}

/**
 * Everything that `firebreak lint` does before it prints.
 *
 * @throws UserError usage/no-input, usage/bad-argument, file/*, git/unreadable
 */
export async function lintPaths(paths: readonly string[], options: CommandOptions): Promise<LintRun> {
  const chosen = paths.length > 0 ? paths : await withSettings(await defaultPaths());
  const baseline = await baselineFile(options.baseline);
  const passedOver: string[] = [];
  const found = await loadFiles(chosen, (file, why) => passedOver.push(`${file} (${why})`));
  const owners = await loadCodeOwners(found);
  const base = withBaseline([...found, ...(owners ?? [])], baseline === null ? null : await loadFiles([baseline]));
  const settings: ReadOptions = {
    now: readNow(options.now),
    hmacWords: await readWords(options.wordlist),
    blocklist: await readBlocklistFile(options.blocklist),
    soughtCodeOwners: owners !== null,
  };
  const lintOptions = lintOptionsOf(options);
  const cache = await openCache(options.cache);
  const { read, files } =
    cache === null
      ? await readWithReferenced(base, settings)
      : await readWithReferenced(base, { ...settings, parse: cache.parse }, () => Promise.resolve(cache.configs));
  await cache?.save();
  const result = lint(read, lintOptions);
  if (options.since === undefined) return { read, result, files, passedOver };
  const [{ loadBase }, { readEstate }] = await Promise.all([import('./load-base.ts'), import('../lint/read-whole.ts')]);
  const referenced = files.slice(base.length).map(({ file }) => file);
  const beside = [...(baseline === null ? [] : [baseline]), ...(owners === null ? [] : CODE_OWNER_FILES)];
  const old = await loadBase(options.since, [...chosen, ...beside, ...referenced]);
  const before = lint(readEstate(old.files, settings), lintOptions);
  return { read, result: onlyNew(result, before, { ref: options.since, commit: old.commit }), files, passedOver };
}

/** A gate that cannot be read is found before it is on the base branch. */
async function withSettings(paths: readonly string[]): Promise<readonly string[]> {
  return (await systemFiles.exists(CONFIG_FILE)) ? [...paths, CONFIG_FILE] : paths;
}

/** What says who must review approvals; null where there are none, or where the repository begins elsewhere. */
async function loadCodeOwners(found: readonly LoadedFile[]): Promise<readonly LoadedFile[] | null> {
  if (!found.some(({ text }) => text.includes('ChangeApproval')) || !(await systemFiles.exists('.git'))) return null;
  const known = new Set(found.map(({ file }) => file));
  const owners: LoadedFile[] = [];
  for (const file of CODE_OWNER_FILES) {
    if (known.has(file) || !(await systemFiles.exists(file))) continue;
    owners.push({ file, text: decodeText(file, await systemFiles.readBytes(file)), named: false });
  }
  return owners;
}

/** Where `--cache` keeps what configuration files said, unless it is told another place. */
const CACHE_FILE = '.firebreak/lint-cache.json';

async function openCache(chosen: string | boolean | undefined): Promise<LintCache | null> {
  if (chosen === undefined || chosen === false) return null;
  const { openLintCache } = await import('./lint-cache.ts');
  return openLintCache(chosen === true ? CACHE_FILE : chosen);
}

/** @throws UserError usage/bad-argument for a profile that does not exist */
export function readProfile(name: string | undefined): ProfileName {
  const found = PROFILE_NAMES.find((each) => each === (name ?? 'default'));
  if (found !== undefined) return found;
  throw new UserError('usage/bad-argument', `there is no profile "${name ?? ''}"`, {
    hint: `choose one of ${PROFILE_NAMES.join(', ')}`,
  });
}

function lintOptionsOf({ only, skip, ignores, baseline, profile, stats }: CommandOptions): LintOptions {
  return {
    profile: readProfile(profile),
    ...(stats === true ? { monotonic: () => performance.now() } : {}),
    only: only ?? [],
    skip: skip ?? [],
    ignores: ignores !== false,
    baseline: baseline !== false && ignores !== false,
  };
}

/** The file of the baseline; null when there is none or it was refused. */
async function baselineFile(chosen: string | boolean | undefined): Promise<string | null> {
  if (chosen === false) return null;
  if (typeof chosen === 'string') return chosen;
  return (await systemFiles.exists(BASELINE_FILE)) ? BASELINE_FILE : null;
}

function withBaseline(files: readonly LoadedFile[], baseline: readonly LoadedFile[] | null): readonly LoadedFile[] {
  const extra = (baseline ?? []).filter(({ file }) => !files.some((each) => each.file === file));
  return [...files, ...extra];
}

/** A word list may have any line ends; empty lines are no secrets. */
async function readWords(file: string | undefined): Promise<readonly string[]> {
  if (file === undefined) return [];
  return decodeText(file, await systemFiles.readBytes(file))
    .split(/\r?\n/)
    .filter((word) => word !== '');
}

/** Known-compromised keys as sorted records of 16 bytes: 15 of a hash, one that names the list. */
async function readBlocklistFile(file: string | undefined): Promise<Blocklist | null> {
  if (file === undefined) return null;
  const blocklist = readBlocklist(await systemFiles.readBytes(file, MAX_BLOCKLIST_BYTES));
  if (blocklist === null) {
    throw new UserError('usage/bad-argument', `${file} is not a list of compromised keys`, {
      hint: 'it must be sorted records of 16 bytes: 15 hash bytes and a list number',
    });
  }
  return blocklist;
}
