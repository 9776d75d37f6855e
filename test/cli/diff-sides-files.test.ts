import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { SideOptions, Sides } from '../../src/cli/diff-sides.ts';
import { readSides, reformattedIn } from '../../src/cli/diff-sides.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import type { TemporaryRepository } from '../temporary-repository.ts';
import { removeRepositories, repositoryWith } from '../temporary-repository.ts';

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
  { path }: TemporaryRepository,
  args: readonly string[] = ['HEAD~1', 'HEAD'],
  options: SideOptions = {},
): Promise<Sides> => readSides(args, { env: {} }, { folder: path, ...options });

const names = ({ files }: Sides['base']): readonly string[] => files.map(({ file }) => file);
const recordOf = (side: Sides['base'], file: string): Sides['base']['files'][number] | undefined =>
  side.files.find((each) => each.file === file);

describe('files of both sides', () => {
  it('share one text where their content is the same, committed or not', async () => {
    const repository = repositoryWith({ 'policies/a.yaml': policy('a'), 'policies/b.yaml': policy('b') });
    repository.commit({ 'policies/b.yaml': policy('b', '1m'), 'policies/twin.yaml': policy('a') });
    for (const args of [['HEAD~1', 'HEAD'], ['HEAD~1']]) {
      const { base, head, parse } = await sides(repository, args);
      const before = recordOf(base, 'policies/a.yaml');
      expect(before).toEqual({
        file: 'policies/a.yaml',
        text: policy('a'),
        oid: repository.git('rev-parse', 'HEAD:policies/a.yaml'),
        named: false,
      });
      expect(recordOf(head, 'policies/a.yaml')).toEqual(before);
      expect(recordOf(head, 'policies/twin.yaml')?.oid).toBe(before?.oid);
      expect(recordOf(head, 'policies/b.yaml')?.oid).not.toBe(recordOf(base, 'policies/b.yaml')?.oid);
      expect(parse('policies/a.yaml', before?.text ?? '')).toBe(parse('policies/a.yaml', policy('a')));
      const read = readEstate(head.files, { now: 0, parse });
      expect(read.estate.policies.map(({ name }) => name)).toEqual(['a', 'b']);
    }
  });

  it('are named by hash the same way in repositories of SHA-256', async () => {
    const repository = repositoryWith({ 'policies/a.yaml': policy('a') }, '--object-format=sha256');
    const { base, head } = await sides(repository, ['HEAD']);
    expect(base.commit).toMatch(/^[0-9a-f]{64}$/);
    expect(head.files).toEqual(base.files);
  });

  it('keep line ends, lose a byte order mark, and are not converted by filters or attributes', async () => {
    const repository = repositoryWith({ '.gitattributes': '*.yaml ident working-tree-encoding=UTF-16LE-BOM\n' });
    repository.git('config', 'core.autocrlf', 'false');
    const crlf = policy('a').replaceAll('\n', '\r\n');
    repository.write({ '.gitattributes': '' });
    repository.commit({ 'policies/a.yaml': `\uFEFF${crlf}# $Id$\r\n` });
    repository.commit({ '.gitattributes': '*.yaml ident text eol=lf\n', 'policies/a.yaml': `\uFEFF${crlf}# $Id$\r\n` });
    const { base, head } = await sides(repository, ['HEAD~1', 'HEAD~1:policies']);
    expect(base.files[0]?.text).toBe(`${crlf}# $Id$\r\n`);
    expect(head.files[0]?.text).toBe(`${crlf}# $Id$\r\n`);
    expect(reformattedIn(await sides(repository, ['HEAD~1']))).toEqual([]);
  });

  it('may have any name that git can keep', async () => {
    const odd = [
      'policies/blank and ü.yaml',
      'policies/line\nend.yaml',
      'policies/"quoted"\t\\.yaml',
      'policies/-x.yaml',
      'policies/*.yaml',
      'policies/:(top)x.yaml',
    ];
    const repository = repositoryWith(Object.fromEntries(odd.map((file, at) => [file, policy(`p${at}`)])));
    repository.commit({ 'policies/*.yaml': policy('star') });
    for (const args of [['HEAD~1', 'HEAD'], ['HEAD~1']]) {
      const { base, head } = await sides(repository, args);
      expect([names(base), names(head)]).toEqual([[...odd].sort(), [...odd].sort()]);
    }
    const { base, head } = await sides(repository, ['HEAD~1', 'HEAD'], { policies: ['policies/*.yaml'] });
    expect([names(base), names(head)]).toEqual([['policies/*.yaml'], ['policies/*.yaml']]);
  });

  it.skipIf(process.platform === 'darwin' || process.platform === 'win32')(
    'may have names that are not UTF-8',
    async () => {
      const repository = repositoryWith({ 'policies/a.yaml': policy('a') });
      const name = (byte: number): Buffer =>
        Buffer.concat([Buffer.from(`${repository.path}/policies/x`), Buffer.from([byte]), Buffer.from('.yaml')]);
      writeFileSync(name(0xe9), policy('x'));
      writeFileSync(name(0xe8), policy('y'));
      repository.commit();
      repository.commit({ 'policies/a.yaml': policy('a', '1m') });
      for (const args of [['HEAD~1', 'HEAD'], ['HEAD~1']]) {
        const { base, head } = await sides(repository, args);
        expect(names(base)).toEqual([
          'policies/a.yaml',
          String.raw`policies/x\xE8.yaml`,
          String.raw`policies/x\xE9.yaml`,
        ]);
        expect(names(head)).toEqual(names(base));
        expect([base.problems, head.problems]).toEqual([[], []]);
      }
    },
  );

  it('may be thousands', async () => {
    const count = 5000;
    const repository = repositoryWith(null);
    repository.commit(
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`policies/${at % 50}/p${at}.yaml`, `x: ${at}\n`])),
    );
    repository.commit({ 'policies/0/p0.yaml': 'x: changed\n' });
    for (const args of [['HEAD~1', 'HEAD'], ['HEAD~1']]) {
      const { base, head } = await sides(repository, args);
      expect([base.files.length, head.files.length]).toEqual([count, count]);
      expect(base.files.filter(({ oid }, at) => head.files[at]?.oid !== oid)).toHaveLength(1);
    }
  });
});

