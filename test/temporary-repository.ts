import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A real repository in a temporary folder. */
export interface TemporaryRepository {
  readonly path: string;
  readonly git: (...args: readonly string[]) => string;
  readonly write: (files: Readonly<Record<string, string | Uint8Array>>) => void;
  /** Writes the files and commits everything; the hash. */
  readonly commit: (files?: Readonly<Record<string, string | Uint8Array>>) => string;
  /** A clone beside it, with the options of `git clone`; a local path would make it ignore a depth. */
  readonly clone: (...options: readonly string[]) => TemporaryRepository;
}

const IDENTITY = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'] as const;

const made: string[] = [];

/** An empty folder, removed by `removeRepositories`. */
export function temporaryFolder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'firebreak-repository-')));
  made.push(path);
  return path;
}

export function removeRepositories(): void {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
}

/** A repository with a branch `main`; without files there is no commit yet. */
export function repositoryWith(
  files: Readonly<Record<string, string | Uint8Array>> | null,
  ...options: readonly string[]
): TemporaryRepository {
  const repository = repositoryAt(temporaryFolder());
  repository.git('init', '-q', '-b', 'main', ...options);
  if (files !== null) repository.commit(files);
  return repository;
}

export function repositoryAt(path: string): TemporaryRepository {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', [...IDENTITY, ...args], {
      cwd: path,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  const write: TemporaryRepository['write'] = (files) => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), content);
    }
  };
  return {
    path,
    git,
    write,
    commit(files = {}) {
      write(files);
      git('add', '-A');
      git('commit', '-qm', 'change', '--allow-empty');
      return git('rev-parse', 'HEAD');
    },
    clone(...options) {
      const folder = temporaryFolder();
      execFileSync('git', ['clone', '-q', ...options, `file://${path}`, folder], { stdio: ['ignore', 'pipe', 'pipe'] });
      return repositoryAt(folder);
    },
  };
}
