import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { firebreak } from '../command.ts';
import type { TemporaryRepository } from '../../temporary-repository.ts';
import { removeRepositories, repositoryWith } from '../../temporary-repository.ts';
import { diff, diffAt, fingerprintsOf, loosened, policy, told, workAs } from './estate.ts';

afterAll(removeRepositories);

const NOW = '2026-11-30T09:00:00Z';

/** Commits everything as somebody, at the time of the tests. */
function commitAs({ git }: TemporaryRepository, person: string): void {
  git('add', '-A');
  const mail = `${person}@example.com`;
  git('-c', `user.email=${mail}`, '-c', `user.name=${person}`, 'commit', '-qm', `by ${person}`, `--date=${NOW}`);
}

/** `firebreak approve` of everything that changed, and of what else is named. */
async function approve(
  { path }: { readonly path: string },
  fingerprints: readonly string[],
  { by, until = '2026-12-20', file }: { readonly by: string; readonly until?: string; readonly file?: string },
): Promise<void> {
  const why = ['--reason', 'agreed on with the owners of the clients', '--permanent'];
  const { code, err } = await firebreak(
    [
      '--now',
      NOW,
      'approve',
      ...fingerprints,
      '--by',
      `${by}@example.com`,
      '--until',
      until,
      ...why,
      ...(file === undefined ? [] : ['--file', file]),
    ],
    { cwd: path },
  );
  expect({ code, err }).toEqual({ code: 0, err: '' });
}

