import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GateRequest } from '../../src/cli/load-gate.ts';
import { loadGateFiles } from '../../src/cli/load-gate-files.ts';
import { exitOfGate, gateOf } from '../../src/cli/load-gate.ts';
import type { GateFile } from '../../src/gate/protected.ts';
import { NOW, change, diffOf } from './fixture.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firebreak-gate-'));
  git('root', 'init', '-q', '-b', 'main');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function git(who: string, ...args: readonly string[]): string {
  const identity = ['-c', `user.name=${who}`, '-c', `user.email=${who}@example.com`, '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...identity, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, GIT_COMMITTER_DATE: '2026-05-30T00:00:00Z', GIT_AUTHOR_DATE: '2026-05-30T00:00:00Z' },
  }).trim();
}

function commit(who: string, files: Readonly<Record<string, string>>, ...args: readonly string[]): string {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  git(who, 'add', '-A');
  git(who, 'commit', '-qm', 'change', ...args);
  return git(who, 'rev-parse', 'HEAD');
}

function approvalText(by: string, changes = "'aaaaaaaaaaaa'"): string {
  return `apiVersion: firebreak.dev/v1alpha1
kind: ChangeApproval
metadata: { name: orders }
spec:
  changes: [${changes}]
  approved_by: ['${by}']
  reason: the clients cannot do better before winter
  expires: 2026-06-10
  permanent: true
`;
}

function waiverText(expires: string): string {
  return `apiVersion: firebreak.dev/v1alpha1
kind: Waiver
metadata: { name: legacy, owner: '@a' }
spec:
  rules: [policy/alg-deprecated]
  target: { policy: orders }
  reason: the exporter cannot do better until winter
  created: 2026-05-01
  expires: ${expires}
`;
}

/** What the files were and are, from the two commits. */
function sideOf(revision: string): readonly GateFile[] {
  return git('root', 'ls-tree', '-r', '--name-only', revision)
    .split('\n')
    .map((file) => ({ file, text: `${git('root', 'show', `${revision}:${file}`)}\n` }));
}

function changedBetween(base: string, head: string): ReadonlySet<string> {
  return new Set(git('root', 'diff', '--name-only', base, head).split('\n'));
}

async function decide(base: string, over: Partial<GateRequest> = {}): Promise<Awaited<ReturnType<typeof gateOf>>> {
  const head = git('root', 'rev-parse', 'HEAD');
  return gateOf({
    diff: diffOf([change()]),
    base: sideOf(base),
    head: sideOf(head),
    now: NOW,
    targets: null,
    history: { folder, base, head, changed: changedBetween(base, head), uncommittedBy: null },
    ...over,
  });
}

const POLICY = { 'policies/orders.yaml': 'a: 1\n' };
const CHANGED = { 'policies/orders.yaml': 'a: 2\n' };
const APPROVAL = 'policies/approvals/orders.yaml';

