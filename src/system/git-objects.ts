import type { GitPlace } from './git-command.ts';
import { outputOf } from './git-command.ts';

/** What a tree or an index holds at a path. */
export interface TreeEntry {
  /** From the top of the tree, one character for each byte. */
  readonly path: string;
  readonly kind: 'file' | 'link' | 'submodule';
  /** Object: its content, named by hash. */
  readonly id: string;
}

/** Two trees, and files that git takes for the same under another name. */
export interface TreePair {
  readonly base: readonly TreeEntry[];
  readonly head: readonly TreeEntry[];
  readonly renames: readonly Rename[];
}

export interface Rename {
  readonly from: string;
  readonly to: string;
}

/** Paths of one command line: systems allow 32,767 characters (Windows) and more. */
const PATHS_AT_ONCE = 100;

/** Entries of a commit at the paths and below. A path that does not exist holds nothing. `.` is everything. */
export async function listTree(place: GitPlace, commit: string, paths: readonly string[]): Promise<TreeEntry[]> {
  const found = new Map<string, TreeEntry>();
  for (let from = 0; from < paths.length; from += PATHS_AT_ONCE) {
    const chosen = pathArguments(paths.slice(from, from + PATHS_AT_ONCE));
    const said = await outputOf(place, ['ls-tree', '-r', '-z', '--full-tree', commit, ...chosen]);
    for (const row of said.toString('latin1').split('\0')) {
      const [, mode = '', id = '', path] = /^(\d+) \w+ ([0-9a-f]+)\t([\s\S]+)$/.exec(row) ?? [];
      if (path !== undefined) found.set(path, { path, kind: kindOf(mode), id });
    }
  }
  return [...found.values()];
}

/**
 * Entries of two commits: one is listed, and what differs gives the other.
 *
 * @throws UserError git/unreadable
 */
export async function listTrees(
  place: GitPlace,
  { base, head }: { readonly base: string; readonly head: string },
  paths: readonly string[],
): Promise<TreePair> {
  const [entries, changes] = await Promise.all([
    listTree(place, base, paths),
    base === head ? [] : listChanges(place, { base, head }, paths),
  ]);
  const after = new Map(entries.map((entry) => [entry.path, entry]));
  for (const { before } of changes) if (before !== null) after.delete(before);
  for (const { entry } of changes) if (entry !== null) after.set(entry.path, entry);
  const renames = changes.flatMap(({ before, entry }) =>
    before === null || entry === null || before === entry.path ? [] : [{ from: before, to: entry.path }],
  );
  return { base: entries, head: [...after.values()], renames };
}

interface TreeChange {
  readonly before: string | null;
  readonly entry: TreeEntry | null;
}

async function listChanges(
  place: GitPlace,
  { base, head }: { readonly base: string; readonly head: string },
  paths: readonly string[],
): Promise<readonly TreeChange[]> {
  const args = ['diff-tree', '-r', '-z', '--full-index', '--no-ext-diff', '--no-textconv'];
  const rest = [base, head, ...pathArguments(paths)];
  try {
    return readChanges(await outputOf(place, [...args, '-M', ...rest]));
  } catch {
    // To tell how alike two files are git must read them, and a partial clone may not have them.
    return readChanges(await outputOf(place, [...args, '--no-renames', ...rest]));
  }
}

/** Rows of `diff-tree -z`: `:MODE MODE ID ID STATUS`, a zero byte, the path, another one for a rename. */
function readChanges(said: Buffer): readonly TreeChange[] {
  const fields = said.toString('latin1').split('\0');
  const changes: TreeChange[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [, , mode = '', , id = '', status = ''] =
      /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) (\w)/.exec(fields[at] ?? '') ?? [];
    const before = fields[at + 1] ?? '';
    if (status === 'R') at += 1;
    const path = status === 'R' ? (fields[at + 1] ?? '') : before;
    changes.push({
      before: status === 'A' ? null : before,
      entry: status === 'D' ? null : { path, kind: kindOf(mode), id },
    });
  }
  return changes;
}

/** Modes of git: 100644 and 100755 are files, 120000 symbolic links, 160000 commits of another repository. */
function kindOf(mode: string): TreeEntry['kind'] {
  if (mode === '120000') return 'link';
  return mode === '160000' ? 'submodule' : 'file';
}

/** What git knows of the work tree at the paths. */
export interface IndexEntry extends TreeEntry {
  /** Left out of the work tree by a sparse checkout. */
  readonly isSparse: boolean;
}

/** Entries of the index: what the next commit would hold without further changes. */
export async function listIndex(place: GitPlace, paths: readonly string[]): Promise<readonly IndexEntry[]> {
  const said = await outputOf(place, ['ls-files', '-z', '-v', '--stage', ...pathArguments(paths)]);
  return said
    .toString('latin1')
    .split('\0')
    .flatMap((row) => {
      const [, tag, mode = '', id = '', path] = /^(\w) (\d+) ([0-9a-f]+) \d\t([\s\S]+)$/.exec(row) ?? [];
      return path === undefined ? [] : [{ path, kind: kindOf(mode), id, isSparse: tag?.toUpperCase() === 'S' }];
    });
}

/** Files and folders (with a slash at the end) that rules of .gitignore keep out of every commit. */
export async function listIgnored(place: GitPlace, paths: readonly string[]): Promise<readonly string[]> {
  const args = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory'];
  const said = await outputOf(place, [...args, ...pathArguments(paths)]);
  return said.toString('latin1').split('\0').filter(Boolean);
}

function pathArguments(paths: readonly string[]): readonly string[] {
  return paths.includes('.') ? [] : ['--', ...paths];
}

/** A path as typed, below the folder that was asked from, as seen from the top; `.` is the top itself, null is outside. */
export function treePath(prefix: string, path: string): string | null {
  const kept: string[] = [];
  for (const part of `${prefix}${path}`.split('/')) {
    if (part === '..') {
      if (kept.pop() === undefined) return null;
    } else if (part !== '' && part !== '.') kept.push(part);
  }
  return kept.length === 0 ? '.' : kept.join('/');
}
