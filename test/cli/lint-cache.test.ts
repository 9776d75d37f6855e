import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firebreak } from './command.ts';

const ROUTER = `authentication:
  router:
    jwt:
      jwks:
        - url: https://id.acme.test/jwks.json
`;

const POLICY = `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: api, owner: '@team', labels: { 10: b, 9: a } }
spec:
  issuers:
    - issuer: http://id.example.com/
  tokens:
    access_token:
      algorithms: [ES256, none]
      lifetime: { max: 24h }
`;

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'firebreak-cache-'));
  writeFileSync(join(folder, 'router.yaml'), ROUTER);
  // With byte order mark, two documents, whole numbers as names, and one that YAML says and JSON cannot.
  writeFileSync(join(folder, 'policies.yaml'), `\uFEFF${POLICY}---\n${POLICY.replace('name: api', 'name: web')}`);
  writeFileSync(join(folder, 'odd.yaml'), `${POLICY.replace('name: api', 'name: odd')}  2: .inf\n  1: -0\n`);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('lint --cache', () => {
  const args = ['lint', '.', '--format', 'json', '--fail-on', 'never', '--now', '2026-06-01T00:00:00Z'];
  const cached = (): readonly string[] => [...args, '--cache', file()];
  const file = (): string => join(folder, '.firebreak', 'cache.json');

  it('gives the same bytes cold, warm and without', async () => {
    const plain = await firebreak(args, { cwd: folder });
    const cold = await firebreak(cached(), { cwd: folder });
    const kept = readFileSync(file(), 'utf8');
    const warm = await firebreak(cached(), { cwd: folder });
    expect(JSON.parse(kept.split('\n')[0] ?? '')).toMatchObject({ format: 2 });
    expect([cold.out, warm.out]).toEqual([plain.out, plain.out]);
    expect(readFileSync(file(), 'utf8')).toBe(kept);
  });

  it('sees a change of one value', async () => {
    writeFileSync(join(folder, 'router.yaml'), `${ROUTER}          audiences: [orders]\n`);
    const changed = await firebreak(cached(), { cwd: folder });
    const plain = await firebreak(args, { cwd: folder });
    expect(changed.out).toBe(plain.out);
  });

  it.each(['', '{"format":1,"bu', '{"format":1,"build":"other","entries":"x"}', '{"format":9}', '{"format":2}\n{}\n'])(
    'takes a cache of %j for none',
    async (text) => {
      writeFileSync(file(), text);
      const { out, code } = await firebreak(cached(), { cwd: folder });
      const plain = await firebreak(args, { cwd: folder });
      expect(code).toBe(plain.code);
      expect(out).toBe(plain.out);
    },
  );

  it('takes a cache that was changed by hand for none', async () => {
    const plain = await firebreak(args, { cwd: folder });
    await firebreak(cached(), { cwd: folder });
    const kept = readFileSync(file(), 'utf8');
    writeFileSync(file(), kept.replace('id.acme.test', 'id.evil.test'));
    expect((await firebreak(cached(), { cwd: folder })).out).toBe(plain.out);
    expect(readFileSync(file(), 'utf8')).toBe(kept);
  });

  it.each(['not json', '[1]', '{"keys":[]}'])('refuses to write over %j, which is no cache', async (text) => {
    writeFileSync(file(), text);
    const { code, err } = await firebreak(cached(), { cwd: folder });
    expect(code).toBe(2);
    expect(err).toContain('no cache of Firebreak');
    expect(readFileSync(file(), 'utf8')).toBe(text);
  });
});
