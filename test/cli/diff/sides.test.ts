import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { firebreak } from '../command.ts';
import { routerInventory } from '../router-estate.ts';
import { removeRepositories, repositoryAt, repositoryWith, temporaryFolder } from '../../temporary-repository.ts';
import { diff, diffAt, fingerprintsOf, loosened, policy, told, verdictsOf } from './estate.ts';

afterAll(removeRepositories);

describe('firebreak diff', () => {
  it('compares with where this branch left the one it is for', async () => {
    const repository = loosened();
    const found = await told(repository);
    expect(verdictsOf(found)).toEqual({ 'orders @ prod': 'more_permissive' });
    expect(found).toMatchObject({
      code: 0,
      err: '',
      base: { label: 'merge base of main and HEAD', commit: repository.git('merge-base', 'main', 'change') },
      head: { label: 'working tree', commit: null },
    });
    // What main did since is the doing of somebody else.
    const both = await told(repository, 'main', 'change', '--no-merge-base');
    expect(verdictsOf(both)).toEqual({ 'orders @ prod': 'more_permissive', 'mail @ prod': 'more_permissive' });
    expect(both.base).toMatchObject({ label: 'main', commit: repository.git('rev-parse', 'main') });
  });

  it('sees what is not committed yet', async () => {
    const repository = loosened();
    repository.write({ 'policies/orders.yaml': policy('orders', { lifetime: '1m' }) });
    expect(verdictsOf(await told(repository))).toEqual({ 'orders @ prod': 'less_permissive' });
    expect(verdictsOf(await told(repository, 'main', 'HEAD'))).toEqual({ 'orders @ prod': 'more_permissive' });
  });

  it.each([
    [['main...change'], 1],
    [['main..change'], 2],
    [['main', 'change'], 1],
    [['main:policies', 'change:policies'], 2],
    [['HEAD~1', 'HEAD'], 1],
  ])('takes %j', async (args, changes) => {
    const found = await told(loosened(), ...args);
    expect(found).toMatchObject({ code: 0 });
    expect(found.changes).toHaveLength(changes);
  });

  it('compares folders, inside and outside of a repository', async () => {
    const folder = repositoryAt(temporaryFolder());
    folder.write({
      'old/orders.yaml': policy('orders'),
      'new/orders.yaml': policy('orders', { lifetime: '1h' }),
      'new/mail.yaml': policy('mail'),
    });
    const found = await told(folder, 'old', 'new');
    expect(verdictsOf(found)).toEqual({ 'orders @ prod': 'more_permissive', 'mail @ prod': 'less_permissive' });
    expect(found).toMatchObject({
      code: 0,
      base: { label: 'old', commit: null },
      head: { label: 'new', commit: null },
    });
    folder.git('init', '-q');
    expect(fingerprintsOf(await told(folder, 'old', 'new'))).toEqual(fingerprintsOf(found));
  });

  it('runs in a folder below the top, and names files as they are seen from there', async () => {
    const repository = repositoryWith({ 'shop/policies/orders.yaml': policy('orders') });
    repository.commit({ 'shop/policies/orders.yaml': policy('orders', { lifetime: '1h' }) });
    const below = { path: join(repository.path, 'shop') };
    const { out } = await diff(below, 'HEAD~1', 'HEAD');
    expect(out).toContain('  policies/orders.yaml:');
    // At the top there are no policies in the usual place.
    const above = await diff(repository, 'HEAD~1', 'HEAD');
    expect(above.code).toBe(2);
    expect(above.err).toContain('name the folder of the policies with --policies PATH');
    const named = await diff(repository, 'HEAD~1', 'HEAD', '--policies', 'shop/policies');
    expect(named).toMatchObject({ code: 0, err: '' });
    expect(named.out).toContain('  shop/policies/orders.yaml:');
  });

  it('runs in a bare repository', async () => {
    const bare = loosened().clone('--bare');
    expect(verdictsOf(await told(bare, 'main', 'change'))).toEqual({ 'orders @ prod': 'more_permissive' });
  });

  it('leaves with 1 for changes only when asked to', async () => {
    const repository = loosened();
    expect((await diff(repository, '--exit-code')).code).toBe(1);
    expect((await diff(repository, 'HEAD', '--exit-code')).code).toBe(0);
    repository.write({ 'policies/orders.yaml': `# only a comment\n${policy('orders', { lifetime: '1h' })}` });
    const { code, reformatted, changes } = await told(repository, 'HEAD', '--exit-code');
    expect({ code, reformatted, changes }).toEqual({ code: 0, reformatted: ['policies/orders.yaml'], changes: [] });
  });

  it('calls a file reformatted only when nothing in it means something else', async () => {
    const repository = repositoryWith({
      'policies/orders.yaml': policy('orders'),
      'policies/mail.yaml': `${policy('mail')}---\n${waiver('2026-12-10').replaceAll('orders', 'mail')}`,
      'policies/news.yaml': policy('news'),
    });
    repository.write({
      'policies/orders.yaml': policy('orders', { lifetime: '300s' }),
      'policies/mail.yaml': `${policy('mail')}---\n${waiver('2026-12-09').replaceAll('orders', 'mail')}`,
      'policies/news.yaml': policy('news').replace('@team', '@others'),
    });
    expect((await told(repository, 'HEAD')).reformatted).toEqual(['policies/orders.yaml']);
  });

  it('shows as many tokens as asked for', async () => {
    const repository = loosened();
    expect((await told(repository, '--witnesses', '0')).changes[0]?.witness).toBeNull();
    const { changes } = await told(repository, '--witnesses', '1');
    expect(changes[0]?.witness).toMatchObject({ accepted: 'after', paths: ['tokens.access_token.lifetime.max'] });
    const { code, err } = await diff(repository, '--witnesses', 'many');
    expect(code).toBe(2);
    expect(err).toContain('--witnesses "many" is not a number');
  });

  it('looks at the waivers of the given day', async () => {
    const repository = repositoryWith({ 'policies/orders.yaml': policy('orders') });
    repository.commit({
      'policies/waiver.yaml': waiver('2026-12-10'),
    });
    const on = async (day: string): Promise<unknown> => {
      const { out } = await diffAt(repository, ['--at', day], ['HEAD~1', 'HEAD', '--format', 'json']);
      const { changes, scheduled } = JSON.parse(out) as { changes: { verdict: string }[]; scheduled: object[] };
      return { verdicts: changes.map(({ verdict }) => verdict), ends: scheduled.length };
    };
    expect(await on('2026-12-10')).toEqual({ verdicts: ['more_permissive'], ends: 1 });
    expect(await on('2026-12-11')).toEqual({ verdicts: [], ends: 0 });
    const { code, err } = await diffAt(repository, ['--at', '2026-13-01'], []);
    expect(code).toBe(2);
    expect(err).toContain('--at "2026-13-01" is not a time');
  });
});

