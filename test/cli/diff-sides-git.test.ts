import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { SideOptions, Sides } from '../../src/cli/diff-sides.ts';
import { readSides } from '../../src/cli/diff-sides.ts';
import type { TemporaryRepository } from '../temporary-repository.ts';
import { removeRepositories, repositoryAt, repositoryWith, temporaryFolder } from '../temporary-repository.ts';

afterAll(removeRepositories);
afterEach(() => vi.unstubAllEnvs());

const sides = (
  from: TemporaryRepository | string,
  args: readonly string[] = [],
  options: SideOptions & { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Sides> => {
  const { env = {}, ...rest } = options;
  return readSides(args, { env }, { folder: typeof from === 'string' ? from : from.path, ...rest });
};

const textIn = (side: Sides['base'], file: string): string | undefined =>
  side.files.find((each) => each.file === file)?.text;

/** Twelve commits on main after the branch `work` left it, twelve on `work`. */
function longHistory(): TemporaryRepository & { readonly fork: string } {
  const repository = repositoryWith({ 'policies/a.yaml': 'a: 0\n', 'policies/b.yaml': 'b: 0\n' });
  repository.git('config', 'uploadpack.allowFilter', 'true');
  const fork = repository.git('rev-parse', 'HEAD');
  for (let at = 1; at <= 12; at += 1) repository.commit({ 'policies/b.yaml': `b: ${at}\n` });
  repository.git('checkout', '-qb', 'work', fork);
  for (let at = 1; at <= 12; at += 1) repository.commit({ 'policies/a.yaml': `a: ${at}\n` });
  return { ...repository, fork };
}

describe('places', () => {
  it('may be a bare repository', async () => {
    const repository = longHistory();
    const bare = repository.clone('--bare');
    const { base, head } = await sides(bare, ['main', 'work']);
    expect(base.commit).toBe(repository.fork);
    expect(textIn(head, 'policies/a.yaml')).toBe('a: 12\n');
    const alone = await sides(bare, ['main']);
    expect(alone.head).toMatchObject({ label: 'HEAD', commit: repository.git('rev-parse', 'work') });
    expect(alone.base.commit).toBe(repository.fork);
  });

  it('may be a linked work tree, the folder .git, and any folder below', async () => {
    const repository = longHistory();
    const linked = join(temporaryFolder(), 'linked');
    repository.git('worktree', 'add', '-q', linked, 'main');
    writeFileSync(join(linked, 'policies', 'a.yaml'), 'a: changed\n');
    const { base, head } = await sides(linked, ['work']);
    expect(base.commit).toBe(repository.fork);
    expect(textIn(head, 'policies/a.yaml')).toBe('a: changed\n');
    expect((await sides(join(repository.path, '.git'), ['main'])).head.label).toBe('HEAD');
    const below = await sides(join(repository.path, 'policies'), ['main'], { policies: ['.'] });
    expect(textIn(below.base, 'a.yaml')).toBe('a: 0\n');
    expect(textIn(below.head, 'a.yaml')).toBe('a: 12\n');
  });

  it('must be a repository with a commit, and git must be there', async () => {
    const folder = temporaryFolder();
    await expect(sides(folder)).rejects.toMatchObject({ code: 'git/unreadable', exitCode: 3 });
    const unborn = repositoryWith(null);
    unborn.write({ 'policies/a.yaml': 'a: 1\n' });
    await expect(sides(unborn)).rejects.toMatchObject({ exitCode: 2 });
    await expect(sides(unborn, ['HEAD'])).rejects.toMatchObject({ exitCode: 2 });
    repositoryAt(folder).write({ 'old/a.yaml': 'a: 1\n', 'new/a.yaml': 'a: 2\n' });
    vi.stubEnv('PATH', '/nowhere');
    await expect(sides(folder, ['main'])).rejects.toMatchObject({
      code: 'git/unreadable',
      exitCode: 3,
      message: 'the program git is not installed',
    });
    expect(textIn((await sides(folder, ['old', 'new'])).head, 'new/a.yaml')).toBe('a: 2\n');
  });

  it('must belong to somebody that git trusts', async () => {
    const repository = longHistory();
    vi.stubEnv('GIT_TEST_ASSUME_DIFFERENT_OWNER', '1');
    await expect(sides(repository, ['main'])).rejects.toMatchObject({
      code: 'git/unreadable',
      message: `git does not trust ${repository.path}: another user owns it`,
      hint: `if you do: git config --global --add safe.directory '${repository.path}'`,
    });
    vi.stubEnv('GIT_CONFIG_COUNT', '2');
    vi.stubEnv('GIT_CONFIG_KEY_0', 'url.x.insteadOf');
    vi.stubEnv('GIT_CONFIG_VALUE_0', 'y');
    vi.stubEnv('GIT_CONFIG_KEY_1', 'safe.directory');
    vi.stubEnv('GIT_CONFIG_VALUE_1', repository.path);
    expect((await sides(repository, ['main'])).base.commit).toBe(repository.fork);
  });

  it('may be looked at with programs of the person in the environment, which are not used', async () => {
    const repository = longHistory();
    for (const name of ['EDITOR', 'PAGER', 'GIT_PAGER', 'GIT_SSH_COMMAND', 'GIT_ASKPASS', 'GIT_EXTERNAL_DIFF'])
      vi.stubEnv(name, '/nowhere/program');
    vi.stubEnv('GIT_CONFIG_PARAMETERS', "'core.fsmonitor'='/nowhere/program'");
    expect((await sides(repository, ['main'])).base.commit).toBe(repository.fork);
  });
});

describe('histories', () => {
  it('without a common commit are a usage error, unless they are compared as they are', async () => {
    const repository = longHistory();
    repository.git('checkout', '-q', '--orphan', 'alone');
    repository.commit({ 'policies/a.yaml': 'a: alone\n' });
    await expect(sides(repository, ['main'])).rejects.toMatchObject({
      code: 'usage/bad-argument',
      exitCode: 2,
      message: 'main and HEAD have no commit in common',
    });
    expect((await sides(repository, ['main'], { mergeBase: false })).base.label).toBe('main');
    expect((await sides(repository, ['main..alone'])).head.label).toBe('alone');
  });

  it('that are cut off are a usage error with what to do', async () => {
    const origin = longHistory();
    const both = origin.clone('--depth=3', '--no-single-branch', '-b', 'work');
    await expect(sides(both, ['main'])).rejects.toMatchObject({
      code: 'git/incomplete',
      exitCode: 2,
      message: 'this shallow clone ends before main and HEAD meet',
      hint: expect.stringContaining('fetch-depth: 0') as string,
    });
    const one = origin.clone('--depth=3', '-b', 'work');
    await expect(sides(one, [], { env: { GITHUB_BASE_REF: 'main' } })).rejects.toMatchObject({
      code: 'git/incomplete',
      exitCode: 2,
      message: 'git knows no commit "main"',
    });
  });

  it('that are cut off are fetched as far as needed with --fetch', async () => {
    const origin = longHistory();
    const both = origin.clone('--depth=3', '--no-single-branch', '-b', 'work');
    expect((await sides(both, ['main'], { fetch: true })).base.commit).toBe(origin.fork);
    const one = origin.clone('--depth=1', '-b', 'work');
    const found = await sides(one, [], { fetch: true, env: { GITHUB_BASE_REF: 'main' } });
    expect(found.base).toMatchObject({ label: 'merge base of origin/main and HEAD', commit: origin.fork });
    expect(existsSync(join(one.path, '.git', 'FETCH_HEAD'))).toBe(false);
    const detached = origin.clone('--depth=1', '-b', 'work');
    detached.git('checkout', '-q', '--detach');
    detached.git('update-ref', '-d', 'refs/heads/work');
    expect((await sides(detached, ['main'], { fetch: true })).base.commit).toBe(origin.fork);
  });

  it('that a pipeline checked out as one merged commit are fetched, and no branch of the server is needed by name', async () => {
    const origin = longHistory();
    origin.git('checkout', '-q', '--detach', 'main');
    origin.git('merge', '-q', '-m', 'merge', 'work');
    origin.git('update-ref', 'refs/pull/1/merge', 'HEAD');
    origin.git('checkout', '-q', 'main');
    const main = origin.git('rev-parse', 'main');
    const clone = repositoryWith(null);
    clone.git('remote', 'add', 'origin', `file://${origin.path}`);
    clone.git('fetch', '-q', '--depth=1', 'origin', '+refs/pull/1/merge:refs/remotes/pull/1/merge');
    clone.git('checkout', '-q', 'refs/remotes/pull/1/merge');
    const env = { GITHUB_BASE_REF: 'main' };
    await expect(sides(clone, [], { env })).rejects.toMatchObject({ code: 'git/incomplete', exitCode: 2 });
    const { base, head } = await sides(clone, [], { env, fetch: true });
    expect(base).toMatchObject({ label: 'origin/main', commit: main });
    expect([textIn(base, 'policies/a.yaml'), textIn(head, 'policies/a.yaml')]).toEqual(['a: 0\n', 'a: 12\n']);
  });

  it('are fetched in steps, and stay cut off behind what was needed', async () => {
    const origin = repositoryWith({ 'policies/a.yaml': 'a: 0\n' });
    for (let at = 1; at <= 120; at += 1) origin.git('commit', '-qm', `${at}`, '--allow-empty');
    // The first step reaches the first of them, the second step the other.
    for (const behind of [20, 60]) {
      origin.git('checkout', '-qb', `work-${behind}`, `main~${behind}`);
      origin.commit({ 'policies/a.yaml': 'a: 1\n' });
      const clone = origin.clone('--depth=2', '--no-single-branch', '-b', `work-${behind}`);
      const { base } = await sides(clone, ['main'], { fetch: true });
      expect(base.commit).toBe(origin.git('rev-parse', `main~${behind}`));
      if (behind === 20) expect(Number(clone.git('rev-list', '--count', 'origin/main'))).toBeLessThan(100);
    }
  });

  it('say that they are unrelated after everything was fetched', async () => {
    const origin = longHistory();
    origin.git('checkout', '-q', '--orphan', 'alone');
    for (let at = 0; at < 4; at += 1) origin.commit({ 'policies/a.yaml': `a: alone ${at}\n` });
    const clone = origin.clone('--depth=2', '--no-single-branch', '-b', 'alone');
    await expect(sides(clone, ['main'], { fetch: true })).rejects.toMatchObject({
      code: 'usage/bad-argument',
      message: 'main and HEAD have no commit in common',
    });
  });

  it('cannot be fetched from a server that is gone', async () => {
    const origin = longHistory();
    const clone = origin.clone('--depth=3', '--no-single-branch', '-b', 'work');
    rmSync(origin.path, { recursive: true });
    await expect(sides(clone, ['main'], { fetch: true })).rejects.toMatchObject({
      code: 'git/incomplete',
      exitCode: 2,
    });
  });
});

describe('partial clones', () => {
  it('say what to do when contents are missing, and get them with --fetch', async () => {
    const origin = longHistory();
    for (const filter of ['blob:none', 'tree:0']) {
      const clone = origin.clone(`--filter=${filter}`, '-b', 'work');
      await expect(sides(clone, ['main', 'work~3']), filter).rejects.toMatchObject({
        code: 'git/incomplete',
        exitCode: 2,
      });
      const { base, head } = await sides(clone, ['main', 'work~3'], { fetch: true });
      expect([textIn(base, 'policies/a.yaml'), textIn(head, 'policies/a.yaml')]).toEqual(['a: 0\n', 'a: 9\n']);
      expect((await sides(clone, ['main', 'work~3'])).head.files).toEqual(head.files);
    }
  });
});

describe('a hostile repository', () => {
  const trap = (repository: TemporaryRepository): { readonly program: string; readonly ran: () => string } => {
    const log = join(temporaryFolder(), 'ran');
    const program = join(temporaryFolder(), 'program');
    writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> '${log}'\nexit 1\n`);
    chmodSync(program, 0o755);
    for (const name of [
      'post-checkout',
      'reference-transaction',
      'post-index-change',
      'fsmonitor-watchman',
      'pre-auto-gc',
    ]) {
      const hook = join(repository.path, '.git', 'hooks', name);
      writeFileSync(hook, `#!/bin/sh\necho hook >> '${log}'\n`);
      chmodSync(hook, 0o755);
    }
    return { program, ran: () => (existsSync(log) ? readFileSync(log, 'utf8') : '') };
  };

  const settings = (program: string): readonly (readonly [string, string])[] => [
    ['core.fsmonitor', program],
    ['core.pager', program],
    ['core.editor', program],
    ['core.sshCommand', program],
    ['core.gitProxy', program],
    ['core.askPass', program],
    ['core.alternateRefsCommand', program],
    ['credential.helper', `!${program}`],
    ['diff.external', program],
    ['diff.evil.textconv', program],
    ['diff.evil.command', program],
    ['filter.evil.clean', program],
    ['filter.evil.smudge', program],
    ['filter.evil.process', program],
    ['merge.evil.driver', program],
    ['gpg.program', program],
    ['pager.diff-tree', program],
    ['pager.cat-file', program],
    ['alias.diff-tree', `!${program}`],
    ['alias.cat-file', `!${program}`],
    ['remote.origin.uploadpack', program],
    ['protocol.ext.allow', 'always'],
    ['url.ext::' + program + ' .insteadOf', 'x:'],
  ];

  it('runs nothing while it is read', async () => {
    const repository = longHistory();
    repository.commit({ '.gitattributes': '* diff=evil filter=evil merge=evil\n' });
    const { program, ran } = trap(repository);
    for (const [name, value] of settings(program)) repository.git('config', name, value);
    repository.write({ 'policies/a.yaml': 'a: on disk\n', 'policies/new.yaml': 'n: 1\n' });
    for (const args of [['main', 'work'], ['main'], [], ['main:policies', 'policies']]) {
      const { head } = await sides(repository, args);
      expect(head.files.length).toBeGreaterThan(1);
    }
    expect(ran()).toBe('');
  });

  it('runs nothing when it pretends to be a partial clone of a program', async () => {
    const origin = longHistory();
    const clone = origin.clone('--filter=blob:none', '-b', 'work');
    const { program, ran } = trap(clone);
    for (const [name, value] of settings(program)) clone.git('config', name, value);
    for (const url of [origin.path, `ext::${program}`, `ssh://host.invalid/x`]) {
      clone.git('config', 'remote.origin.url', url);
      await expect(sides(clone, ['main', 'work~3']), url).rejects.toMatchObject({ exitCode: 2 });
      await expect(sides(clone, ['main', 'work~3'], { fetch: true }), url).rejects.toMatchObject({
        code: 'git/incomplete',
        message: expect.stringContaining('name a program to fetch with') as string,
      });
    }
    expect(ran()).toBe('');
  });

  it('runs no program when it is a shallow clone', async () => {
    const clone = longHistory().clone('--depth=3', '--no-single-branch', '-b', 'work');
    const { program, ran } = trap(clone);
    clone.git('config', 'remote.origin.uploadpack', program);
    await expect(sides(clone, ['main'], { fetch: true })).rejects.toMatchObject({ code: 'git/incomplete' });
    clone.git('config', '--unset', 'remote.origin.uploadpack');
    clone.git('config', 'core.fsmonitor', program);
    expect((await sides(clone, ['main'], { fetch: true })).base.commit).toMatch(/^[0-9a-f]{40}$/);
    expect(ran()).toBe('');
  });

  it('has content that is what its hash says', async () => {
    const repository = longHistory();
    const [one, other] = [
      repository.git('rev-parse', 'main:policies/b.yaml'),
      repository.git('rev-parse', 'work:policies/a.yaml'),
    ];
    repository.git('replace', one, other);
    const { base } = await sides(repository, ['main..work']);
    expect(textIn(base, 'policies/b.yaml')).toBe('b: 12\n');
  });
});
