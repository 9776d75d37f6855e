import { readOnce } from '../lint/read-once.ts';
import { UserError } from '../model/failure.ts';
import { compareLocations, startOf } from '../model/location.ts';
import type { ParsedFile } from '../source/parse.ts';
import { parseDocuments } from '../source/parse.ts';
import { openBlobs } from '../system/git-blobs.ts';
import type { GitPlace } from '../system/git-command.ts';
import { fetchingPlace, fetchObjects } from '../system/git-fetch.ts';
import type { Rename, TreeEntry } from '../system/git-objects.ts';
import { listTrees } from '../system/git-objects.ts';
import type { Repository } from '../system/git-repository.ts';
import { askedSides } from './diff-arguments.ts';
import { findVersions, isOnDisk } from './diff-versions.ts';
import type { Io } from './io.ts';
import { movedFiles, notesOf, reformattedFiles } from './side-changes.ts';
import type { Listing, SideFile, SideFiles, SideSource } from './side-files.ts';
import { fileNames, sideOfTree } from './side-of-tree.ts';
import type { SidePlan } from './side-plan.ts';
import { planSides, sourceOf } from './side-plan.ts';
import type { MissingReference } from './side-references.ts';
import { missingReferences, unreadReferences } from './side-references.ts';
import type { SideTexts, TextReader } from './side-texts.ts';
import { openTexts } from './side-texts.ts';

/** Options of `firebreak diff` that say what is compared. */
export interface SideOptions {
  /** Files and folders to read, relative to the working directory. */
  readonly policies?: readonly string[];
  /** False for `--no-merge-base`: compare with the base itself. */
  readonly mergeBase?: boolean;
  /** Git may fetch what this clone lacks. */
  readonly fetch?: boolean;
  /** The working directory, unless it is that of the process. */
  readonly folder?: string;
}

/** Two versions of the policy files. */
export interface Sides {
  readonly base: SideFiles;
  readonly head: SideFiles;
  /** What a reviewer should know: what was left out, which of two meanings was taken. */
  readonly notes: readonly string[];
  /** Files under another name, by their old one. */
  readonly moved: readonly Rename[];
  /** Files to be compared under two names: those that moved, and those at the same place in two folders. */
  readonly counterparts: readonly Rename[];
  /** Parses each text once, whichever side asks: to be handed on to `readEstate`. */
  readonly parse: (file: string, text: string) => ParsedFile;
}

/**
 * Reads the two versions that `firebreak diff [BASE] [HEAD]` compares, without a checkout and without running anything that a
 * repository configures.
 *
 * @throws UserError usage/bad-argument, usage/no-input, file/missing, git/unreadable, git/incomplete. What is wrong with
 * single files is a problem of their side.
 */
export async function readSides(
  args: readonly string[],
  { env }: Pick<Io, 'env'>,
  { policies, mergeBase = true, fetch: mayFetch = false, folder = process.cwd() }: SideOptions,
): Promise<Sides> {
  const asked = askedSides(args, (path) => isOnDisk(folder, path), { isExact: !mergeBase });
  const versions = await findVersions(asked, { folder, env, mayFetch });
  const plans = planSides(versions, { folder, policies });
  const { repository } = versions;
  const place =
    repository !== null && mayFetch ? await fetchingPlace(repository) : { folder: repository?.folder ?? folder };
  const blobs = openBlobs(place);
  const texts = openTexts(blobs, repository !== null && mayFetch ? (ids) => fetchObjects(repository, ids) : null);
  if (plans.base.version.kind === 'commit' || plans.head.version.kind === 'commit') blobs.start();
  try {
    return await readPlanned(plans, { repository, place, texts, notes: versions.notes });
  } finally {
    await blobs.close();
  }
}

/**
 * Files of the head that changed only in form, sorted: what `PolicyDiff` calls reformatted. Parses what changed.
 *
 * @param sameMeaning files whose policies mean what they meant
 */
export function reformattedIn(
  { base, head, counterparts, parse }: Sides,
  sameMeaning: ReadonlySet<string> = new Set(),
): readonly string[] {
  return reformattedFiles(base.files, head.files, { counterparts, parse, sameMeaning });
}

interface Reading {
  readonly repository: Repository | null;
  readonly place: GitPlace;
  readonly texts: TextReader;
  readonly notes: readonly string[];
}

async function readPlanned(
  { base, head }: { readonly base: SidePlan; readonly head: SidePlan },
  { repository, place, texts, notes }: Reading,
): Promise<Sides> {
  const parse = readOnce(parseDocuments);
  const { before, after, renames } = await sourcesOf(base, head, { repository, place });
  const first = await texts.read(await Promise.all([before.list(), after.list()]));
  const [old, now] = await followAll([before, after], first, { texts, parse });
  if (isEmpty(old) && isEmpty(now)) {
    throw new UserError('usage/no-input', `no file to read in ${base.paths.join(', ')} on either side`, {
      hint: 'name the folder of the policies with --policies PATH',
    });
  }
  const files = { base: sorted(old.files), head: sorted(now.files) };
  const pairs = pairsBelow(base, head, files);
  const moved = movedFiles(files.base, files.head, { renames, pairs, parse });
  return {
    base: sideOf(base, files.base, old),
    head: sideOf(head, files.head, now),
    notes: [
      ...notes,
      ...(isEmpty(old) ? [`there is nothing to read in ${base.version.label}: everything is new`] : []),
      ...(isEmpty(now) ? [`there is nothing to read in ${head.version.label}: everything is gone`] : []),
      ...notesOf(
        { label: base.version.label, leftOut: old.leftOut },
        { label: head.version.label, leftOut: now.leftOut },
      ),
    ],
    moved,
    counterparts: [...moved, ...pairs],
    parse,
  };
}

