import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { byHandOf } from '../../../src/drill/by-hand.ts';
import { actionOf } from '../../../src/drill/steps/registry.ts';
import type { ActionCall, Effect } from '../../../src/model/drill.ts';
import type { TemporaryRepository } from '../../temporary-repository.ts';
import { removeRepositories, repositoryWith } from '../../temporary-repository.ts';
import { JTI, callOf, contextOf, describeConformance, effectOf, undoAndTell, vaultWithCanary } from './conformance.ts';

const FILES = {
  'policies/revocations.yaml': 'entries:\n  - jti: first\n',
  'jwks.json': '{ "keys": [] }\n',
  'other.txt': 'other\n',
};

afterAll(removeRepositories);

/** A repository with a remote beside it, and a person who works on main and has not committed everything. */
function busyRepository(): { readonly work: TemporaryRepository; readonly remote: TemporaryRepository } {
  const origin = repositoryWith(FILES);
  origin.commit({ 'policies/revocations.yaml': 'entries:\n  - jti: first\n  - jti: second\n' });
  const remote = origin.clone('--bare');
  const work = remote.clone();
  work.write({ 'policies/revocations.yaml': 'half written', 'new.txt': 'not added\n' });
  work.git('add', 'policies/revocations.yaml');
  return { work, remote };
}

/** What the branch holds, in words: names and contents of all files. */
function tree({ git }: TemporaryRepository, branch = 'main'): string {
  return git('ls-tree', '-r', branch);
}

/** What the person sees who works there. */
function desk({ git, path }: TemporaryRepository): string {
  return [
    git('status', '--porcelain'),
    git('rev-parse', 'HEAD'),
    readFileSync(join(path, 'policies/revocations.yaml'), 'utf8'),
  ].join('\n');
}

const ACTIONS: readonly { readonly uses: string; readonly given: Readonly<Record<string, unknown>> }[] = [
  {
    uses: 'git.commit',
    given: { file: 'policies/revocations.yaml', append: '  - jti: {value}\n', type: 'jti', of: 'canary' },
  },
  { uses: 'git.commit', given: { file: 'policies/new.yaml', content: 'entries: []\n' } },
  { uses: 'git.revert', given: {} },
  { uses: 'jwks.git.add_key', given: { file: 'jwks.json', key: 'leaked_key' } },
];

describe.each(ACTIONS)('$uses with $given', ({ uses, given }) => {
  describeConformance('pushes to a remote and leaves the person at work alone', () => {
    const { work, remote } = busyRepository();
    const before = desk(work);
    return {
      call: callOf(uses, { repository: work.path, branch: 'main', remote: 'origin', ...given }),
      state: () => tree(remote),
      down: () => renameSync(remote.path, `${remote.path}-away`),
      up: () => renameSync(`${remote.path}-away`, remote.path),
      close: () => expect(desk(work)).toBe(before),
    };
  });
});

describeConformance('git.commit moves a branch that nobody has checked out', () => {
  const { remote } = busyRepository();
  return {
    call: callOf('git.commit', {
      repository: remote.path,
      branch: 'main',
      type: 'jti',
      of: 'canary',
      file: 'policies/revocations.yaml',
      append: '  - jti: {value}\n',
    }),
    state: () => tree(remote),
    down: () => renameSync(remote.path, `${remote.path}-away`),
    up: () => renameSync(`${remote.path}-away`, remote.path),
  };
});

