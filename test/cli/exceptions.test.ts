import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { policyText } from '../../src/rules/example-documents.ts';
import type { Outcome } from './command.ts';
import { firebreak, folderWith } from './command.ts';

const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const HOUR = (life: string): string =>
  policyText('orders', `tokens:\n  access_token:\n    algorithms: [HS256, ES256]\n    lifetime: { max: ${life} }`);

const ONLY = ['--only', 'policy/lifetime-over-profile', '--only', 'policy/alg-family-mix'];

function workspace(files: Readonly<Record<string, string>>): string {
  const folder = folderWith(files);
  cleanups.push(folder.remove);
  return folder.path;
}

function git(cwd: string, ...args: readonly string[]): void {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
  execFileSync('git', [...identity, ...args], { cwd, stdio: 'ignore' });
}

interface Json {
  readonly summary: Readonly<Record<string, number>>;
  readonly since?: Readonly<Record<string, unknown>>;
  readonly findings: readonly { readonly rule: string; readonly path: string }[];
  readonly suppressed: readonly { readonly rule: string; readonly how: string; readonly owner: string }[];
}

async function lint(cwd: string, ...args: readonly string[]): Promise<Json & Pick<Outcome, 'code'>> {
  const { out, code, err } = await firebreak(['--now', '2026-06-01T00:00:00Z', 'lint', '--json', ...args], { cwd });
  expect(err).toBe('');
  return { ...(JSON.parse(out) as Json), code };
}

function told({ findings }: Json): readonly string[] {
  return findings.map(({ rule, path }) => `${rule} ${path}`);
}

describe('lint --since', () => {
  it('shows what the branch adds, in files it did not touch too', async () => {
    const cwd = workspace({
      'policies/base.yaml': policyText('base', 'tokens:\n  access_token:\n    lifetime: { max: 30m }'),
      'policies/orders.yaml': HOUR('8h'),
    });
    git(cwd, 'init', '-q', '-b', 'main');
    git(cwd, 'add', '-A');
    git(cwd, 'commit', '-qm', 'first');
    git(cwd, 'checkout', '-qb', 'work');
    // Moved lines are not new; a worse value and a second file are.
    writeFileSync(join(cwd, 'policies/orders.yaml'), `# moved\n\n${HOUR('9h')}`);
    const one = await lint(cwd, '--since', 'main', ...ONLY);
    expect(told(one)).toEqual(['policy/lifetime-over-profile policies/orders.yaml']);
    expect(one.since).toMatchObject({ ref: 'main', known: 1, fixed: 1 });
    expect(one.summary).toMatchObject({ errors: 0, warnings: 1 });
    expect(one.code).toBe(0);

    writeFileSync(join(cwd, 'policies/orders.yaml'), `# moved\n${HOUR('8h')}`);
    const none = await lint(cwd, '--since', 'main', ...ONLY);
    expect(told(none)).toEqual([]);
    expect(none.code).toBe(0);
    expect((await lint(cwd, ...ONLY)).code).toBe(1);

    git(cwd, 'mv', 'policies/orders.yaml', 'policies/renamed.yaml');
    expect(told(await lint(cwd, '--since', 'main', ...ONLY))).toEqual([]);
  });

  it('tells of inputs that cannot be evaluated, whatever the base was', async () => {
    const cwd = workspace({ 'policies/orders.yaml': 'apiVersion: firebreak.dev/v1alpha1\nkind: TokenPolicy\n' });
    git(cwd, 'init', '-q', '-b', 'main');
    git(cwd, 'add', '-A');
    git(cwd, 'commit', '-qm', 'first');
    const { code } = await firebreak(['lint', '--since', 'main'], { cwd });
    expect(code).toBe(2);
  });

  it('says what is missing', async () => {
    const cwd = workspace({ 'policies/orders.yaml': HOUR('8h') });
    const outside = await firebreak(['lint', '--since', 'main'], {
      cwd,
      env: { GIT_CEILING_DIRECTORIES: join(cwd, '..') },
    });
    expect(outside.code).toBe(3);
    expect(outside.err).toContain('no git history here');
    git(cwd, 'init', '-q', '-b', 'main');
    git(cwd, 'add', '-A');
    git(cwd, 'commit', '-qm', 'first');
    const unknown = await firebreak(['lint', '--since', 'nowhere'], { cwd });
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('git knows no commit "nowhere"');
  });
});