function waiver(expires: string): string {
  return `apiVersion: firebreak.dev/v1alpha1
kind: Waiver
metadata: { name: partner, owner: '@team' }
spec:
  target: { policy: orders, token: access_token }
  permits: { lifetime: { max: 30m } }
  reason: the partner refreshes its tokens twice an hour until its next release
  created: 2026-11-20
  expires: ${expires}
`;
}

describe('--write-tests', () => {
  it('writes tests that pass under the new policies and fail under the old ones', async () => {
    const repository = loosened();
    repository.write({ 'policies/mail.yaml': policy('mail', { lifetime: '1m' }) });
    const { code, err } = await diff(repository, '--write-tests', 'tests');
    expect(code).toBe(0);
    expect(err).toBe('wrote 2 cases into 2 files of tests; firebreak test tests runs them\n');
    expect(await firebreak(['test', 'tests'], { cwd: repository.path })).toMatchObject({ code: 0, err: '' });
    repository.git('checkout', '-q', 'main', '--', 'policies');
    expect((await firebreak(['test', 'tests'], { cwd: repository.path })).code).toBe(1);
  });

  it('holds what a waiver lets in', async () => {
    const repository = repositoryWith({ 'policies/orders.yaml': policy('orders') });
    repository.write({ 'policies/waiver.yaml': waiver('2026-12-10') });
    expect((await diff(repository, 'HEAD', '--write-tests', 'tests')).code).toBe(0);
    expect(await firebreak(['test', 'tests'], { cwd: repository.path })).toMatchObject({ code: 0, err: '' });
    repository.write({ 'policies/waiver.yaml': waiver('2026-11-29') });
    expect((await firebreak(['test', 'tests'], { cwd: repository.path })).code).toBe(1);
  });

  it('writes over nothing', async () => {
    const repository = loosened();
    mkdirSync(join(repository.path, 'tests'));
    repository.write({ 'tests/orders-prod-access-token.yaml': 'reviewed: true\n' });
    repository.write({ 'policies/mail.yaml': policy('mail', { lifetime: '1m' }) });
    const { code, err } = await diff(repository, '--write-tests', 'tests');
    expect(code).toBe(3);
    expect(err).toContain('tests/orders-prod-access-token.yaml is there already');
    expect(readdirSync(join(repository.path, 'tests'))).toEqual(['orders-prod-access-token.yaml']);
    expect(readFileSync(join(repository.path, 'tests/orders-prod-access-token.yaml'), 'utf8')).toBe('reviewed: true\n');
  });
});