describe('the gate of a branch', () => {
  it('passes with an approval that somebody else committed', async () => {
    const base = commit('root', POLICY);
    commit('alice', CHANGED);
    expect(await decide(base)).toMatchObject({ outcome: 'blocked', missing: ['aaaaaaaaaaaa'] });
    commit('bob', { [APPROVAL]: approvalText('bob@example.com') });
    const result = await decide(base);
    expect(result).toMatchObject({ outcome: 'pass', source: 'the defaults' });
    expect(exitOfGate(result)).toBe(0);
  });

  it.for([
    { name: 'the author', who: 'alice', args: [], by: 'alice@example.com' },
    {
      name: 'whoever committed it for another',
      who: 'bob',
      args: ['--author=Alice <alice@example.com>'],
      by: 'bob@example.com',
    },
    {
      name: 'a co-author',
      who: 'alice',
      args: ['-m', 'Co-authored-by: Bob <bob@example.com>'],
      by: 'bob@example.com',
    },
  ])('is closed to the approval of $name', async ({ who, args, by }) => {
    const base = commit('root', POLICY);
    commit(who, CHANGED, ...args);
    commit('carol', { [APPROVAL]: approvalText(by) });
    const result = await decide(base);
    expect(result).toMatchObject({ outcome: 'blocked', approvals: [{ state: 'refused' }] });
    expect(exitOfGate(result)).toBe(1);
  });

  it('counts whoever hides a policy in a file of approvals as an author', async () => {
    const base = commit('root', POLICY);
    commit('alice', { 'policies/orders.yaml': `${approvalText('alice@example.com')}---\na: 2\n` });
    expect((await decide(base)).outcome).toBe('blocked');
  });

  it('warns when the author wrote the approval down, also under another name', async () => {
    const base = commit('root', POLICY);
    commit('alice', CHANGED);
    commit('alice', { [APPROVAL]: approvalText('bob@example.com') }, '--author=Bob <bob@example.com>');
    const result = await decide(base);
    expect(result.outcome).toBe('warn');
    expect(result.reasons.map(({ cause }) => cause)).toContain('approval_unvouched');
  });

  it('reads its rules from the base, so that no branch relaxes its own', async () => {
    const base = commit('root', { ...POLICY, 'firebreak.yaml': 'version: 1\ngate: { more_permissive: deny }\n' });
    commit('alice', { ...CHANGED, 'firebreak.yaml': 'version: 1\ngate: { more_permissive: allow }\n' });
    const result = await decide(base);
    expect(result).toMatchObject({ outcome: 'blocked', source: 'firebreak.yaml of main' });
    expect(result.reasons.map(({ rule, cause }) => `${rule} ${cause}`)).toEqual([
      'deny more_permissive',
      'approve protected',
    ]);
  });

  it('is the strict one while the base has a fault, and can be repaired with an approval', async () => {
    const base = commit('root', { ...POLICY, 'firebreak.yaml': 'version: 1\ngat: {}\n' });
    commit('alice', { 'firebreak.yaml': 'version: 1\n' });
    const blocked = await decide(base, { diff: diffOf([]) });
    expect(blocked.problems).toHaveLength(1);
    expect(blocked.outcome).toBe('blocked');
    commit('bob', { [APPROVAL]: approvalText('bob@example.com', `'${blocked.missing.join("', '")}'`) });
    expect((await decide(base, { diff: diffOf([]) })).outcome).toBe('pass');
  });

  it('counts how often the end of a waiver was moved', async () => {
    commit('root', { ...POLICY, 'policies/w.yaml': waiverText('2026-06-01') });
    const first = commit('root', { 'policies/w.yaml': `# why\n${waiverText('2026-06-01')}` });
    const second = commit('root', { 'policies/w.yaml': waiverText('2026-06-20') });
    commit('alice', { 'policies/w.yaml': waiverText('2026-07-01') });
    const causes = async (base: string): Promise<readonly string[]> =>
      (await decide(base, { diff: diffOf([]) })).reasons.map(({ cause, message }) => `${cause}: ${message}`);
    expect(await causes(first)).toEqual([]);
    expect(await causes(second)).toEqual(['waiver: Waiver "legacy" has its end moved again, 2 times in all']);
  });

  it('does not tell who wrote what in folders', async () => {
    const base = commit('root', POLICY);
    commit('bob', { ...CHANGED, [APPROVAL]: approvalText('bob@example.com') });
    const result = await decide(base, { history: null });
    expect(result.outcome).toBe('inconclusive');
    expect(exitOfGate(result)).toBe(4);
  });

  it('takes what is not committed for the work of whoever runs it', async () => {
    const base = commit('root', POLICY);
    const head = [
      { file: 'policies/orders.yaml', text: 'a: 2\n' },
      { file: APPROVAL, text: approvalText('alice@example.com') },
    ];
    const history = {
      folder,
      base,
      head: base,
      changed: new Set(Object.keys(POLICY)),
      uncommittedBy: 'alice@example.com',
    };
    expect((await decide(base, { head, history })).outcome).toBe('blocked');
    expect((await decide(base, { head, history: { ...history, uncommittedBy: 'bob@example.com' } })).outcome).toBe(
      'pass',
    );
    expect(readFileSync(join(folder, 'policies/orders.yaml'), 'utf8')).toBe('a: 1\n');
  });

  it('holds for protected files wherever they are, committed or not', async () => {
    const config = "version: 1\ngate: { protected: { paths: [Makefile, '.github/**', 'ops/*.bin'] } }\n";
    const base = commit('root', {
      ...POLICY,
      'firebreak.yaml': config,
      Makefile: 'a:\n',
      '.github/workflows/ci.yml': 'on: push\n',
      'ops/key.bin': '\0\u0001',
      'ops/deep/key.bin': 'a',
      'README.md': 'a',
    });
    const head = commit('alice', {
      Makefile: 'b:\n',
      '.github/workflows/ci.yml': 'on: pull_request\n',
      'ops/key.bin': '\0\u0002',
      'ops/deep/key.bin': 'b',
      'README.md': 'b',
    });
    const sides = await loadGateFiles({ folder, commit: base }, { folder, commit: head });
    const result = await decide(base, { diff: diffOf([]), ...sides });
    expect(result.reasons.map(({ message }) => message)).toEqual([
      '.github/workflows/ci.yml has changed',
      'Makefile has changed',
      'ops/key.bin has changed',
    ]);
    expect(result.approvals).toEqual([]);
    // The same from the files as they are.
    const asTheyAre = await loadGateFiles({ folder, commit: base }, { folder, commit: null });
    const byFile = (files: readonly GateFile[]): readonly GateFile[] =>
      [...files].sort((a, b) => (a.file < b.file ? -1 : 1));
    expect(byFile(asTheyAre.head)).toEqual(byFile(sides.head));
    // Whoever changed one of them is an author, although no policy changed.
    commit('bob', { [APPROVAL]: approvalText('alice@example.com', `'${result.missing.join("', '")}'`) });
    const own = await loadGateFiles({ folder, commit: base }, { folder, commit: 'HEAD' });
    const approvals = sideOf('HEAD').filter(({ file }) => file === APPROVAL);
    const selfApproved = await decide(base, { diff: diffOf([]), base: own.base, head: [...own.head, ...approvals] });
    expect(selfApproved).toMatchObject({ outcome: 'blocked', approvals: [{ state: 'refused' }] });
  });
});
