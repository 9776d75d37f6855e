import { realpath } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import type { Problem } from '../model/failure.ts';
import { startOf } from '../model/location.ts';
import { isListed } from '../system/files.ts';
import type { FolderEntry } from '../system/folder-entries.ts';
import { blobId, listFolder, readEntry } from '../system/folder-entries.ts';
import { listIgnored, listIndex } from '../system/git-objects.ts';
import { bytesOfName, showName } from '../system/git-names.ts';
import type { Repository } from '../system/git-repository.ts';
import { belowTop } from './diff-versions.ts';
import { EXTENSIONS } from './load.ts';
import type { FoundFile, LeftOut, Listing, SideSource } from './side-files.ts';
import { fileNames, unnamed } from './side-of-tree.ts';

interface DiskSide {
  /** Names are relative to it. */
  readonly folder: string;
  /** As typed, relative to the folder. */
  readonly paths: readonly string[];
  /** The repository whose work tree this is; null where git is not to be asked. */
  readonly repository: Repository | null;
  /** The paths were named as places on disk: what they link to is meant. */
  readonly followsLinks: boolean;
  /** How content is named, so that it can be compared with commits. */
  readonly hash: 'sha1' | 'sha256';
}

/** Files that are read at the same time. */
const AT_ONCE = 64;

/** The files of folders on disk; of a work tree those that a commit of everything would hold. */
export function sideOfDisk(side: DiskSide): SideSource {
  return {
    async list() {
      const [entries, known] = await Promise.all([entriesOf(side), knownToGit(side)]);
      const roots = new Set(side.paths.map((path) => shownPath(side.folder, path)));
      const listing = await readEntries(
        side,
        entries.filter(({ file }) => !known.isOut(file)),
        roots,
      );
      const present = new Set(entries.map(({ file }) => file));
      return {
        ...listing,
        found: [...listing.found, ...known.sparse.filter(({ file }) => !present.has(file))],
        leftOut: [...listing.leftOut, ...known.leftOut],
      };
    },
    async find(files) {
      const wanted = new Set(files);
      const entries = (await entriesOf({ ...side, paths: files, followsLinks: false })).filter(({ file }) =>
        wanted.has(file),
      );
      return unnamed(await readEntries(side, entries, wanted));
    },
  };
}

interface DiskEntry {
  readonly entry: FolderEntry;
  readonly file: string;
}

async function entriesOf({ folder, paths, followsLinks }: DiskSide): Promise<readonly DiskEntry[]> {
  const found = new Map<string, DiskEntry>();
  for (const path of paths) {
    const typed = resolve(folder, path);
    const root = followsLinks ? await realpath(typed).catch(() => typed) : typed;
    const shown = bytesOfName(shownPath(folder, path));
    const start = bytesOfName(root).length;
    for (const entry of await listFolder(root, EXTENSIONS)) {
      const below = entry.path.slice(start).replace(/^\//, '');
      const file = showName(below === '' ? shown : `${shown === '.' ? '' : `${shown}/`}${below}`);
      found.set(entry.path, { entry, file });
    }
  }
  return [...found.values()];
}

/** A path as findings show it: relative to the folder where it lies below, otherwise as it was typed. */
export function shownPath(folder: string, path: string): string {
  const below = relative(folder, resolve(folder, path));
  const chosen = below.startsWith('..') ? path : below;
  return (
    chosen
      .split(sep)
      .join('/')
      .replace(/(?<=.)\/+$/, '') || '.'
  );
}

async function readEntries(
  { hash }: DiskSide,
  entries: readonly DiskEntry[],
  named: ReadonlySet<string>,
): Promise<Listing> {
  const found: FoundFile[] = [];
  const problems: Problem[] = [];
  const files = entries.filter(({ entry }) => entry.kind === 'file');
  for (let from = 0; from < files.length; from += AT_ONCE) {
    const read = async ({ entry, file }: DiskEntry): Promise<void> => {
      const reading = await readEntry(entry.path);
      if (reading !== null && 'bytes' in reading) {
        found.push({ file, oid: blobId(reading.bytes, hash), named: named.has(file), bytes: reading.bytes });
      } else problems.push(reading === null ? unreadable(file) : tooLarge(file, reading.size));
    };
    await Promise.all(files.slice(from, from + AT_ONCE).map(read));
  }
  return {
    found,
    leftOut: entries.flatMap(({ entry, file }): readonly LeftOut[] => {
      if (entry.kind === 'link') return [{ reason: 'symbolic link', file }];
      return entry.kind === 'repository' ? [{ reason: 'submodule', file }] : [];
    }),
    problems: [
      ...problems,
      ...entries.filter(({ entry }) => entry.kind === 'unreadable').map(({ file }) => unreadable(file)),
    ],
  };
}

interface KnownToGit {
  readonly isOut: (file: string) => boolean;
  /** Committed, and not on disk because the checkout is sparse. */
  readonly sparse: readonly FoundFile[];
  readonly leftOut: readonly LeftOut[];
}

async function knownToGit({ repository, folder, paths }: DiskSide): Promise<KnownToGit> {
  const nothing: KnownToGit = { isOut: () => false, sparse: [], leftOut: [] };
  if (repository === null) return nothing;
  const below = paths.flatMap((path) => belowTop(repository, resolve(folder, path)) ?? []);
  if (below.length === 0) return nothing;
  const place = { folder: repository.folder };
  const [index, ignored] = await Promise.all([listIndex(place, below), listIgnored(place, below)]);
  const nameOf = fileNames(repository.prefix);
  const entries = index.map((entry) => ({ ...entry, file: nameOf(entry.path) }));
  const tracked = new Set(entries.filter(({ kind }) => kind === 'file').map(({ file }) => file));
  const submodules = entries.filter(({ kind }) => kind === 'submodule').map(({ file }) => file);
  const named = paths.map((path) => shownPath(folder, path));
  const kept = ignored
    .map((path) => (path.endsWith('/') ? `${nameOf(path.slice(0, -1))}/` : nameOf(path)))
    // What somebody names is read, whatever .gitignore says.
    .filter((path) => !named.some((each) => path === each || `${each}/`.startsWith(path)));
  const folders = [...kept.filter((path) => path.endsWith('/')), ...submodules.map((file) => `${file}/`)];
  const files = new Set(kept);
  return {
    isOut: (file) => !tracked.has(file) && (files.has(file) || folders.some((each) => `${file}/`.startsWith(each))),
    sparse: entries
      .filter(({ isSparse, kind, file }) => isSparse && kind === 'file' && isListed(file, EXTENSIONS))
      .map(({ file, id }) => ({ file, oid: id, named: named.includes(file), bytes: null })),
    leftOut: [
      ...submodules.map((file): LeftOut => ({ reason: 'submodule', file })),
      ...kept.filter(isWorthSaying).map((file): LeftOut => ({ reason: 'ignored file', file })),
    ],
  };
}

function isWorthSaying(path: string): boolean {
  return isListed(path.endsWith('/') ? `${path}${EXTENSIONS[0] ?? ''}` : path, EXTENSIONS);
}

function unreadable(file: string): Problem {
  const hint = 'check the permissions of the file, and that its name is valid here';
  return { code: 'file/unreadable', message: `cannot read ${file}`, hint, at: startOf(file) };
}

/** A file of this size is no document, but what it is nobody knows. */
export function tooLarge(file: string, size: number): Problem {
  const message = `${file} has ${size} bytes; files over 64 MiB are not read`;
  return { code: 'file/too-large', message, hint: 'leave it out of the policies', at: startOf(file) };
}