describe('moved and reformatted files', () => {
  it('are told apart from files that are new and gone', async () => {
    const repository = repositoryWith({
      'policies/old.yaml': `${policy('moved')}# ${'a comment that stays '.repeat(20)}\n`,
      'policies/same.yaml': policy('same'),
      'policies/form.yaml': policy('form'),
      'policies/meaning.yaml': policy('meaning'),
      'policies/broken.yaml': policy('broken'),
      'policies/gone.yaml': policy('gone'),
    });
    repository.git('rm', '-q', 'policies/gone.yaml');
    repository.git('mv', 'policies/same.yaml', 'policies/there.yaml');
    repository.git('mv', 'policies/old.yaml', 'policies/new.yaml');
    repository.commit({
      'policies/new.yaml': `${policy('moved', '1m')}# ${'a comment that stays '.repeat(20)}\n`,
      'policies/form.yaml': `# why\r\n${policy('form').replace(`{ name: form, owner: '@team' }`, `{ "owner": "@team", name: form }`).replaceAll('\n', '\r\n')}`,
      'policies/meaning.yaml': policy('meaning', '300s'),
      'policies/broken.yaml': `${policy('broken')}: : :\n`,
      'policies/fresh.yaml': policy('fresh'),
    });
    const same = { from: 'policies/same.yaml', to: 'policies/there.yaml' };
    const committed = await sides(repository);
    expect(committed.moved).toEqual([{ from: 'policies/old.yaml', to: 'policies/new.yaml' }, same]);
    expect(reformattedIn(committed)).toEqual(['policies/form.yaml']);
    const onDisk = await sides(repository, ['HEAD~1']);
    expect(onDisk.moved).toEqual(committed.moved);
    expect(reformattedIn(onDisk)).toEqual(['policies/form.yaml']);
  });

  it('are found between two folders with names of their own', async () => {
    const repository = repositoryWith({
      'old/a.yaml': policy('a'),
      'old/b.yaml': policy('b'),
      'new/a.yaml': `${policy('a')}# why\n`,
      'new/c.yaml': policy('b'),
    });
    const found = await sides(repository, ['HEAD:old', 'new']);
    expect(found.moved).toEqual([{ from: 'old/b.yaml', to: 'new/c.yaml' }]);
    expect(reformattedIn(found)).toEqual(['new/a.yaml']);
  });
});

describe('what is left out', () => {
  it('is said of submodules, links, pointers, files that are no text and ignored files', async () => {
    const library = repositoryWith({ 'x.yaml': policy('x') });
    const repository = repositoryWith({
      'policies/a.yaml': policy('a'),
      'policies/data.conf': new Uint8Array([0, 1, 2]),
      'policies/big.yaml': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n',
      '.gitignore': 'policies/local.yaml\npolicies/rendered/\n',
      'outside/secret.yaml': policy('secret'),
    });
    symlinkSync('../outside/secret.yaml', join(repository.path, 'policies', 'link.yaml'));
    symlinkSync('../outside', join(repository.path, 'policies', 'folder'));
    repository.git(
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'add',
      `file://${library.path}`,
      'policies/shared',
    );
    repository.commit();
    repository.commit({ 'policies/a.yaml': policy('a', '1m') });
    const both = [
      'left out, Git LFS pointer: policies/big.yaml',
      'left out, file that is no text: policies/data.conf',
      'left out, submodule: policies/shared',
      'left out, symbolic link: policies/folder, policies/link.yaml',
    ];
    const committed = await sides(repository);
    expect([...committed.notes].sort()).toEqual(both);
    expect([names(committed.base), names(committed.head)]).toEqual([['policies/a.yaml'], ['policies/a.yaml']]);
    repository.write({ 'policies/local.yaml': policy('local'), 'policies/rendered/r.yaml': policy('r') });
    const onDisk = await sides(repository, ['HEAD']);
    expect([...onDisk.notes].sort()).toEqual(
      ['left out (working tree), ignored file: policies/local.yaml, policies/rendered/', ...both].sort(),
    );
    expect(names(onDisk.head)).toEqual(['policies/a.yaml']);
    expect(
      names((await sides(repository, ['HEAD'], { policies: ['policies/rendered', 'policies/a.yaml'] })).head),
    ).toEqual(['policies/a.yaml', 'policies/rendered/r.yaml']);
  });

  it('does not include what a sparse checkout keeps in the index only', async () => {
    const repository = repositoryWith({
      'policies/a.yaml': policy('a'),
      'policies/deep/b.yaml': policy('b'),
      'x/y.yaml': 'y',
    });
    repository.git('sparse-checkout', 'set', '--no-cone', 'policies/a.yaml', 'x');
    const { base, head } = await sides(repository, ['HEAD']);
    expect(names(head)).toEqual(['policies/a.yaml', 'policies/deep/b.yaml']);
    expect(head.files).toEqual(base.files);
  });
});

