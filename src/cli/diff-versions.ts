import { existsSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { UserError } from '../model/failure.ts';
import type { Repository } from '../system/git-repository.ts';
import { openRepository } from '../system/git-repository.ts';
import { treePath } from '../system/git-objects.ts';
import type { NamedCommit } from './diff-base.ts';
import { commonCommit, fetchCommit, findCommit, targetBranch } from './diff-base.ts';
import type { AskedSides } from './diff-arguments.ts';
import { looksLikePath, splitTreePath } from './diff-arguments.ts';

/** A version of the policies, found. */
export type Version =
  | {
      readonly kind: 'commit';
      readonly label: string;
      readonly commit: string;
      /** From the top of the tree; null for what the run reads anyway. */
      readonly path: string | null;
    }
  /** A folder or file, as it was typed. */
  | { readonly kind: 'disk'; readonly label: string; readonly path: string }
  | { readonly kind: 'work'; readonly label: string };

export interface Versions {
  readonly base: Version;
  readonly head: Version;
  /** Null when two folders are compared outside of any. */
  readonly repository: Repository | null;
  readonly notes: readonly string[];
}

interface Surroundings {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly mayFetch: boolean;
}

/**
 * Finds the two versions that were asked for.
 *
 * @throws UserError usage/bad-argument, file/missing, git/unreadable, git/incomplete
 */
export async function findVersions(asked: AskedSides, surroundings: Surroundings): Promise<Versions> {
  const found = await openRepository(surroundings.folder).catch((error: unknown) => {
    if (error instanceof UserError) return error;
    throw error;
  });
  const onDisk = (text: string | null): boolean => text !== null && isOnDisk(surroundings.folder, text);
  if (found instanceof UserError) {
    // Without git, folders can still be compared.
    if (!onDisk(asked.base) || !onDisk(asked.head)) throw found;
    return { base: disk(asked.base ?? ''), head: disk(asked.head ?? ''), repository: null, notes: [] };
  }
  const find = (text: string): Promise<Found> => findVersion(found, text, surroundings);
  // Each answer of git is a process of its own; those that do not need one another run side by side.
  const [base, head] = await Promise.all([
    asked.base === null ? target(found, surroundings) : find(asked.base),
    asked.head === null ? workTree(found) : find(asked.head),
  ]);
  const versions = { base: base.version, head: head.version };
  return {
    base: await sinceLeft(found, { ...versions, asked }, surroundings),
    head: head.version,
    repository: found,
    notes: [...base.notes, ...head.notes],
  };
}

interface Found {
  readonly version: Version;
  readonly notes: readonly string[];
}

async function target(repository: Repository, surroundings: Surroundings): Promise<Found> {
  const { name, commit } = await targetBranch(repository, surroundings.env, surroundings);
  return { version: { kind: 'commit', label: name, commit, path: null }, notes: [] };
}

/** Whether a path exists below a folder. */
export function isOnDisk(folder: string, path: string): boolean {
  return !path.includes('\0') && existsSync(resolve(folder, path));
}

async function findVersion(repository: Repository, text: string, { folder, mayFetch }: Surroundings): Promise<Found> {
  const isThere = isOnDisk(folder, text);
  if (looksLikePath(text)) {
    if (isThere) return { version: disk(text), notes: [] };
    throw new UserError('file/missing', `cannot read ${text}: does not exist`, {
      hint: 'check the path; it is taken relative to the working directory',
    });
  }
  const found = await findCommit(repository, text);
  if (found !== null && !(isThere && found.name !== text)) {
    const notes = [
      ...(isThere ? [`"${text}" is a version in git and a path; the version was taken, ./${text} is the path`] : []),
      ...(found.name === text ? [] : [`"${text}" is no branch of this clone; ${found.name} was taken`]),
    ];
    return { version: { kind: 'commit', label: text, commit: found.commit, path: null }, notes };
  }
  if (isThere) return { version: disk(text), notes: [] };
  const split = splitTreePath(text);
  if (split === null) {
    const { name, commit } = await fetchCommit(repository, text, mayFetch);
    return { version: { kind: 'commit', label: name, commit, path: null }, notes: [] };
  }
  const { commit } = (await findCommit(repository, split.ref)) ?? (await fetchCommit(repository, split.ref, mayFetch));
  const path = treePath(/^\.\.?(?:\/|$)/.test(split.path) ? repository.prefix : '', split.path);
  if (path !== null) return { version: { kind: 'commit', label: text, commit, path }, notes: [] };
  throw new UserError('usage/bad-argument', `${text} is outside of the repository`, {
    hint: 'the path is taken from the top of the tree; ./PATH is taken from here',
  });
}

/** Work without a commit of its own is compared as part of HEAD. */
async function workTree(repository: Repository): Promise<Found> {
  if (repository.hasWorkTree) return { version: { kind: 'work', label: 'working tree' }, notes: [] };
  const { commit } = await headCommit(repository);
  return { version: { kind: 'commit', label: 'HEAD', commit, path: null }, notes: [] };
}

/** The base where the head left it. A version that was named with its path is meant as it is. */
async function sinceLeft(
  repository: Repository,
  { base, head, asked }: { readonly base: Version; readonly head: Version; readonly asked: AskedSides },
  { folder, mayFetch }: Surroundings,
): Promise<Version> {
  if (asked.isExact || base.kind !== 'commit' || base.path !== null) return base;
  const tip = await tipOf(repository, head, folder);
  if (tip === null) return base;
  const named = { name: base.label, commit: base.commit };
  const commit = await commonCommit(repository, { base: named, head: tip }, { mayFetch });
  if (commit === base.commit) return base;
  return { ...base, label: `merge base of ${base.label} and ${tip.name}`, commit };
}

async function tipOf(repository: Repository, head: Version, folder: string): Promise<NamedCommit | null> {
  if (head.kind === 'commit') return head.path === null ? { name: head.label, commit: head.commit } : null;
  const isOurs = head.kind === 'work' || belowTop(repository, resolve(folder, head.path)) !== null;
  return isOurs ? headCommit(repository) : null;
}

async function headCommit(repository: Repository): Promise<NamedCommit> {
  const head = await findCommit(repository, 'HEAD');
  if (head !== null && head.name === 'HEAD') return head;
  throw new UserError('git/unreadable', 'there is no commit here to compare with', { hint: 'make a first commit' });
}

/** A path on disk as seen from the top of the work tree, with forward slashes; null outside. */
export function belowTop({ folder, hasWorkTree }: Repository, path: string): string | null {
  const below = relative(folder, path).split(sep).join('/');
  return !hasWorkTree || below === '..' || below.startsWith('../') || resolve(below) === below ? null : below || '.';
}

/** A folder that holds what the run reads is a checkout: its documents count from its top. */
export function isCheckout(folder: string, path: string, policies: readonly string[]): boolean {
  const inside = (name: string): boolean => existsSync(join(resolve(folder, path), name));
  return statSync(resolve(folder, path)).isDirectory() && policies.some(inside);
}

function disk(path: string): Version {
  return { kind: 'disk', label: path, path };
}