interface Sources {
  readonly before: SideSource;
  readonly after: SideSource;
  readonly renames: readonly Rename[];
}

/** Two commits that are read at the same paths are listed together: the second by what differs from the first. */
async function sourcesOf(
  base: SidePlan,
  head: SidePlan,
  { repository, place }: { readonly repository: Repository | null; readonly place: GitPlace },
): Promise<Sources> {
  const isPair = repository !== null && base.version.kind === 'commit' && head.version.kind === 'commit';
  if (!isPair || base.paths.join('\0') !== head.paths.join('\0')) {
    return { before: sourceOf(base, repository, place), after: sourceOf(head, repository, place), renames: [] };
  }
  const commits = { base: base.version.commit, head: head.version.commit };
  const pair = await listTrees(place, commits, base.paths);
  const nameOf = fileNames(repository.prefix);
  const source = (plan: SidePlan, commit: string, entries: readonly TreeEntry[]): SideSource =>
    sideOfTree({ repository, place, commit, paths: plan.paths, entries });
  return {
    before: source(base, commits.base, pair.base),
    after: source(head, commits.head, pair.head),
    renames: pair.renames.map(({ from, to }) => ({ from: nameOf(from), to: nameOf(to) })),
  };
}

interface Following {
  readonly texts: TextReader;
  readonly parse: (file: string, text: string) => ParsedFile;
}

/** Adds the configuration files that inventories of a side name, from the same side. */
async function followAll(
  sources: readonly [SideSource, SideSource],
  sides: readonly SideTexts[],
  { texts, parse }: Following,
): Promise<readonly [SideTexts, SideTexts]> {
  const [old = NOTHING, now = NOTHING] = sides;
  const missing = [missingReferences(old.files, parse), missingReferences(now.files, parse)] as const;
  if (missing.every((references) => references.length === 0)) return [old, now];
  const listings = await Promise.all(sources.map((source, at) => findOf(source, missing[at] ?? [])));
  const [oldMore = NOTHING, nowMore = NOTHING] = await texts.read(listings);
  return [joined(old, oldMore, missing[0]), joined(now, nowMore, missing[1])];
}

const NOTHING: SideTexts = { files: [], leftOut: [], problems: [] };

/** Of what each reference may mean, the first that is there. */
async function findOf(source: SideSource, missing: readonly MissingReference[]): Promise<Listing> {
  const listing = await source.find([...new Set(missing.flatMap(({ candidates }) => candidates))]);
  const there = new Set(listing.found.map(({ file }) => file));
  const chosen = new Set(missing.flatMap(({ candidates }) => candidates.find((file) => there.has(file)) ?? []));
  return { ...listing, found: listing.found.filter(({ file }) => chosen.has(file)) };
}

function joined(side: SideTexts, more: SideTexts, missing: readonly MissingReference[]): SideTexts {
  return {
    files: [...side.files, ...more.files],
    leftOut: [...side.leftOut, ...more.leftOut],
    problems: [...side.problems, ...more.problems, ...unreadReferences(missing, more)],
  };
}

function isEmpty({ files, problems, leftOut }: SideTexts): boolean {
  return files.length + problems.length + leftOut.length === 0;
}

function sorted(files: readonly SideFile[]): readonly SideFile[] {
  return [...files].sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** Two folders with names of their own hold the same file at the same place below. */
function pairsBelow(
  base: SidePlan,
  head: SidePlan,
  files: { readonly base: readonly SideFile[]; readonly head: readonly SideFile[] },
): readonly Rename[] {
  const [from, to] = [base, head].map(({ ownPath }) => (ownPath === null ? null : `${ownPath}/`));
  if (from === null || from === undefined || to === null || to === undefined || from === to) return [];
  const there = new Set(files.head.map(({ file }) => file));
  return files.base
    .filter(({ file }) => file.startsWith(from) && there.has(to + file.slice(from.length)))
    .map(({ file }) => ({ from: file, to: to + file.slice(from.length) }));
}

function sideOf({ version, root }: SidePlan, files: readonly SideFile[], { problems }: SideTexts): SideFiles {
  const nowhere = startOf('');
  return {
    label: version.label,
    commit: version.kind === 'commit' ? version.commit : null,
    root,
    files,
    problems: [...problems].sort(
      (a, b) => compareLocations(a.at ?? nowhere, b.at ?? nowhere) || (a.message < b.message ? -1 : 1),
    ),
  };
}
