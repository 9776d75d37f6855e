import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firebreak, start } from './command.ts';

const POLICY = `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: orders, owner: '@team' }
spec:
  tokens:
    access_token:
      algorithms: [ES256, none] # one too many
`;

const FIXED = POLICY.replace('[ES256, none]', '[ES256]');

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firebreak-fix-'));
  writeFileSync(join(folder, 'policy.yaml'), POLICY);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const policy = (): string => readFileSync(join(folder, 'policy.yaml'), 'utf8');
const only = ['--only', 'policy/alg-none-allowed'];

describe('lint --fix', () => {
  it('repairs the file and reports what is left', async () => {
    const { code, err } = await firebreak(['lint', '.', '--fix', ...only], { cwd: folder });
    expect([code, err, policy()]).toEqual([0, '1 repaired\n', FIXED]);
  });

  it('prints a patch and changes nothing with --dry-run', async () => {
    const { code, out, err } = await firebreak(['lint', '.', '--fix', '--dry-run', ...only], { cwd: folder });
    expect([code, err, policy()]).toEqual([1, '1 would be repaired\n', POLICY]);
    expect(out).toContain(
      '-      algorithms: [ES256, none] # one too many\n+      algorithms: [ES256] # one too many\n',
    );
  });

  it.each([[['--dry-run']], [['--suggested']], [['--fix', '--watch']]])('refuses %j', async (options) => {
    const { code, err } = await firebreak(['lint', '.', ...options], { cwd: folder });
    expect(code).toBe(2);
    expect(err).toContain('error[usage/bad-argument]');
  });
});

describe('lint --watch', () => {
  it('lints again when a file was written, and ends by a signal', async () => {
    const watching = start(['lint', '.', '--watch', '--format', 'compact', ...only], { cwd: folder });
    await watching.sees('policy/alg-none-allowed');
    await watching.sees('waiting for changes');
    writeFileSync(join(folder, 'other.yaml'), POLICY.replace('name: orders', 'name: other'));
    await watching.sees('other.yaml:7:');
    watching.child.kill('SIGINT');
    expect((await watching.outcome).signal).toBe('SIGINT');
  });

  it('goes on after a file that it cannot read', async () => {
    const watching = start(['lint', '.', '--watch', '--format', 'compact', ...only], { cwd: folder });
    await watching.sees('waiting for changes');
    writeFileSync(join(folder, 'broken.yaml'), POLICY.replace('spec:', 'spec: ['));
    await watching.sees('broken.yaml');
    rmSync(join(folder, 'broken.yaml'));
    writeFileSync(join(folder, 'other.yaml'), POLICY.replace('name: orders', 'name: other'));
    await watching.sees('other.yaml:7:');
    watching.child.kill('SIGTERM');
    expect((await watching.outcome).signal).toBe('SIGTERM');
  });
});