describe('--gate', () => {
  it('lets a loosening pass once somebody else approved it', async () => {
    const repository = loosened();
    const before = await told(repository, '--gate');
    expect(before).toMatchObject({ code: 1, gate: { outcome: 'blocked', missing: fingerprintsOf(before) } });
    await approve(repository, fingerprintsOf(before), { by: 'bob' });
    commitAs(repository, 'bob');
    const after = await told(repository, 'main', 'HEAD', '--gate');
    expect(after).toMatchObject({ code: 0, gate: { outcome: 'pass', approvals: [{ state: 'counts' }] } });
    expect((await diff(repository, '--gate', '--exit-code')).code).toBe(0);
  });

  it('refuses an approval by whoever wrote the change, committed or not', async () => {
    const repository = loosened();
    const before = await told(repository, '--gate');
    await approve(repository, fingerprintsOf(before), { by: 'a' });
    commitAs(repository, 'bob');
    const committed = await told(repository, '--gate');
    expect(committed).toMatchObject({ code: 1, gate: { outcome: 'blocked', approvals: [{ state: 'refused' }] } });
    expect(committed.gate?.approvals[0]?.message).toContain('nobody approves their own');

    repository.write({ 'policies/mail.yaml': policy('mail', { lifetime: '3h' }) });
    workAs(repository, 'carol');
    const both = await told(repository, '--gate');
    await approve(repository, fingerprintsOf(both), { by: 'carol' });
    const uncommitted = await told(repository, '--gate');
    expect(uncommitted.code).toBe(1);
    expect(uncommitted.gate?.approvals.map(({ state }) => state)).toContain('refused');
  });

  it('counts authors wherever the documents are', async () => {
    const repository = repositoryWith({ 'security/orders.yaml': policy('orders') });
    repository.git('checkout', '-qb', 'change');
    repository.commit({ 'security/orders.yaml': policy('orders', { lifetime: '1h' }) });
    const sides = ['main', 'change', '--policies', 'security', '--gate'];
    await approve(repository, fingerprintsOf(await told(repository, ...sides)), { by: 'a', file: 'security/yes.yaml' });
    commitAs(repository, 'bob');
    expect(await told(repository, ...sides)).toMatchObject({ code: 1, gate: { approvals: [{ state: 'refused' }] } });
    const byPath = await told(repository, 'main:security', 'change:security', '--gate');
    expect(byPath).toMatchObject({ code: 1, gate: { approvals: [{ state: 'refused' }] } });
  });

  it('knows when an approval has ended', async () => {
    const repository = loosened();
    await approve(repository, fingerprintsOf(await told(repository)), { by: 'bob', until: '2026-12-01' });
    commitAs(repository, 'bob');
    const on = async (day: string): Promise<unknown> => {
      const { code, out } = await diffAt(repository, ['--at', `${day}T12:00:00Z`], ['--gate', '--format', 'json']);
      return { code, state: (JSON.parse(out) as Awaited<ReturnType<typeof told>>).gate?.approvals[0]?.state };
    };
    expect(await on('2026-12-01')).toEqual({ code: 0, state: 'counts' });
    expect(await on('2026-12-02')).toEqual({ code: 1, state: 'ended' });
  });

  it('judges by the base, and a change of the gate itself', async () => {
    const repository = repositoryWith({
      'policies/orders.yaml': policy('orders'),
      'firebreak.yaml': 'version: 1\ngate: { more_permissive: deny }\n',
    });
    repository.git('checkout', '-qb', 'change');
    repository.commit({
      'policies/orders.yaml': policy('orders', { lifetime: '1h' }),
      'firebreak.yaml': 'version: 1\ngate: { more_permissive: allow }\n',
    });
    const { code, gate } = await told(repository, 'main', 'change', '--gate');
    expect(code).toBe(1);
    expect(gate).toMatchObject({ outcome: 'blocked', source: 'firebreak.yaml of main' });
    expect(gate?.reasons).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ rule: 'deny', cause: 'more_permissive' }),
        expect.objectContaining({ rule: 'approve', cause: 'protected' }),
      ]),
    );
    // The change of the gate alone waits for an approval too.
    repository.git('checkout', '-q', 'main', '--', 'policies');
    commitAs(repository, 'a');
    const alone = await told(repository, 'main', 'change', '--gate');
    expect(alone).toMatchObject({ code: 1, changes: [], gate: { outcome: 'blocked' } });
    await approve(repository, alone.gate?.missing ?? [], { by: 'bob' });
    commitAs(repository, 'bob');
    expect(await told(repository, 'main', 'change', '--gate')).toMatchObject({ code: 0, gate: { outcome: 'pass' } });
  });

  it('lets a gate that nobody can read be repaired', async () => {
    const repository = repositoryWith({
      'policies/orders.yaml': policy('orders'),
      'firebreak.yaml': 'version: 1\ngate: { more_permisive: deny }\n',
    });
    repository.git('checkout', '-qb', 'change');
    repository.commit({ 'firebreak.yaml': 'version: 1\ngate: { more_permissive: deny }\n' });
    const before = await told(repository, 'main', 'change', '--gate');
    expect(before).toMatchObject({ code: 1, gate: { outcome: 'blocked' } });
    expect(before.base.problems).toMatchObject([{ at: { path: 'firebreak.yaml' } }]);
    expect(before.err).toBe('incomplete: main has faults in firebreak.yaml\n');
    await approve(repository, before.gate?.missing ?? [], { by: 'bob' });
    commitAs(repository, 'bob');
    expect((await told(repository, 'main', 'change', '--gate')).code).toBe(0);
  });

  it('holds below the top of a repository, where a gate of its own comes first', async () => {
    const repository = repositoryWith({
      'shop/policies/orders.yaml': policy('orders'),
      'firebreak.yaml': 'version: 1\ngate: { approvals: { min: 2 } }\n',
    });
    repository.git('checkout', '-qb', 'change');
    repository.commit({ 'shop/policies/orders.yaml': policy('orders', { lifetime: '1h' }) });
    const below = { path: join(repository.path, 'shop') };
    const blocked = await told(below, 'main', 'change', '--gate');
    expect(blocked.gate?.reasons).toMatchObject([{ rule: 'approve', cause: 'more_permissive', needed: 2 }]);
    await approve(below, fingerprintsOf(blocked), { by: 'a' });
    commitAs(repository, 'bob');
    const { gate } = await told(below, 'main', 'change', '--gate');
    expect(gate?.approvals).toMatchObject([
      { state: 'refused', at: { path: expect.stringMatching(/^policies\//) as string } },
    ]);

    repository.git('checkout', '-q', 'main');
    repository.commit({ 'shop/firebreak.yaml': 'version: 1\ngate: { more_permissive: warn }\n' });
    repository.git('checkout', '-q', 'change');
    repository.git('rebase', '-q', 'main');
    expect(await told(below, 'main', 'change', '--gate')).toMatchObject({ code: 0, gate: { outcome: 'warn' } });
  });

  it('brakes a loosening of many targets unless it is meant and two people agree', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `service-${at + 1}`);
    const all = (lifetime: string): Readonly<Record<string, string>> =>
      Object.fromEntries(names.map((name) => [`policies/${name}.yaml`, policy(name, { lifetime })]));
    const repository = repositoryWith(all('5m'));
    repository.git('checkout', '-qb', 'change');
    repository.commit(all('10m'));
    const found = await told(repository, 'main', 'change', '--gate', '--witnesses', '0');
    expect(found).toMatchObject({ code: 1, gate: { outcome: 'blocked' } });
    expect(found.gate?.reasons).toContainEqual(expect.objectContaining({ rule: 'deny', cause: 'mass_change' }));
    for (const by of ['bob', 'carol']) {
      await approve(repository, fingerprintsOf(found), { by, file: `policies/approvals/${by}.yaml` });
      commitAs(repository, by);
      const forced = await told(repository, 'main', 'change', '--gate', '--force-mass-change');
      expect({ by, code: forced.code }).toEqual({ by, code: by === 'bob' ? 1 : 0 });
    }
    expect((await told(repository, 'main', 'change', '--gate')).code).toBe(1);
  });

  it('is inconclusive about what nobody can compare, where the gate does not deny it', async () => {
    const repository = repositoryWith({
      'policies/orders.yaml': policy('orders'),
      'firebreak.yaml': 'version: 1\ngate: { unknown: warn }\n',
    });
    repository.git('checkout', '-qb', 'change');
    repository.commit({ 'policies/orders.yaml': 'apiVersion: firebreak.dev/v1alpha1\nkind: [\n' });
    expect(await told(repository, 'main', 'change', '--gate')).toMatchObject({
      code: 4,
      gate: { outcome: 'inconclusive' },
    });
  });

  it('does not know who wrote folders', async () => {
    const repository = repositoryWith({ 'old/orders.yaml': policy('orders'), 'new/orders.yaml': policy('orders') });
    repository.write({ 'new/orders.yaml': policy('orders', { lifetime: '1h' }) });
    const before = await told(repository, 'old', 'new', '--gate');
    expect(before.code).toBe(1);
    await approve(repository, fingerprintsOf(before), { by: 'bob', file: 'new/approval.yaml' });
    const { code, gate } = await told(repository, 'old', 'new', '--gate');
    expect({ code, outcome: gate?.outcome }).toEqual({ code: 4, outcome: 'inconclusive' });
  });
});
