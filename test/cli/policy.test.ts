import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { firebreak, folderWith } from './command.ts';

const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function workspace(files: Readonly<Record<string, string>>): string {
  const folder = folderWith(files);
  cleanups.push(folder.remove);
  return folder.path;
}

const SHOP = readFileSync('test/policy/composition/shop.yaml', 'utf8');
const ORGANISATION = readFileSync('test/policy/composition/organisation.yaml', 'utf8');
const DAY = ['--now', '2026-11-23T09:00:00Z'];

describe('policy resolve', () => {
  it('shows everything that applies to a target', async () => {
    const cwd = workspace({ 'policies/shop.yaml': SHOP });
    const { code, out, err } = await firebreak(
      [...DAY, 'policy', 'resolve', '--target', 'shop-orders@prod', '--explain'],
      { cwd },
    );
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toBe(readFileSync('test/policy/composition/target.txt', 'utf8'));
    const json = await firebreak([...DAY, 'policy', 'resolve', 'orders', 'policies', '--json'], { cwd });
    expect(JSON.parse(json.out)).toMatchObject({
      name: 'orders',
      values: { 'tokens.access_token.lifetime.max': { value: 600_000, waivers: [{ waiver: 'nightly-jobs' }] } },
    });
  });

  it.for([
    { args: ['--target', 'orders'], says: '"orders" is no target' },
    { args: ['--target', 'shop-orders@prod', '--label', 'gold'], says: '"gold" is no label' },
    { args: [], says: 'name a policy, or a target with --target' },
    { args: ['order'], says: 'did you mean "orders"?' },
  ])('explains $args', async ({ args, says }) => {
    const cwd = workspace({ 'policies/shop.yaml': SHOP });
    const { code, err } = await firebreak([...DAY, 'policy', 'resolve', ...args], { cwd });
    expect(code).toBe(2);
    expect(err).toContain(says);
  });

  it('refuses a waiver that final makes void, and only as long as it counts', async () => {
    const cwd = workspace({ 'policies/organisation.yaml': ORGANISATION });
    const { code, err } = await firebreak([...DAY, 'policy', 'resolve', 'payments'], { cwd });
    expect(code).toBe(2);
    expect(err).toContain('makes waiver "legacy-rs256" void');
    const later = await firebreak(['--now', '2027-01-01T00:00:00Z', 'policy', 'resolve', 'payments'], { cwd });
    expect(later.code).toBe(0);
  });
});

describe('waiver list', () => {
  it('tells what is permitted', async () => {
    const cwd = workspace({ 'policies/shop.yaml': SHOP });
    const { out } = await firebreak([...DAY, 'waiver', 'list'], { cwd });
    expect(out).toBe(
      [
        'waiver nightly-jobs  until 2026-12-02 (10 days left)  @batch',
        '  permits tokens.access_token.lifetime.max 2h',
        '  nightly jobs hold one token for a whole run',
        '  policies/shop.yaml:51:19',
        '',
      ].join('\n'),
    );
  });
});

describe('policy migrate', () => {
  const BEFORE = readFileSync('test/policy/migrations/eddsa-by-curve.before.txt', 'utf8');
  const AFTER = readFileSync('test/policy/migrations/eddsa-by-curve.after.txt', 'utf8');

  it('prints a patch that changes nothing, then rewrites the files', async () => {
    const cwd = workspace({ 'policies/base.yaml': BEFORE });
    const read = (): string => readFileSync(join(cwd, 'policies/base.yaml'), 'utf8');
    const dry = await firebreak(['policy', 'migrate', '--dry-run'], { cwd });
    expect(dry.code).toBe(0);
    expect(dry.out).toContain('-      algorithms: [ES256, "EdDSA"]   # RFC 8037\n');
    expect(dry.out).toContain('+      algorithms: [ES256, "Ed25519", Ed448]   # RFC 8037\n');
    expect(read()).toBe(BEFORE);
    const digests = await firebreak(['policy', 'digest'], { cwd });
    const real = await firebreak(['policy', 'migrate', 'policies'], { cwd });
    expect(real).toMatchObject({ code: 0, out: 'policies/base.yaml  eddsa-by-curve\n', err: '1 rewritten\n' });
    expect(read()).toBe(AFTER);
    expect((await firebreak(['policy', 'digest'], { cwd })).out).toBe(digests.out);
    const again = await firebreak(['policy', 'migrate'], { cwd });
    expect(again).toMatchObject({ code: 0, out: '', err: '0 rewritten\n' });
  });

  it('writes nothing beside a document that a newer version wrote', async () => {
    const cwd = workspace({ 'policies/base.yaml': BEFORE });
    writeFileSync(
      join(cwd, 'policies/new.yaml'),
      BEFORE.replaceAll('v1alpha1', 'v1beta1').replaceAll('name: ', 'name: n-'),
    );
    const { code, err } = await firebreak(['policy', 'migrate'], { cwd });
    expect(code).toBe(2);
    expect(err).toContain('apiVersion "firebreak.dev/v1beta1" is newer than this version of firebreak reads');
    expect(err).toContain('this one reads up to firebreak.dev/v1alpha1');
    expect(readFileSync(join(cwd, 'policies/base.yaml'), 'utf8')).toBe(BEFORE);
  });
});
