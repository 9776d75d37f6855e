import { posix } from 'node:path';
import { runGit } from './git-tree.ts';

/** One commit that touched files. */
export interface CommitTouch {
  /** Full hash. */
  readonly commit: string;
  /** Mail addresses of the author, the committer and everybody named as co-author. */
  readonly people: readonly string[];
  /** Commit time in milliseconds since the epoch. */
  readonly at: number;
  /** Files among those asked for, relative to the folder, with forward slashes; may begin with `..`. */
  readonly files: readonly string[];
}

/** Hash, people, seconds, then the files; the mark in front cannot stand in a mail address or a path of git's output. */
const FORMAT = '%x01%H%x00%ae%x00%ce%x00%ct%x00%(trailers:key=Co-authored-by,valueonly,separator=%x02)%x00';

/**
 * Commits of a range that touched the paths, newest first. Of a merge only what its author changed while merging counts.
 *
 * @param range `BASE..HEAD`, or one commit for everything before it
 * @throws UserError git/unreadable
 */
export async function commitsTouching(
  folder: string,
  range: string,
  { paths, newest }: { readonly paths: readonly string[]; readonly newest?: number },
): Promise<readonly CommitTouch[]> {
  // With --relative git would not name what lies beside the folder.
  const prefix = new TextDecoder().decode(await runGit(folder, ['rev-parse', '--show-prefix'])).replace(/\n$/, '');
  const output = await runGit(folder, [
    'log',
    `--format=${FORMAT}`,
    '--name-only',
    '--diff-merges=combined',
    '--full-history',
    '--no-renames',
    '-z',
    ...(newest === undefined ? [] : [`--max-count=${newest}`]),
    range,
    '--',
    ...paths,
  ]);
  return new TextDecoder()
    .decode(output)
    .split('\u0001')
    .flatMap((record) => {
      const [commit = '', author = '', committer = '', seconds = '', together = '', ...names] = record.split('\0');
      if (commit === '') return [];
      const people = [author, committer, ...together.split('\u0002').map(mailOf)].filter((mail) => mail !== '');
      const files = names
        .map((name) => name.replace(/^\n/, ''))
        .filter((name) => name !== '')
        .map((name) => posix.relative(prefix === '' ? '.' : prefix, name));
      return [{ commit, people: [...new Set(people)], at: Number(seconds) * 1000, files }];
    });
}

/** `Name <mail>` as a trailer has it. */
function mailOf(trailer: string): string {
  return /<([^<>]+)>/.exec(trailer)?.[1] ?? '';
}