describe('problems of one side', () => {
  it('stay on it, at their place, and the other files are read', async () => {
    const repository = repositoryWith({
      'policies/a.yaml': policy('a'),
      'policies/b.yaml': policy('b'),
      'policies/c.yaml': policy('c'),
    });
    const conflict = policy('a').replace(
      '      lifetime: { max: 5m }\n',
      '<<<<<<< HEAD\n      lifetime: { max: 5m }\n=======\n      lifetime: { max: 1m }\n>>>>>>> work\n',
    );
    repository.commit({
      'policies/a.yaml': conflict,
      'policies/b.yaml': Buffer.from(`\uFEFF${policy('b')}`, 'utf16le'),
      'policies/new.yaml': policy('new'),
      'policies/latin.yaml': Buffer.from(`${policy('latin')}# \u00E9\n`, 'latin1'),
    });
    for (const args of [['HEAD~1', 'HEAD'], ['HEAD~1']]) {
      const { base, head } = await sides(repository, args);
      expect(base.problems).toEqual([]);
      expect(names(base)).toHaveLength(3);
      expect(names(head)).toEqual(['policies/c.yaml', 'policies/new.yaml']);
      expect(head.problems.map(({ code, at }) => [code, at?.file, at?.line])).toEqual([
        ['document/invalid', 'policies/a.yaml', 8],
        ['file/binary', 'policies/b.yaml', 1],
        ['file/binary', 'policies/latin.yaml', 1],
      ]);
    }
  });

  it('are told by the validator where a document does not parse or is of another version', async () => {
    const repository = repositoryWith({ 'policies/a.yaml': policy('a'), 'policies/b.yaml': policy('b') });
    repository.commit({
      'policies/a.yaml': policy('a').replace('v1alpha1', 'v9'),
      'policies/b.yaml': `${policy('b')} : [\n`,
    });
    const { base, head, parse } = await sides(repository);
    expect(readEstate(base.files, { now: 0, parse }).problems).toEqual([]);
    const { problems } = readEstate(head.files, { now: 0, parse });
    expect(problems.map(({ at }) => at?.file)).toEqual(expect.arrayContaining(['policies/a.yaml', 'policies/b.yaml']));
    expect(problems[0]?.message).toContain('firebreak.dev/v9');
  });

  it('include files that are too large to be read, whose bytes are dropped on the way', async () => {
    const repository = repositoryWith({ 'policies/a.yaml': policy('a') });
    repository.commit({
      'policies/big.yaml': new Uint8Array(65 * 1024 * 1024).fill(0x61),
      'policies/z.yaml': policy('z'),
    });
    for (const args of [['HEAD~1', 'HEAD'], ['HEAD~1']]) {
      const { base, head } = await sides(repository, args);
      expect(base.problems).toEqual([]);
      expect(head.problems).toMatchObject([{ code: 'file/too-large', at: { file: 'policies/big.yaml' } }]);
      expect(names(head)).toEqual(['policies/a.yaml', 'policies/z.yaml']);
    }
  });

  it('include objects that are gone', async () => {
    const repository = repositoryWith({ 'policies/a.yaml': policy('a'), 'policies/b.yaml': policy('b') });
    const oid = repository.git('rev-parse', 'HEAD:policies/a.yaml');
    repository.commit({ 'policies/a.yaml': policy('a', '1m') });
    repository.git('cat-file', '-e', oid);
    rmSync(join(repository.path, '.git', 'objects', oid.slice(0, 2), oid.slice(2)));
    const { base, head } = await sides(repository);
    expect(base.problems).toMatchObject([{ code: 'git/unreadable', at: { file: 'policies/a.yaml' } }]);
    expect(names(base)).toEqual(['policies/b.yaml']);
    expect(head.problems).toEqual([]);
  });
});
