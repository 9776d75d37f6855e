import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mergeBase, readTree } from '../../src/system/git-tree.ts';

let folder = '';
let first = '';

function git(...args: readonly string[]): string {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...identity, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

function commit(message: string): string {
  git('add', '-A');
  git('commit', '-qm', message);
  return git('rev-parse', 'HEAD');
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'firebreak-git-'));
  git('init', '-q', '-b', 'main');
  write('policies/a.yaml', 'a: 1\r\n');
  write('policies/blank name\nand ü.yaml', 'b: 1\n');
  write('policies/binary.yaml', new Uint8Array([0, 255, 10, 10, 0]));
  write('policies/node_modules/x.yaml', 'x: 1\n');
  write('policies/*.yaml', 'star: 1\n');
  write('other/c.yaml', 'c: 1\n');
  write('.gitattributes', '*.yaml text eol=lf\n');
  symlinkSync('a.yaml', join(folder, 'policies', 'link.yaml'));
  first = commit('first');
  git('checkout', '-qb', 'work');
  write('policies/a.yaml', 'a: 2\n');
  commit('second');
  git('checkout', '-q', 'main');
  write('policies/later.yaml', 'later: 1\n');
  commit('third');
  git('checkout', '-q', 'work');
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function paths(wanted: readonly string[], from: string = folder): Promise<readonly string[]> {
  const files = await readTree(from, first, { paths: wanted, isWanted: (name) => name.endsWith('.yaml') });
  return files.map(({ path }) => path).sort();
}

describe('mergeBase', () => {
  it('is where the branch began, not the tip of the other branch', async () => {
    expect(await mergeBase(folder, 'main')).toBe(first);
    expect(await mergeBase(join(folder, 'policies'), 'HEAD~1')).toBe(first);
  });

  it.for(['nowhere', '--output=x', '-h', 'main:policies/a.yaml', ''])('refuses "%s"', async (ref) => {
    await expect(mergeBase(folder, ref)).rejects.toMatchObject({ code: 'usage/bad-argument' });
  });

  it('says so outside a work tree and without a common commit', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'firebreak-nogit-'));
    await expect(mergeBase(empty, 'main')).rejects.toMatchObject({ code: 'git/unreadable' });
    rmSync(empty, { recursive: true });
    git('checkout', '-q', '--orphan', 'alone');
    git('commit', '-qm', 'alone');
    try {
      await expect(mergeBase(folder, 'main')).rejects.toMatchObject({ code: 'git/unreadable' });
    } finally {
      git('checkout', '-qf', 'work');
    }
  });
});

describe('readTree', () => {
  it('gives the bytes of the commit, not of the work tree', async () => {
    const files = await readTree(folder, first, { paths: ['policies'], isWanted: () => true });
    const bytesOf = (path: string): string =>
      Buffer.from(files.find((file) => file.path === path)?.bytes ?? []).toString('latin1');
    expect(bytesOf('policies/a.yaml')).toBe('a: 1\n');
    expect(bytesOf('policies/binary.yaml')).toBe('\u0000\u00ff\n\n\u0000');
  });

  it('chooses by path, takes patterns literally, and leaves links out', async () => {
    const all = ['policies/*.yaml', 'policies/a.yaml', 'policies/binary.yaml', 'policies/blank name\nand ü.yaml'];
    expect(await paths(['policies'])).toEqual([...all, 'policies/node_modules/x.yaml']);
    expect(await paths(['policies/*.yaml'])).toEqual(['policies/*.yaml']);
    expect(await paths(['./policies/', 'policies/a.yaml'])).toEqual([...all, 'policies/node_modules/x.yaml']);
    expect(await paths(['.'])).toEqual(['other/c.yaml', ...all, 'policies/node_modules/x.yaml']);
  });

  it('is relative to the folder it is asked from', async () => {
    expect(await paths(['a.yaml', '../other'], join(folder, 'policies'))).toEqual(['../other/c.yaml', 'a.yaml']);
  });

  it('holds nothing for paths that did not exist or lie outside', async () => {
    expect(await paths(['policies/later.yaml', 'nowhere', '../outside'])).toEqual([]);
  });
});
