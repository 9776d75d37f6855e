import { resolve } from 'node:path';
import { UserError } from '../model/failure.ts';
import { ask, outputOf } from './git-command.ts';

/** A repository as it is seen from a folder. */
export interface Repository {
  /** Where git is run: the top of the work tree, or the folder itself where there is none. */
  readonly folder: string;
  /** Path of the folder that was asked from, below the top: empty, or with its last slash. */
  readonly prefix: string;
  /** False in a bare repository and inside of `.git`. */
  readonly hasWorkTree: boolean;
  readonly hash: 'sha1' | 'sha256';
}

/**
 * Finds the repository around a folder: work trees, linked ones, bare repositories, any folder below.
 *
 * @throws UserError git/unreadable
 */
export async function openRepository(folder: string): Promise<Repository> {
  const said = await ask(folder, [
    'rev-parse',
    '--is-inside-work-tree',
    '--show-object-format',
    '--show-cdup',
    '--show-prefix',
  ]);
  // The prefix comes last: names of folders may hold line ends.
  const [inside, hash, up = '', ...prefix] = said.split('\n');
  const hasWorkTree = inside === 'true';
  return {
    folder: hasWorkTree ? resolve(folder, up) : folder,
    prefix: hasWorkTree ? prefix.join('\n') : '',
    hasWorkTree,
    hash: hash === 'sha256' ? 'sha256' : 'sha1',
  };
}

/** Full hash of the commit that a name leads to; null for a name that git does not know. */
export async function commitOf({ folder }: Repository, name: string): Promise<string | null> {
  // A name that begins with a dash would be an option of git, and none can hold a zero byte.
  if (name === '' || name.startsWith('-') || name.includes('\0')) return null;
  try {
    const said = await ask(folder, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
    return /^[0-9a-f]{40,64}$/.test(said) ? said : null;
  } catch (error) {
    // Words that no name of git may hold are a complaint and not a quiet no.
    if (error instanceof UserError && /git says: (?:fatal|error)/.test(error.hint ?? '')) return null;
    throw error;
  }
}

/** The newest commit that both have; null without one. */
export async function mergeBaseOf({ folder }: Repository, one: string, other: string): Promise<string | null> {
  const said = await ask(folder, ['merge-base', one, other]);
  return said === '' ? null : (said.split('\n')[0] ?? null);
}

/** The branch that `origin/HEAD` stands for: `origin/main`; null where the clone did not record it. */
export async function remoteHead({ folder }: Repository): Promise<string | null> {
  const said = await ask(folder, ['rev-parse', '--abbrev-ref', '--verify', '--quiet', 'refs/remotes/origin/HEAD']);
  return said === '' || said === 'refs/remotes/origin/HEAD' ? null : said;
}

/** Whether the history was cut off when the repository was cloned or fetched. */
export async function isShallow({ folder }: Repository): Promise<boolean> {
  return (await ask(folder, ['rev-parse', '--is-shallow-repository'])) === 'true';
}

/** One setting: its name in lower case, and what file it comes from. */
export interface GitSetting {
  readonly scope: string;
  readonly name: string;
  readonly value: string;
}

/** Settings of git here, those of the repository and those of its user. */
export async function settingsOf({ folder }: Repository): Promise<readonly GitSetting[]> {
  const fields = (await outputOf({ folder }, ['config', '--list', '--show-scope', '-z'])).toString('utf8').split('\0');
  const settings: GitSetting[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [name = '', ...value] = (fields[at + 1] ?? '').split('\n');
    settings.push({ scope: fields[at] ?? '', name, value: value.join('\n') });
  }
  return settings;
}