describe('a commit of a drill', () => {
  let work: TemporaryRepository;
  let remote: TemporaryRepository;

  beforeEach(() => {
    ({ work, remote } = busyRepository());
  });

  const commitCall = (more: Readonly<Record<string, unknown>> = {}): ActionCall =>
    callOf('git.commit', {
      repository: work.path,
      branch: 'main',
      remote: 'origin',
      file: 'policies/revocations.yaml',
      append: '  - jti: {value}\n',
      type: 'jti',
      of: 'canary',
      ...more,
    });

  async function prepare(
    call: ActionCall,
  ): Promise<{ readonly effect: Effect; readonly apply: () => Promise<unknown> }> {
    const vault = await vaultWithCanary();
    const context = contextOf(vault);
    const effect = await effectOf(call, vault, context);
    return { effect, apply: () => actionOf(call).apply(effect, context) };
  }

  /** Somebody else pushes. */
  function push(files: Readonly<Record<string, string>>): string {
    const other = remote.clone();
    const commit = other.commit(files);
    other.git('push', '-q', 'origin', 'main');
    return commit;
  }

  it('names the program, not the person, and holds the identifier of the canary', async () => {
    const { effect, apply } = await prepare(commitCall({ message: 'Revoke {value}' }));
    await apply();
    expect(remote.git('log', '-1', '--format=%H %an <%ae>|%s', 'main')).toBe(
      `${String(effect.with['commit'])} firebreak drill <firebreak-drill@localhost>|Revoke {value}`,
    );
    expect(remote.git('show', 'main:policies/revocations.yaml')).toContain(`- jti: ${JTI}`);
  });

  it('is refused when the branch moved after the commit was made', async () => {
    const { apply } = await prepare(commitCall());
    const theirs = push({ 'other.txt': 'changed\n' });
    await expect(apply()).rejects.toMatchObject({ code: 'git/moved', exitCode: 5 });
    expect(remote.git('rev-parse', 'main')).toBe(theirs);
  });

  it('is refused on a branch that somebody has checked out', async () => {
    const { apply } = await prepare(commitCall({ remote: undefined }));
    const before = desk(work);
    await expect(apply()).rejects.toMatchObject({
      code: 'git/unwritable',
      message: `branch "main" is checked out in ${work.path}, so it is not moved`,
    });
    expect(desk(work)).toBe(before);
  });

  it('is taken back on top of what others pushed in between', async () => {
    const { effect, apply } = await prepare(commitCall());
    await apply();
    push({ 'other.txt': 'changed\n' });
    expect(await undoAndTell(effect, contextOf(null))).toMatchObject({ gone: true });
    expect(remote.git('show', 'main:other.txt')).toBe('changed');
    expect(remote.git('show', 'main:policies/revocations.yaml')).not.toContain(JTI);
  });

  it('is told and left alone when somebody changed the same file since', async () => {
    const { effect, apply } = await prepare(commitCall());
    await apply();
    const theirs = push({ 'policies/revocations.yaml': 'entries: []\n' });
    expect(await undoAndTell(effect, contextOf(null))).toEqual({
      gone: false,
      why: `policies/revocations.yaml on origin/main of ${work.path} was changed after ${String(effect.with['commit']).slice(0, 12)}, so it was not overwritten`,
    });
    expect(remote.git('rev-parse', 'main')).toBe(theirs);
  });

  it.for([{ where: 'a remote' }, { where: 'the repository itself' }])(
    'can be taken back by the command that a person is given, on $where',
    async ({ where }) => {
      const call = commitCall(where === 'a remote' ? {} : { repository: remote.path, remote: undefined });
      const { effect, apply } = await prepare(call);
      const before = tree(remote);
      await apply();
      execFileSync('sh', ['-c', byHandOf(effect) ?? ''], {
        stdio: 'pipe',
        env: {
          ...process.env,
          GIT_AUTHOR_NAME: 'a',
          GIT_AUTHOR_EMAIL: 'a@example.com',
          GIT_COMMITTER_NAME: 'a',
          GIT_COMMITTER_EMAIL: 'a@example.com',
        },
      });
      expect(tree(remote)).toBe(before);
      expect(await undoAndTell(effect, contextOf(null))).toMatchObject({ gone: true });
    },
  );

  it.for([
    {
      name: 'a text that is there already',
      more: { append: undefined, content: 'entries:\n  - jti: first\n  - jti: second\n' },
      message: /has this text already/,
    },
    { name: 'a branch that is not there', more: { branch: 'nowhere' }, message: /^git fetch failed$/ },
    { name: 'a text and an addition', more: { content: 'x' }, message: /with.content to be given, or append instead/ },
    { name: 'an option for a branch', more: { branch: '--upload-pack=touch /tmp/x' }, message: /^git fetch failed$/ },
    { name: 'an option for a remote', more: { remote: '--upload-pack=touch /tmp/x' }, message: /name of a remote/ },
  ])('refuses $name', async ({ more, message }) => {
    await expect(prepare(commitCall(more))).rejects.toThrow(message);
  });

  it('does not revert a commit whose files were changed since', async () => {
    const first = remote.git('rev-parse', 'main');
    push({ 'policies/revocations.yaml': 'entries: []\n' });
    const call = callOf('git.revert', { repository: work.path, branch: 'main', remote: 'origin', commit: first });
    await expect(prepare(call)).rejects.toThrow(/was changed after/);
  });
});
