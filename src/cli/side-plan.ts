import { isAbsolute, relative, resolve, sep } from 'node:path';
import { UserError } from '../model/failure.ts';
import type { GitPlace } from '../system/git-command.ts';
import { bytesOfName } from '../system/git-names.ts';
import { treePath } from '../system/git-objects.ts';
import type { Repository } from '../system/git-repository.ts';
import type { Version, Versions } from './diff-versions.ts';
import { belowTop, isCheckout } from './diff-versions.ts';
import type { SideSource } from './side-files.ts';
import { shownPath, sideOfDisk } from './side-of-disk.ts';
import { fileNames, sideOfTree } from './side-of-tree.ts';

/** Read on both sides unless the user says otherwise. */
const DEFAULT_POLICIES: readonly string[] = ['policies'];

/** What is read of one version. */
export interface SidePlan {
  readonly version: Version;
  /** Of a commit from the top of its tree, otherwise relative to `folder`. */
  readonly paths: readonly string[];
  /** Names of files are relative to it. */
  readonly folder: string;
  /** In front of a name it opens the file from here. */
  readonly root: string;
  /** As findings show it, the one path that was named together with this side; null without one. */
  readonly ownPath: string | null;
}

interface Surroundings {
  readonly folder: string;
  readonly policies: readonly string[] | undefined;
}

/**
 * Decides what is read on either side. A side that was named without a path follows the path of the other one.
 *
 * @throws UserError usage/bad-argument for paths outside of the repository, and for a folder compared with itself
 */
export function planSides(
  versions: Versions,
  surroundings: Surroundings,
): { readonly base: SidePlan; readonly head: SidePlan } {
  const base = planSide(versions, versions.base, surroundings);
  const head = planSide(versions, versions.head, surroundings);
  const sameOnDisk =
    base.version.kind !== 'commit' &&
    head.version.kind !== 'commit' &&
    base.folder === head.folder &&
    base.paths.some((path) => head.paths.some((other) => resolve(base.folder, path) === resolve(head.folder, other)));
  if (!sameOnDisk) return { base, head };
  throw new UserError('usage/bad-argument', `${base.version.label} would be compared with itself`, {
    hint: 'name the version to compare with, and the folder with --policies: firebreak diff main --policies PATH',
  });
}

function planSide(
  { base, head, repository }: Versions,
  version: Version,
  { folder, policies }: Surroundings,
): SidePlan {
  const typed = policies !== undefined && policies.length > 0 ? policies : null;
  if (version.kind === 'disk') {
    const own = resolve(folder, version.path);
    const isWhole = isCheckout(folder, version.path, typed ?? DEFAULT_POLICIES);
    if (!isWhole) return { version, paths: [version.path], folder, root: '', ownPath: shownPath(folder, version.path) };
    const root = own === folder ? '' : `${version.path.split(sep).join('/').replace(/\/+$/, '')}/`;
    return { version, paths: typed ?? DEFAULT_POLICIES, folder: own, root, ownPath: null };
  }
  const plan = { version, folder, root: '', ownPath: null };
  const other = version === head ? base : head;
  const followed = typed === null && repository !== null ? pathOf(repository, other, folder) : null;
  if (version.kind === 'work') {
    const below = followed === null ? null : relative(folder, resolve(repository?.folder ?? folder, followed)) || '.';
    return { ...plan, paths: below === null ? (typed ?? DEFAULT_POLICIES) : [below] };
  }
  if (version.path !== null)
    return { ...plan, paths: [version.path], ownPath: fileNames(repository?.prefix ?? '')(bytesOfName(version.path)) };
  if (followed !== null) return { ...plan, paths: [followed] };
  return { ...plan, paths: (typed ?? DEFAULT_POLICIES).map((path) => inTree(repository, folder, path)) };
}

/** The path that a side was named with, from the top of the tree; null without one. */
function pathOf(repository: Repository, version: Version, folder: string): string | null {
  if (version.kind === 'commit') return version.path;
  if (version.kind === 'work' || isCheckout(folder, version.path, DEFAULT_POLICIES)) return null;
  return belowTop(repository, resolve(folder, version.path));
}

function inTree(repository: Repository | null, folder: string, path: string): string {
  const below = isAbsolute(path) ? relative(folder, path) : path;
  const found = treePath(repository?.prefix ?? '', below.split(sep).join('/'));
  if (found !== null) return found;
  throw new UserError('usage/bad-argument', `${path} is outside of the repository`, {
    hint: 'name a folder of the repository with --policies',
  });
}

/** Where the files of one side are read from. */
export function sourceOf(
  { version, paths, folder }: SidePlan,
  repository: Repository | null,
  place: GitPlace,
): SideSource {
  if (version.kind === 'commit' && repository !== null)
    return sideOfTree({ repository, place, commit: version.commit, paths });
  const isOurs = repository !== null && belowTop(repository, folder) !== null && repository.hasWorkTree;
  return sideOfDisk({
    folder,
    paths,
    repository: isOurs ? repository : null,
    hash: repository?.hash ?? 'sha1',
    followsLinks: version.kind === 'disk',
  });
}
