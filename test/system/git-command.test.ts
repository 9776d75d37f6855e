import { describe, expect, it } from 'vitest';
import { explainGit } from '../../src/system/git-command.ts';
import { bytesOfName, showName } from '../../src/system/git-names.ts';
import { treePath } from '../../src/system/git-objects.ts';

describe('explainGit', () => {
  it.for([
    ['spawn git ENOENT', 'the program git is not installed', 3],
    ["fatal: cannot use bare repository '/x' (safe.bareRepository is 'explicit')", 'bare repositories', 3],
    ['fatal: not a git repository (or any of the parent directories): .git', 'in no git repository', 3],
    ['fatal: could not fetch 1a from promisor remote', 'partial clone', 2],
    ['warning: x\nfatal: loose object is corrupt', 'git cat-file failed', 3],
  ] as const)('%s', ([said, says, exitCode]) => {
    const error = explainGit('cat-file', said);
    expect(error.message).toContain(says);
    expect(error.exitCode).toBe(exitCode);
  });

  it('shows no password of a remote', () => {
    const { hint } = explainGit('fetch', "fatal: unable to access 'https://user:hunter2@host.test/x': 403");
    expect(hint).toBe("git says: fatal: unable to access 'https://host.test/x': 403");
  });
});

describe('names', () => {
  it('are shown as UTF-8, and byte by byte where they are none', () => {
    expect(showName(bytesOfName('\uFEFFblank ü\n漢.yaml'))).toBe('\uFEFFblank ü\n漢.yaml');
    expect(showName('x\u00E9.yaml')).toBe(String.raw`x\xE9.yaml`);
  });
});

describe('treePath', () => {
  it.for([
    ['', 'policies/', 'policies'],
    ['team/', './policies//a.yaml', 'team/policies/a.yaml'],
    ['team/', '..', '.'],
    ['team/', '../../x', null],
    ['', '.', '.'],
  ] as const)('%s + %s', ([prefix, path, expected]) => {
    expect(treePath(prefix, path)).toBe(expected);
  });
});
