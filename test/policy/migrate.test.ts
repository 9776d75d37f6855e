import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { migrateFiles } from '../../src/policy/migrate.ts';
import type { Migration } from '../../src/policy/migrations.ts';
import { MIGRATIONS } from '../../src/policy/migrations.ts';
import { estateOf } from './estate.ts';

const FOLDER = 'test/policy/migrations';

function migrated(text: string, migrations?: readonly Migration[]): string {
  const { files, problems } = migrateFiles([{ file: 'a.yaml', text }], migrations);
  expect(problems).toEqual([]);
  return files[0]?.after ?? text;
}

describe('every migration', () => {
  it('has a fixture', () => {
    const fixtures = readdirSync(FOLDER).filter((name) => name.endsWith('.before.txt'));
    expect(fixtures.sort()).toEqual(MIGRATIONS.map(({ id }) => `${id}.before.txt`).sort());
  });

  describe.each(MIGRATIONS)('$id', (migration) => {
    const text = readFileSync(`${FOLDER}/${migration.id}.before.txt`, 'utf8');
    const after = migrated(text, [migration]);

    it('rewrites its fixture', async () => {
      expect(after).not.toBe(text);
      await expect(after).toMatchFileSnapshot(`migrations/${migration.id}.after.txt`);
    });

    it('leaves the digest of every policy and every comment', () => {
      const digests = (read: string) =>
        estateOf({ 'a.yaml': read }).estate.policies.map(({ name, digest }) => [name, digest]);
      expect(digests(text).length).toBeGreaterThan(0);
      expect(digests(after)).toEqual(digests(text));
      const comments = (read: string): readonly string[] => read.match(/#.*$/gm) ?? [];
      expect(comments(after)).toEqual(comments(text));
    });

    it('has nothing left to do afterwards', () => {
      expect(migrated(after, [migration])).toBe(after);
    });
  });
});

describe('migrating', () => {
  const OLD = `apiVersion: firebreak.dev/v1alpha0
kind: TokenPolicy
metadata: { name: orders, owner: '@orders' }
spec:
  # Renamed in the next version.
  accept: { access_token: { audiences: [orders], algorithms: [EdDSA] } }
`;

  it('takes a document from version to version', () => {
    const renaming: Migration = {
      id: 'accept-to-tokens',
      summary: 'accept as tokens',
      from: 'firebreak.dev/v1alpha0',
      to: 'firebreak.dev/v1alpha1',
      kinds: ['TokenPolicy'],
      changes: () => [{ kind: 'rename-key', pointer: '/spec/accept', to: 'tokens' }],
    };
    expect(migrated(OLD, [renaming, ...MIGRATIONS])).toBe(
      OLD.replace('v1alpha0', 'v1alpha1').replace('accept:', 'tokens:').replace('EdDSA', 'Ed25519, Ed448'),
    );
  });

  it.for([
    {
      version: 'v1alpha0',
      says: 'apiVersion "firebreak.dev/v1alpha0" is not one this version reads',
    },
    { version: 'v1alpha2', says: 'apiVersion "firebreak.dev/v1alpha2" is newer than this version of firebreak reads' },
    { version: 'v1beta1', says: 'apiVersion "firebreak.dev/v1beta1" is newer than this version of firebreak reads' },
    { version: 'v1', says: 'apiVersion "firebreak.dev/v1" is newer than this version of firebreak reads' },
    { version: 'v10', says: 'apiVersion "firebreak.dev/v10" is newer than this version of firebreak reads' },
    { version: 'next', says: 'apiVersion "firebreak.dev/next" is not one this version reads' },
  ])('changes nothing beside a document of $version', ({ version, says }) => {
    const text = readFileSync(`${FOLDER}/typ-short.before.txt`, 'utf8');
    const { files, problems } = migrateFiles([
      { file: 'a.yaml', text },
      { file: 'b.yaml', text: OLD.replace('v1alpha0', version).replace('accept', 'tokens') },
    ]);
    expect(files).toEqual([]);
    expect(problems.map(({ message }) => message)).toEqual([says]);
  });

  it('changes nothing when a value cannot be rewritten in place', () => {
    const text = `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: orders, owner: '@orders' }
spec:
  tokens:
    access_token:
      typ:
        - "application/\\
          at+jwt"
`;
    const { files, problems } = migrateFiles([{ file: 'a.yaml', text }]);
    expect(files).toEqual([]);
    expect(problems.map(({ message, at }) => `${at?.line}: ${message}`)).toEqual([
      '1: this document cannot be rewritten in place: its values are written in a way that an edit could change',
    ]);
  });

  it('refuses a migration that changes what a document means', () => {
    const wrong: Migration = {
      id: 'wrong',
      summary: 'something else',
      from: 'firebreak.dev/v1alpha1',
      to: 'firebreak.dev/v1alpha1',
      kinds: ['TokenPolicy'],
      changes: () => [{ kind: 'set', pointer: '/spec/tokens/access_token/lifetime', value: '1h' }],
    };
    const looser: Migration = {
      ...wrong,
      changes: () => [{ kind: 'append-item', pointer: '/spec/tokens/access_token/typ', item: 'other' }],
    };
    const inputs = [{ file: 'a.yaml', text: readFileSync(`${FOLDER}/typ-short.before.txt`, 'utf8') }];
    expect(migrateFiles(inputs, [wrong]).problems.length).toBeGreaterThan(0);
    expect(() => migrateFiles(inputs, [looser])).toThrow('migrating changes what TokenPolicy "base" means');
  });
});
