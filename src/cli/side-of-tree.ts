import { posix } from 'node:path';
import type { GitPlace } from '../system/git-command.ts';
import type { TreeEntry } from '../system/git-objects.ts';
import { listTree, treePath } from '../system/git-objects.ts';
import { bytesOfName, showName } from '../system/git-names.ts';
import type { Repository } from '../system/git-repository.ts';
import { isListed } from '../system/files.ts';
import { EXTENSIONS } from './load.ts';
import type { Listing, SideSource } from './side-files.ts';

interface TreeSide {
  readonly repository: Repository;
  readonly place: GitPlace;
  readonly commit: string;
  /** From the top of the tree. */
  readonly paths: readonly string[];
  /** Entries at the paths, where they are known already. */
  readonly entries?: readonly TreeEntry[];
}

/** The files of a commit: nothing is checked out. */
export function sideOfTree({ repository, place, commit, paths, entries }: TreeSide): SideSource {
  return {
    list: async () => listingOf(entries ?? (await listTree(place, commit, paths)), paths, repository.prefix),
    async find(files) {
      const wanted = files.flatMap((file) => treePath(repository.prefix, file) ?? []);
      if (wanted.length === 0) return { found: [], leftOut: [], problems: [] };
      const exact = new Set(wanted.map(bytesOfName));
      const there = (await listTree(place, commit, wanted)).filter(({ path }) => exact.has(path));
      return unnamed(listingOf(there, wanted, repository.prefix));
    },
  };
}

function listingOf(entries: readonly TreeEntry[], paths: readonly string[], prefix: string): Listing {
  const roots = paths.map(bytesOfName);
  const chosen = entries.filter(({ path, kind }) => isWanted(path, kind, roots));
  const nameOf = fileNames(prefix);
  return {
    found: chosen.flatMap(({ path, kind, id }) =>
      kind === 'file' ? [{ file: nameOf(path), oid: id, named: roots.includes(path), bytes: null }] : [],
    ),
    leftOut: chosen.flatMap(({ path, kind }) =>
      kind === 'file' ? [] : [{ reason: kind === 'link' ? 'symbolic link' : 'submodule', file: nameOf(path) }],
    ),
    problems: [],
  };
}

function isWanted(path: string, kind: TreeEntry['kind'], roots: readonly string[]): boolean {
  return roots.some((root) => {
    if (path === root) return true;
    if (root !== '.' && !path.startsWith(`${root}/`)) return false;
    const below = root === '.' ? path : path.slice(root.length + 1);
    // What a link or submodule holds is not known, so its own name must not decide.
    return isListed(kind === 'file' ? below : `${below}${EXTENSIONS[0] ?? ''}`, EXTENSIONS);
  });
}

/** Names as they are typed in the folder that was asked from. */
export function fileNames(prefix: string): (path: string) => string {
  const from = bytesOfName(prefix);
  return (path) => {
    if (from === '') return showName(path);
    return showName(path.startsWith(from) ? path.slice(from.length) : posix.relative(`/${from}`, `/${path}`));
  };
}

/** The user did not name these, a document did. */
export function unnamed(listing: Listing): Listing {
  return { ...listing, found: listing.found.map((file) => ({ ...file, named: false })) };
}
