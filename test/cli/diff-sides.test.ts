import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { SideOptions, Sides } from '../../src/cli/diff-sides.ts';
import { readSides } from '../../src/cli/diff-sides.ts';
import type { TemporaryRepository } from '../temporary-repository.ts';
import { removeRepositories, repositoryAt, repositoryWith, temporaryFolder } from '../temporary-repository.ts';

afterAll(removeRepositories);

const policy = (name: string, lifetime = '5m'): string => `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: ${name}, owner: '@team' }
spec:
  enforcement: enforce
  tokens:
    access_token:
      lifetime: { max: ${lifetime} }
`;

const sides = (
  from: TemporaryRepository | string,
  args: readonly string[] = [],
  options: SideOptions & { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Sides> => {
  const { env = {}, ...rest } = options;
  return readSides(args, { env }, { folder: typeof from === 'string' ? from : from.path, ...rest });
};

const names = ({ files }: Sides['base']): readonly string[] => files.map(({ file }) => file);
const textIn = (side: Sides['base'], file: string): string | undefined =>
  side.files.find((each) => each.file === file)?.text;

/** main has `a` with 5m and then one commit more; the branch `work` made it 10m. */
function branched(): TemporaryRepository & { readonly first: string; readonly work: string; readonly main: string } {
  const repository = repositoryWith({
    'policies/a.yaml': policy('a'),
    'policies/b.yaml': policy('b'),
    'other/x.yaml': 'x: 1\n',
  });
  const first = repository.git('rev-parse', 'HEAD');
  repository.git('checkout', '-qb', 'work');
  const work = repository.commit({ 'policies/a.yaml': policy('a', '10m') });
  repository.git('checkout', '-q', 'main');
  const main = repository.commit({ 'policies/later.yaml': policy('later') });
  repository.git('checkout', '-q', 'work');
  return { ...repository, first, work, main };
}

describe('what is compared', () => {
  it('is the working tree with where it left the default branch', async () => {
    const repository = branched();
    repository.write({ 'policies/new.yaml': policy('new') });
    const { base, head, notes } = await sides(repository);
    expect(base).toMatchObject({
      label: 'merge base of main and HEAD',
      commit: repository.first,
      root: '',
      problems: [],
    });
    expect(head).toMatchObject({ label: 'working tree', commit: null, root: '', problems: [] });
    expect(names(base)).toEqual(['policies/a.yaml', 'policies/b.yaml']);
    expect(names(head)).toEqual(['policies/a.yaml', 'policies/b.yaml', 'policies/new.yaml']);
    expect(textIn(base, 'policies/a.yaml')).toBe(policy('a'));
    expect(textIn(head, 'policies/a.yaml')).toBe(policy('a', '10m'));
    expect(notes).toEqual([]);
  });

  it.for([
    { args: ['main'], base: 'first', head: null, says: 'merge base of main and HEAD' },
    { args: ['main', 'work'], base: 'first', head: 'work', says: 'merge base of main and work' },
    { args: ['main...work'], base: 'first', head: 'work', says: 'merge base of main and work' },
    { args: ['main..work'], base: 'main', head: 'work', says: 'main' },
    { args: ['main..'], base: 'main', head: 'work', says: 'main' },
    { args: ['...main'], base: 'first', head: 'main', says: 'merge base of HEAD and main' },
    { args: ['HEAD~1'], base: 'first', head: null, says: 'HEAD~1' },
  ] as const)('$args', async ({ args, base, head, says }) => {
    const repository = branched();
    const found = await sides(repository, args);
    expect(found.base).toMatchObject({ label: says, commit: repository[base] });
    expect(found.head.commit).toBe(head === null ? null : repository[head]);
  });

  it('is exactly what was named with --no-merge-base', async () => {
    const repository = branched();
    expect((await sides(repository, ['main', 'work'], { mergeBase: false })).base.commit).toBe(repository.main);
    expect((await sides(repository, ['main'], { mergeBase: false })).base.commit).toBe(repository.main);
    expect((await sides(repository, [], { mergeBase: false })).base.commit).toBe(repository.main);
  });

  it('peels tags and takes any name that git knows', async () => {
    const repository = branched();
    repository.git('tag', '-am', 'v', 'v1', repository.first);
    for (const name of ['v1', repository.first, repository.first.slice(0, 9), 'work~1', 'main~1', 'HEAD^{/change}~1']) {
      expect((await sides(repository, [name])).base.commit, name).toBe(repository.first);
    }
  });

  it('prefers the branch that the pipeline names, then that of origin/HEAD, then main and master', async () => {
    const origin = branched();
    const clone = origin.clone('-b', 'work');
    origin.git('checkout', '-q', 'main');
    const second = origin.clone();
    second.git('checkout', '-q', '--detach', 'origin/work');
    expect((await sides(second)).base).toMatchObject({
      label: 'merge base of origin/main and HEAD',
      commit: origin.first,
    });
    expect((await sides(clone)).base).toMatchObject({ label: 'origin/work', commit: origin.work });
    for (const name of ['GITHUB_BASE_REF', 'CI_MERGE_REQUEST_TARGET_BRANCH_NAME']) {
      const { base } = await sides(clone, [], { env: { [name]: 'main', GITHUB_HEAD_REF: 'work' } });
      expect(base).toMatchObject({ label: 'merge base of origin/main and HEAD', commit: origin.first });
    }
    expect((await sides(clone, [], { env: { GITHUB_BASE_REF: '' } })).base.label).toBe('origin/work');
    const master = repositoryWith({ 'policies/a.yaml': policy('a') });
    master.git('branch', '-qm', 'master');
    expect((await sides(master)).base.label).toBe('master');
  });

  it('takes a branch of origin for one that only origin has, and says so', async () => {
    const clone = branched().clone('-b', 'work');
    const { base, notes } = await sides(clone, ['main']);
    expect(base.label).toBe('merge base of main and HEAD');
    expect(notes).toEqual(['"main" is no branch of this clone; origin/main was taken']);
  });

  it('asks for a name where no default branch is known', async () => {
    const repository = branched();
    repository.git('branch', '-qm', 'main', 'trunk');
    await expect(sides(repository)).rejects.toMatchObject({ code: 'usage/bad-argument', exitCode: 2 });
  });
});

describe('paths', () => {
  it('are folders and files on disk, of a version, or both', async () => {
    const repository = branched();
    const all = ['policies/a.yaml', 'policies/b.yaml'];
    const byFolder = await sides(repository, ['main:policies', 'policies']);
    expect(byFolder.base).toMatchObject({ label: 'main:policies', commit: repository.main });
    expect(names(byFolder.head)).toEqual(all);
    const byFile = await sides(repository, ['work~1:policies/a.yaml', 'policies/a.yaml']);
    expect([names(byFile.base), names(byFile.head)]).toEqual([['policies/a.yaml'], ['policies/a.yaml']]);
    expect(byFile.base.files[0]?.named).toBe(true);
    const follows = await sides(repository, ['work~1:policies/b.yaml']);
    expect(names(follows.head)).toEqual(['policies/b.yaml']);
    const other = await sides(repository, ['main', 'other/']);
    expect([names(other.base), names(other.head)]).toEqual([['other/x.yaml'], ['other/x.yaml']]);
    const chosen = await sides(repository, ['main'], { policies: ['other', 'policies/a.yaml'] });
    expect(names(chosen.head)).toEqual(['other/x.yaml', 'policies/a.yaml']);
    expect(names(chosen.base)).toEqual(['other/x.yaml', 'policies/a.yaml']);
  });

  it('may lie outside of any repository', async () => {
    const folder = temporaryFolder();
    repositoryAt(folder).write({
      'old/a.yaml': policy('a'),
      'new/a.yaml': policy('a', '1m'),
      'new/c.yaml': policy('c'),
    });
    const { base, head, moved } = await sides(folder, ['old', 'new']);
    expect([names(base), names(head)]).toEqual([['old/a.yaml'], ['new/a.yaml', 'new/c.yaml']]);
    expect(moved).toEqual([]);
    symlinkSync('new', join(folder, 'latest'));
    expect(names((await sides(folder, ['old', 'latest'])).head)).toEqual(['latest/a.yaml', 'latest/c.yaml']);
  });

  it('may be whole checkouts, whose names count from their top', async () => {
    const folder = temporaryFolder();
    repositoryAt(folder).write({
      'old/policies/a.yaml': policy('a'),
      'new/policies/a.yaml': policy('a', '1m'),
      'new/x.yaml': 'x: 1',
    });
    const { base, head } = await sides(folder, ['./old', './new/']);
    expect([base.root, head.root]).toEqual(['./old/', './new/']);
    expect([names(base), names(head)]).toEqual([['policies/a.yaml'], ['policies/a.yaml']]);
  });

  it('are relative to the folder that firebreak runs in, versions with a path to the top', async () => {
    const repository = repositoryWith({ 'team/policies/a.yaml': policy('a'), 'shared/policies/s.yaml': policy('s') });
    const below = join(repository.path, 'team');
    const { base, head } = await sides(below, ['HEAD']);
    expect([names(base), names(head)]).toEqual([['policies/a.yaml'], ['policies/a.yaml']]);
    const shared = await sides(below, ['HEAD'], { policies: ['policies', '../shared'] });
    expect(names(shared.base)).toEqual(['../shared/policies/s.yaml', 'policies/a.yaml']);
    expect(names(shared.head)).toEqual(['../shared/policies/s.yaml', 'policies/a.yaml']);
    expect(names((await sides(below, ['HEAD:team/policies', 'policies'])).base)).toEqual(['policies/a.yaml']);
    expect(names((await sides(below, ['HEAD:./policies', 'policies'])).base)).toEqual(['policies/a.yaml']);
    await expect(sides(below, ['HEAD'], { policies: ['../../x'] })).rejects.toMatchObject({
      code: 'usage/bad-argument',
    });
  });

  it('are not compared with themselves', async () => {
    const repository = branched();
    for (const args of [['policies'], ['.'], ['policies', './policies/']])
      await expect(sides(repository, args), args.join()).rejects.toMatchObject({ code: 'usage/bad-argument' });
  });

  it('lose to a version of the same name unless they are spelled as paths', async () => {
    const repository = branched();
    repository.git('branch', 'policies', 'main');
    const { base, notes } = await sides(repository, ['policies']);
    expect(base.commit).toBe(repository.first);
    expect(notes).toEqual(['"policies" is a version in git and a path; the version was taken, ./policies is the path']);
    expect((await sides(repository, ['main', './policies'])).head).toMatchObject({ label: './policies', commit: null });
  });

  it('need not exist on one side, and must on some', async () => {
    const repository = repositoryWith({ 'readme.md': 'x' });
    repository.write({ 'policies/a.yaml': policy('a') });
    expect((await sides(repository)).notes).toEqual(['there is nothing to read in main: everything is new']);
    await expect(sides(repository, [], { policies: ['nowhere'] })).rejects.toMatchObject({ code: 'usage/no-input' });
    await expect(sides(repository, ['HEAD:nowhere'])).rejects.toMatchObject({ code: 'usage/no-input' });
    await expect(sides(repository, ['./nowhere'])).rejects.toMatchObject({ code: 'file/missing' });
  });
});

describe('arguments that are no versions', () => {
  it.for([
    '-h',
    '--output=x',
    '',
    'main..--output=x',
    'nowhere',
    'main:../..',
    'a b',
    'main\0',
    '-',
    'main...work...x',
  ])('refuses %j', async (arg) => {
    const repository = branched();
    await expect(sides(repository, [arg])).rejects.toMatchObject({ code: 'usage/bad-argument', exitCode: 2 });
  });

  it('refuses a third', async () => {
    await expect(sides(branched(), ['main', 'work', 'main'])).rejects.toMatchObject({ code: 'usage/bad-argument' });
    await expect(sides(branched(), ['main..work', 'main'])).rejects.toMatchObject({ code: 'usage/bad-argument' });
  });
});
