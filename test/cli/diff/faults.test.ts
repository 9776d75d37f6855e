import { once } from 'node:events';
import { join } from 'node:path';
import { readdirSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { start } from '../command.ts';
import { removeRepositories, repositoryAt, repositoryWith, temporaryFolder } from '../../temporary-repository.ts';
import { diff, diffAt, loosened, policy, told, verdictsOf } from './estate.ts';

afterAll(removeRepositories);

describe('a file that cannot be read', () => {
  const GARBLED = 'apiVersion: firebreak.dev/v1alpha1\nkind: [\n';
  const CONFLICT = policy('orders').replace(
    '      lifetime: { max: 5m }\n',
    '<<<<<<< ours\n      lifetime: { max: 5m }\n=======\n      lifetime: { max: 9m }\n>>>>>>> theirs\n',
  );
  const NEWER = policy('orders').replace('v1alpha1', 'v2');

  it.each([
    { name: 'no YAML', text: GARBLED, says: 'policies/orders.yaml:2:7' },
    { name: 'a conflict of a merge', text: CONFLICT, says: 'a conflict of a merge begins here' },
    { name: 'a newer apiVersion', text: NEWER, says: 'firebreak.dev/v2' },
    { name: 'a field that does not exist', text: policy('orders', { more: '      life: 5m\n' }), says: 'life' },
  ])('of the head, $name, leaves its policy unknown and the others compared', async ({ text, says }) => {
    const repository = loosened();
    repository.write({ 'policies/orders.yaml': text, 'policies/mail.yaml': policy('mail', { lifetime: '1h' }) });
    const found = await told(repository);
    expect(found).toMatchObject({ code: 4, err: 'incomplete: working tree has faults in policies/orders.yaml\n' });
    expect(verdictsOf(found)).toEqual({ 'policy orders': 'unknown', 'mail @ prod': 'more_permissive' });
    expect(found.head.problems.map(({ message }) => message).join() + found.changes[0]?.unknown_because).toContain(
      says,
    );
    expect((await told(repository, '--gate')).code).toBe(1);
  });

  it('of the base alone counts only where it hides what changed', async () => {
    const repository = repositoryWith({
      'policies/orders.yaml': GARBLED,
      'policies/mail.yaml': policy('mail'),
      'policies/notes.yaml': policy('mail').replace('kind: TokenPolicy', 'kind: TokenPolicies'),
    });
    repository.write({
      'policies/mail.yaml': policy('mail', { lifetime: '1h' }),
      'policies/orders.yaml': policy('orders'),
    });
    const repaired = await told(repository, 'HEAD');
    expect(repaired.code).toBe(4);
    expect(verdictsOf(repaired)).toEqual({ 'policy orders': 'unknown', 'mail @ prod': 'more_permissive' });
    const gone = repositoryWith({ 'policies/orders.yaml': GARBLED, 'policies/mail.yaml': policy('mail') });
    gone.git('rm', '-q', 'policies/orders.yaml');
    const { code, err, base } = await told(gone, 'HEAD');
    expect(base.problems.length).toBeGreaterThan(0);
    expect({ code, err }).toEqual({ code: 0, err: 'incomplete: HEAD has faults in policies/orders.yaml\n' });
  });

  it('is no pass even where no policy hangs on it', async () => {
    const repository = loosened();
    repository.write({ 'policies/inventory.yaml': 'apiVersion: firebreak.dev/v1alpha1\nkind: Inventory\n' });
    const { code, err } = await diff(repository, 'HEAD');
    expect(code).toBe(4);
    expect(err).toBe('incomplete: working tree has faults in policies/inventory.yaml\n');
  });
});

describe('a history that does not hold what is asked for', () => {
  it('is told with what to do', async () => {
    const repository = loosened();
    const unknown = await diff(repository, 'no-such-branch');
    expect(unknown).toMatchObject({ code: 2, out: '' });
    expect(unknown.err).toContain('git knows no commit "no-such-branch"');

    repository.git('checkout', '-q', '--orphan', 'apart');
    repository.commit();
    const unrelated = await diff(repository, 'main', 'apart');
    expect(unrelated).toMatchObject({ code: 2, out: '' });
    expect(unrelated.err).toContain('--no-merge-base compares the two as they are');
    expect((await diff(repository, 'main', 'apart', '--no-merge-base')).code).toBe(0);
  });

  it('may be a shallow clone, which --fetch deepens', async () => {
    const origin = loosened();
    const shallow = origin.clone('--depth', '1', '--branch', 'change', '--no-single-branch');
    const { code, err, out } = await diff(shallow, 'origin/main');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('add --fetch');
    const narrow = origin.clone('--depth', '1', '--branch', 'change');
    expect((await diff(narrow, 'main')).err).toContain('this clone is shallow: add --fetch');
    expect((await diffAt(narrow, [], ['main', '--fetch', '--exit-code'])).code).toBe(1);
  });

  it('may be none at all, or have no commit', async () => {
    const folder = repositoryAt(temporaryFolder());
    folder.write({ 'policies/orders.yaml': policy('orders') });
    const none = await diff(folder);
    expect(none).toMatchObject({ out: '' });
    expect(none.code).toBe(3);
    expect(none.err).toContain('error[git/unreadable]');
    const empty = repositoryWith(null);
    empty.write({ 'policies/orders.yaml': policy('orders') });
    const fresh = await diff(empty);
    expect(fresh.out).toBe('');
    expect(fresh.code).toBe(2);
    expect(fresh.err).not.toContain('internal error');
  });

  it('may have no policies on one side, or on both', async () => {
    const repository = repositoryWith({ 'README.md': 'hello\n' });
    repository.commit({ 'policies/orders.yaml': policy('orders') });
    const born = await told(repository, 'HEAD~1', 'HEAD');
    expect(born.code).toBe(0);
    expect(verdictsOf(born)).toEqual({ 'orders @ prod': 'less_permissive' });
    expect(born.notes.join()).toContain('everything is new');
    const gone = await told(repository, 'HEAD', 'HEAD~1', '--no-merge-base');
    expect(verdictsOf(gone)).toEqual({ 'orders @ prod': 'ungoverned' });
    repository.commit({ 'other.txt': '' });
    const nothing = await diff(repository, 'HEAD~1', 'HEAD', '--policies', 'nowhere');
    expect(nothing).toMatchObject({ code: 2, out: '' });
  });
});

describe('Ctrl-C', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s leaves nothing half written', async (signal, code) => {
    const many = (lifetime: string): Readonly<Record<string, string>> =>
      Object.fromEntries(
        Array.from({ length: 300 }, (_, at) => [`policies/p${at}.yaml`, policy(`p${at}`, { lifetime })]),
      );
    const repository = repositoryWith(many('5m'));
    repository.commit(many('1h'));
    const { child, outcome } = start(['diff', 'HEAD~1', 'HEAD', '-o', 'json=report.json', '--write-tests', 'tests'], {
      cwd: repository.path,
    });
    await once(child, 'spawn');
    child.kill(signal);
    const ended = await outcome;
    expect([ended.code, ended.signal]).toEqual(ended.code === null ? [null, signal] : [code, null]);
    expect(ended.err).not.toContain('internal error');
    expect(readdirSync(join(repository.path)).filter((name) => name.includes('.tmp'))).toEqual([]);
  });
});