describe('baseline', () => {
  const TERMS = ['--owner', '@identity', '--until', '2026-08-30', '--reason', 'there before Firebreak was introduced'];
  const NOW = ['--now', '2026-06-01T00:00:00Z'];

  it('is written, applied by itself, shown, grown and pruned', async () => {
    const cwd = workspace({ 'policies/orders.yaml': HOUR('8h') });
    const before = await lint(cwd);
    expect(before.findings.length).toBeGreaterThan(1);
    const written = await firebreak([...NOW, 'baseline', 'write', ...TERMS], { cwd });
    expect(written.out).toContain(`${before.findings.length} added, 0 removed`);
    const after = await lint(cwd);
    expect(told(after)).toEqual([]);
    expect(after.suppressed.length).toBe(before.findings.length);
    expect(after.suppressed.every(({ how, owner }) => how === 'baseline' && owner === '@identity')).toBe(true);
    expect(after.code).toBe(0);
    expect((await lint(cwd, '--no-baseline')).findings.length).toBe(before.findings.length);
    expect((await lint(cwd, '--no-ignores')).findings.length).toBe(before.findings.length);

    writeFileSync(join(cwd, 'policies/orders.yaml'), HOUR('9h'));
    expect(told(await lint(cwd))).toContain('policy/lifetime-over-profile policies/orders.yaml');
    expect((await firebreak([...NOW, 'baseline', 'write'], { cwd })).out).toMatch(/[1-9] added, 0 removed/);
    const pruned = await firebreak([...NOW, 'baseline', 'prune'], { cwd });
    expect(pruned.out).toMatch(/^- policies\/orders.yaml {2}policy\/lifetime-over-profile/);
    expect(pruned.out).toMatch(/0 added, [1-9] removed/);
    expect(told(await lint(cwd))).toEqual([]);
    const shown = await firebreak(['baseline', 'show'], { cwd });
    expect(shown.out).toContain(`${before.findings.length} findings until 2026-08-30, @identity`);

    rmSync(join(cwd, 'policies/orders.yaml'));
    writeFileSync(join(cwd, 'policies/clean.yaml'), policyText('clean', 'enforcement: off'));
    const emptied = await firebreak([...NOW, 'baseline', 'prune', '--reason', 'all of it is repaired by now'], { cwd });
    expect(emptied.code).toBe(0);
  });

  it.for([
    { name: 'without terms', args: ['write'], says: 'a new baseline needs --owner, --reason, --until', code: 2 },
    { name: 'that is not there', args: ['prune'], says: 'there is no baseline firebreak-baseline.json', code: 2 },
    {
      name: 'with a short reason',
      args: ['write', '--owner', '@a', '--until', '2026-08-30', '--reason', 'legacy'],
      says: 'spec.reason is too short',
      code: 2,
    },
    {
      name: 'with an end that is no day',
      args: ['write', '--owner', '@a', '--until', 'soon', '--reason', 'there before Firebreak was introduced'],
      says: 'spec.expires is "soon", not a day',
      code: 2,
    },
  ])('is refused $name', async ({ args, says, code }) => {
    const cwd = workspace({ 'policies/orders.yaml': HOUR('8h') });
    const outcome = await firebreak([...NOW, 'baseline', ...args], { cwd });
    expect(outcome.err).toContain(says);
    expect(outcome.code).toBe(code);
    expect(existsSync(join(cwd, 'firebreak-baseline.json'))).toBe(false);
  });
});

describe('waiver', () => {
  const NOW = ['--now', '2026-06-01T00:00:00Z'];
  const ADD = ['waiver', 'add', 'long-jobs', '--rule', 'policy/lifetime-over-profile', '--owner', '@batch'];
  const WHY = ['--reason', 'nightly jobs hold one "token" for a run', '--until', '2026-08-30'];

  it('is added to a file that keeps what it had, listed and checked', async () => {
    const kept = `# ours\n${HOUR('8h')}`;
    const cwd = workspace({ 'policies/orders.yaml': kept });
    const added = await firebreak([...NOW, ...ADD, ...WHY, '--policy', 'orders', '--file', 'policies/orders.yaml'], {
      cwd,
    });
    expect(added.out).toBe('wrote waiver "long-jobs" to policies/orders.yaml\n');
    expect(readFileSync(join(cwd, 'policies/orders.yaml'), 'utf8').startsWith(kept)).toBe(true);
    const result = await lint(cwd);
    expect(told(result)).not.toContain('policy/lifetime-over-profile policies/orders.yaml');
    expect(result.suppressed.map(({ rule, how }) => `${rule} ${how}`)).toEqual(['policy/lifetime-over-profile waiver']);

    const list = await firebreak([...NOW, 'waiver', 'list', '--json'], { cwd });
    expect(JSON.parse(list.out)).toMatchObject({
      exceptions: [
        { how: 'waiver', name: 'long-jobs', owner: '@batch', until: '2026-08-30', days_left: 91, silences: 1 },
      ],
    });
    expect((await firebreak([...NOW, 'waiver', 'check'], { cwd })).code).toBe(0);
    const late = await firebreak(['--now', '2026-09-01T00:00:00Z', 'waiver', 'check', '-f', 'compact'], { cwd });
    expect(late.code).toBe(1);
    expect(late.out).toMatch(/^policies\/orders\.yaml:\d+:\d+: error\[lint\/waiver-expired\]/);

    const again = await firebreak([...NOW, ...ADD, ...WHY, '--policy', 'orders', '--file', 'policies/orders.yaml'], {
      cwd,
    });
    expect(again.code).toBe(2);
    expect(again.err).toContain('Waiver "long-jobs" is defined twice');
  });

  it.for([
    { name: 'without a target', args: [...ADD, ...WHY], says: 'names neither a target nor fingerprints' },
    {
      name: 'of a rule that does not exist',
      args: [...ADD, ...WHY, '--rule', 'policy/alg-mix', '--policy', 'orders'],
      says: 'there is no rule "policy/alg-mix"',
    },
    {
      name: 'of a rule about exceptions',
      args: [...ADD, ...WHY, '--rule', 'lint/waiver-unused', '--policy', 'orders'],
      says: 'no rule "lint/waiver-unused"',
    },
    { name: 'without an owner', args: ['waiver', 'add', 'x', '--rule', 'policy/slo-missing', ...WHY], says: '--owner' },
  ])('is refused $name', async ({ args, says }) => {
    const cwd = workspace({ 'policies/orders.yaml': HOUR('8h') });
    const outcome = await firebreak([...NOW, ...args], { cwd });
    expect(outcome.err).toContain(says);
    expect(outcome.code).toBe(2);
    expect(existsSync(join(cwd, 'policies/waivers.yaml'))).toBe(false);
  });
});
