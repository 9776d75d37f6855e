import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { SideOptions, Sides } from '../../src/cli/diff-sides.ts';
import { readSides } from '../../src/cli/diff-sides.ts';
import type { TemporaryRepository } from '../temporary-repository.ts';
import { removeRepositories, repositoryWith } from '../temporary-repository.ts';
import { routerInventory } from './router-estate.ts';

afterAll(removeRepositories);

const router = (interval: string): string => `authentication:
  router:
    jwt:
      jwks:
        - url: https://id.acme.test/jwks.json
          poll_interval: ${interval}
`;

const sides = (
  { path }: TemporaryRepository,
  args: readonly string[] = ['HEAD~1', 'HEAD'],
  options: SideOptions = {},
): Promise<Sides> => readSides(args, { env: {} }, { folder: path, ...options });

const recordOf = (side: Sides['base'], file: string): Sides['base']['files'][number] | undefined =>
  side.files.find((each) => each.file === file);

describe('configuration files that inventories name', () => {
  it.for(['deploy/router.yaml', '../deploy/router.yaml', './deploy/router.yaml'])(
    'come from the same side: %s',
    async (config) => {
      const repository = repositoryWith({
        'policies/estate.yaml': routerInventory(config),
        'deploy/router.yaml': router('20m'),
      });
      repository.commit({ 'deploy/router.yaml': router('1m') });
      for (const args of [['HEAD~1', 'HEAD'], ['HEAD~1'], ['HEAD~1:policies', 'policies']]) {
        const { base, head } = await sides(repository, args);
        expect([base.problems, head.problems]).toEqual([[], []]);
        expect(recordOf(base, 'deploy/router.yaml')?.text).toBe(router('20m'));
        expect(recordOf(head, 'deploy/router.yaml')?.text).toBe(router('1m'));
      }
    },
  );

  it('are a problem where they are missing, on the side that lacks them', async () => {
    const repository = repositoryWith({
      'policies/estate.yaml': routerInventory('deploy/router.yaml'),
      'deploy/router.yaml': router('20m'),
    });
    repository.git('rm', '-q', 'deploy/router.yaml');
    repository.commit();
    for (const args of [['HEAD~1', 'HEAD'], ['HEAD~1']]) {
      const { base, head } = await sides(repository, args);
      expect(base.problems).toEqual([]);
      expect(head.problems).toMatchObject([{ code: 'document/not-found', at: { file: 'policies/estate.yaml' } }]);
    }
  });

  it.for(['/etc/hosts', '../../outside.yaml'])('are not read outside of the working directory: %s', async (config) => {
    const repository = repositoryWith({ 'policies/estate.yaml': routerInventory(config) });
    const { base, head } = await sides(repository, ['HEAD']);
    for (const side of [base, head]) expect(side.problems[0]?.message).toContain('outside of the folder');
  });

  it('are a problem where they are a link, a pointer or no text', async () => {
    const repository = repositoryWith({
      'policies/estate.yaml': routerInventory('deploy/router.yaml'),
      'x.yaml': router('20m'),
    });
    repository.commit({ 'deploy/router.yaml': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n' });
    rmSync(join(repository.path, 'deploy/router.yaml'));
    symlinkSync('../x.yaml', join(repository.path, 'deploy/router.yaml'));
    repository.commit();
    const { base, head } = await sides(repository);
    expect(base.problems[0]?.message).toBe('deploy/router.yaml is not read: Git LFS pointer');
    expect(head.problems[0]?.message).toBe('deploy/router.yaml is not read: symbolic link');
  });

  it('are found in another checkout from its top', async () => {
    const repository = repositoryWith({
      'policies/estate.yaml': routerInventory('deploy/router.yaml'),
      'deploy/router.yaml': router('20m'),
    });
    const clone = repository.clone();
    clone.write({ 'deploy/router.yaml': router('5m') });
    const { head } = await sides(repository, ['main', clone.path]);
    expect(head.problems).toEqual([]);
    expect(recordOf(head, 'deploy/router.yaml')?.text).toBe(router('5m'));
  });
});
