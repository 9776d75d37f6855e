import { posix } from 'node:path';
import { UserError } from '../model/failure.ts';
import { READING } from './git-command.ts';

/** Largest blob read, as for files of the work tree: 64 MiB. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Output of one git call: the blobs of a whole tree. */
const MAX_OUTPUT = 1024 * 1024 * 1024;

/** One file of a commit. */
export interface TreeFile {
  /** Relative to the folder that was asked from, with forward slashes; may begin with `..`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * The commit where the work of HEAD began to differ from a branch, tag or commit: the newest that both have.
 *
 * @param folder inside the work tree
 * @throws UserError git/unreadable without git, a work tree or a common commit; usage/bad-argument for an unknown name
 */
export async function mergeBase(folder: string, ref: string): Promise<string> {
  await insideWorkTree(folder);
  // A name that begins with a dash would be an option of git.
  const commit = ref.startsWith('-')
    ? null
    : await tryGit(folder, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
  if (commit === null) {
    throw new UserError('usage/bad-argument', `git knows no commit "${ref}"`, {
      hint: 'name a branch, tag or commit; in a shallow clone fetch it first: git fetch origin BRANCH',
    });
  }
  const base = await tryGit(folder, ['merge-base', text(commit), 'HEAD']);
  if (base === null) {
    throw new UserError('git/unreadable', `"${ref}" and HEAD have no commit in common here`, {
      hint: 'a shallow clone ends too early: git fetch --unshallow, or fetch-depth: 0 in the workflow',
    });
  }
  return text(base).split('\n')[0] ?? '';
}

/**
 * Files of a commit, straight from its objects: nothing is checked out and no filter or hook runs. Links are left out,
 * and so is what was not asked for.
 *
 * @param folder paths are relative to it
 * @param isWanted chooses by the path below one of `paths`; the paths themselves are always wanted
 */
export async function readTree(
  folder: string,
  commit: string,
  { paths, isWanted }: { readonly paths: readonly string[]; readonly isWanted: (below: string) => boolean },
): Promise<readonly TreeFile[]> {
  const prefix = text(await runGit(folder, ['rev-parse', '--show-prefix']));
  const wanted = new Map<string, { readonly path: string; readonly id: string }>();
  for (const path of paths) {
    const root = posix.normalize(posix.join(prefix, path)).replace(/\/$/, '');
    if (root.startsWith('..')) continue;
    const listed = await runGit(folder, [
      'ls-tree',
      '-r',
      '-z',
      '-l',
      '--full-tree',
      commit,
      ...(root === '.' ? [] : ['--', root]),
    ]);
    for (const { name, id } of readListing(listed)) {
      const below = root === '.' ? name : name.slice(root.length + 1);
      if (name !== root && !isWanted(below)) continue;
      wanted.set(name, { path: posix.relative(prefix === '' ? '.' : prefix, name), id });
    }
  }
  const entries = [...wanted.values()];
  const contents = await readBlobs(
    folder,
    entries.map(({ id }) => id),
  );
  return entries.flatMap(({ path, id }) => {
    const bytes = contents.get(id);
    return bytes === undefined ? [] : [{ path, bytes }];
  });
}

/** Entries of `ls-tree -l -z`: mode, type, object and size, a tab, the name, a zero byte. Regular files only. */
function readListing(listed: Uint8Array): readonly { readonly name: string; readonly id: string }[] {
  return new TextDecoder()
    .decode(listed)
    .split('\0')
    .flatMap((row) => {
      const [, mode, id, size, name] = /^(\d+) blob ([0-9a-f]+) +(\d+)\t([\s\S]+)$/.exec(row) ?? [];
      if (name === undefined || id === undefined || !mode?.startsWith('100') || Number(size) > MAX_BYTES) return [];
      return [{ name, id }];
    });
}

/** Contents by object: `cat-file --batch` answers `ID blob SIZE`, a line end, the bytes, a line end. */
async function readBlobs(folder: string, ids: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>();
  if (ids.length === 0) return contents;
  const output = await runGit(folder, ['cat-file', '--batch'], `${ids.join('\n')}\n`);
  let offset = 0;
  while (offset < output.length) {
    const lineEnd = output.indexOf(0x0a, offset);
    if (lineEnd < 0) break;
    const [id = '', type, size] = new TextDecoder().decode(output.subarray(offset, lineEnd)).split(' ');
    offset = lineEnd + 1;
    if (type !== 'blob') continue;
    contents.set(id, output.subarray(offset, offset + Number(size)));
    offset += Number(size) + 1;
  }
  return contents;
}

async function insideWorkTree(folder: string): Promise<void> {
  if ((await tryGit(folder, ['rev-parse', '--verify', '--quiet', 'HEAD'])) !== null) return;
  const { stderr } = await run(folder, ['rev-parse', '--is-inside-work-tree']);
  throw new UserError('git/unreadable', 'there is no git history here to compare with', {
    hint: stderr === '' ? 'make a first commit' : `git says: ${stderr}`,
  });
}

async function tryGit(folder: string, args: readonly string[]): Promise<Uint8Array | null> {
  const { ok, stdout } = await run(folder, args);
  return ok && stdout.length > 0 ? stdout : null;
}

/**
 * Output of one git call.
 *
 * @throws UserError git/unreadable with what git says
 */
export async function runGit(folder: string, args: readonly string[], input = ''): Promise<Uint8Array> {
  const { ok, stdout, stderr } = await run(folder, args, input);
  if (ok) return stdout;
  throw new UserError('git/unreadable', `git ${args[0] ?? ''} failed`, {
    hint: stderr === '' ? 'run git fsck in this folder' : `git says: ${stderr}`,
  });
}

async function run(
  folder: string,
  args: readonly string[],
  input = '',
): Promise<{ readonly ok: boolean; readonly stdout: Uint8Array; readonly stderr: string }> {
  const { execa } = await import('execa');
  const result = await execa('git', [...args], {
    cwd: folder,
    reject: false,
    timeout: 60_000,
    input,
    env: READING,
    encoding: 'buffer',
    maxBuffer: MAX_OUTPUT,
    stripFinalNewline: false,
  });
  if (result.code === 'ENOENT') {
    throw new UserError('git/unreadable', 'the program git is not installed', {
      hint: 'install git, or run without --since',
    });
  }
  const stderr = text(result.stderr ?? new Uint8Array()).split('\n')[0] ?? '';
  return { ok: result.exitCode === 0, stdout: result.stdout ?? new Uint8Array(), stderr: stderr.slice(0, 300) };
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trimEnd();
}