const INVENTORY = routerInventory('deploy/router.yaml');

const router = (interval: string): string =>
  `authentication:
  router:
    jwt:
      jwks:
        - url: https://id.acme.test/jwks.json
          poll_interval: ${interval}
`;

describe('the predicted effect', () => {
  const MINUTE = 60_000;

  it('is told of a verifier whose configuration alone changed, with the file', async () => {
    const repository = repositoryWith({ 'policies/estate.yaml': INVENTORY, 'deploy/router.yaml': router('20m') });
    repository.commit({ 'deploy/router.yaml': router('45m') });
    const { predicted, changes, code } = await told(repository, 'HEAD~1', 'HEAD');
    expect({ changes, code }).toEqual({ changes: [], code: 0 });
    const leaked = predicted.filter(({ scenario }) => scenario === 'signing_key');
    expect(leaked.length).toBeGreaterThan(0);
    expect(predicted).toHaveLength(leaked.length);
    for (const each of leaked) {
      expect(each).toMatchObject({ verifier: 'graph', because: ['deploy/router.yaml'] });
      expect(Number(each.after_ms) - Number(each.before_ms)).toBe(25 * MINUTE);
    }
    const { out } = await diff(repository, 'HEAD~1', 'HEAD');
    expect(out).toContain('because of deploy/router.yaml');
    expect((await diff(repository, 'HEAD~1', 'HEAD', '--exit-code')).code).toBe(1);
  });

  it('is told of every verifier of an issuer that the Inventory describes otherwise, and of those that are new', async () => {
    const repository = repositoryWith({ 'policies/estate.yaml': INVENTORY, 'deploy/router.yaml': router('20m') });
    const second = INVENTORY.slice(INVENTORY.indexOf('    - name: graph')).replace('graph', 'shop');
    repository.commit({
      'policies/estate.yaml': `${INVENTORY.replace('time_to_act: 1m', 'time_to_act: 6m')}${second}`,
    });
    const { predicted } = await told(repository, 'HEAD~1', 'HEAD');
    const of = (name: string) => predicted.filter(({ verifier }) => verifier === name);
    expect(of('graph').map((each) => Number(each.after_ms) - Number(each.before_ms))).toEqual(
      of('graph').map(() => 5 * MINUTE),
    );
    expect(of('graph').length).toBeGreaterThan(0);
    expect(of('shop').length).toBeGreaterThanOrEqual(of('graph').length);
    expect(of('shop').every(({ before_ms }) => before_ms === null)).toBe(true);
    for (const each of predicted) expect(each.because).toEqual(['policies/estate.yaml']);
  });

  it('knows the configuration of an issuer too', async () => {
    const realm = (lifespan: number): string =>
      JSON.stringify({ realm: 'acme', id: 'acme', enabled: true, accessTokenLifespan: lifespan, clients: [] });
    const inventory = INVENTORY.replace(
      'access_token_lifetime: 10m',
      'config: [{ file: keycloak/realm.json, name: realm acme }]',
    );
    const repository = repositoryWith({
      'policies/estate.yaml': inventory,
      'deploy/router.yaml': router('20m'),
      'keycloak/realm.json': realm(300),
    });
    repository.commit({ 'keycloak/realm.json': realm(3600) });
    const { head, base, code } = await told(repository, 'HEAD~1', 'HEAD');
    expect([...base.problems, ...head.problems]).toEqual([]);
    expect(code).toBe(0);
  });
});
